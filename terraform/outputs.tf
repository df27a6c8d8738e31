# What to do next, in the order it is needed.

locals {
  repository      = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}"
  webhook_address = var.domain_only ? "https://${var.domain}" : one(google_cloud_run_v2_service.webhook[*].uri)
  callback_url    = local.webhook_address == null ? "" : "${local.webhook_address}/webhook/whatsapp"
}

output "set_secrets" {
  description = "A script for bash, to be run once before the second apply: asks for each value, so it is in no shell history."
  value       = <<-BASH
    set -euo pipefail
    for secret in ${join(" ", [for secret in google_secret_manager_secret.this : secret.secret_id])}; do
      read -rsp "$secret: " value
      echo
      test -n "$value" || { echo "nothing was typed: $secret is left as it is"; continue; }
      printf %s "$value" | gcloud secrets versions add "$secret" --project=${var.project_id} --data-file=-
    done
  BASH
}

output "build_images" {
  description = "Tests, builds and pushes both images from the repository's root."
  value       = "gcloud builds submit --project=${var.project_id} --config=cloudbuild.yaml --substitutions=_REGION=${var.region},_DEPLOY=false"
}

output "name_images" {
  description = "A script for bash, to be run in terraform/ after the first build: writes images.auto.tfvars, the variable `images` by digest."
  value       = <<-BASH
    set -euo pipefail
    lines=
    for service in webhook processor; do
      image=$(gcloud artifacts docker images describe ${local.repository}/$service:tested --format="value(image_summary.fully_qualified_digest)")
      lines+="  $service = \"$image\""$'\n'
    done
    printf 'images = {\n%s}\n' "$lines" > images.auto.tfvars
    cat images.auto.tfvars
  BASH
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
    GOOGLE_CLOUD_REGION      = var.region
    PUBSUB_ENDPOINT          = "${var.region}-pubsub.googleapis.com"
    WHATSAPP_API_URL         = var.graph_api_url
    WHATSAPP_CALLBACK_URL    = local.callback_url
    WHATSAPP_PHONE_NUMBER_ID = var.phone_number_id
  } : "${name}=${value}\n"])
}
