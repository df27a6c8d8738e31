# What to do next, in the order it is needed.

locals {
  webhook_address = var.domain != null ? "https://${var.domain}" : one(google_cloud_run_v2_service.webhook[*].uri)
  callback_url    = local.webhook_address == null ? "" : "${local.webhook_address}/webhook/whatsapp"
}

output "set_secrets" {
  description = "Run each once, before the second apply (terraform output -raw set_secrets); the value is typed, so it is in no shell history."
  value = join("", [
    for secret in google_secret_manager_secret.this :
    "read -rs VALUE && printf %s \"$VALUE\" | gcloud secrets versions add ${secret.secret_id} --project=${var.project_id} --data-file=-\n"
  ])
}

output "build_images" {
  description = "Tests, builds and pushes both images from the repository's root; prints them as the variable `images`."
  value       = "gcloud builds submit --project=${var.project_id} --config=cloudbuild.yaml --substitutions=_REGION=${var.region},_DEPLOY=false"
}

output "image_repository" {
  description = "Where the images are pushed."
  value       = "${google_artifact_registry_repository.images.location}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}"
}

output "callback_url" {
  description = "Paste it at Meta for Developers: WhatsApp, Configuration, Webhook, Callback URL."
  value       = local.deployed == 0 ? "not yet: apply again with the variable `images`" : local.callback_url
}

output "deploy" {
  description = "Every later deployment."
  value       = "gcloud builds submit --project=${var.project_id} --config=cloudbuild.yaml --substitutions=_REGION=${var.region}"
}

output "load_balancer_address" {
  description = "The A record that the variable `domain` needs; null without a load balancer."
  value       = one(google_compute_global_address.webhook[*].address)
}

output "dashboard" {
  description = "The dashboard in Cloud Monitoring."
  value       = "https://console.cloud.google.com/monitoring/dashboards?project=${var.project_id}"
}

output "ops_settings" {
  description = "What `python -m ops` reads from the file .env in the repository's root; no secret is in it."
  value = join("", [for name, value in {
    GOOGLE_CLOUD_PROJECT     = var.project_id
    PUBSUB_ENDPOINT          = "${var.region}-pubsub.googleapis.com"
    WHATSAPP_API_URL         = var.graph_api_url
    WHATSAPP_CALLBACK_URL    = local.callback_url
    WHATSAPP_PHONE_NUMBER_ID = var.phone_number_id
  } : "${name}=${value}\n"])
}
