# What to do next, in the order it is needed.

output "set_secrets" {
  description = "Run each once, before the second apply; the value is typed, so it is in no shell history."
  value = [
    for secret in google_secret_manager_secret.this :
    "read -rs VALUE && printf %s \"$VALUE\" | gcloud secrets versions add ${secret.secret_id} --project=${var.project_id} --data-file=-"
  ]
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
  value = (
    local.deployed == 0 ? "not yet: apply again with the variable `images`" :
    var.domain != null ? "https://${var.domain}/webhook/whatsapp" :
    "${google_cloud_run_v2_service.webhook[0].uri}/webhook/whatsapp"
  )
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
