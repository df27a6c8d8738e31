# Places for the secrets.  Their values never pass through terraform, so none is in its state.

locals {
  # Not before the first reply: a service whose first start fails could not be replaced otherwise.
  protected = coalesce(var.deletion_protection, var.live)

  secrets = {
    app_secret   = "whatsapp-app-secret"   # signs every webhook; Meta for Developers, App settings, Basic
    verify_token = "whatsapp-verify-token" # yours to invent; Meta sends it once, when the callback URL is set
    access_token = "whatsapp-access-token" # a system user's permanent token for the Graph API
  }

  # The settings that may only come from Secret Manager.
  secret_settings = toset(["WHATSAPP_WEBHOOK_SECRET", "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_ACCESS_TOKEN"])

  webhook_secrets = {
    WHATSAPP_WEBHOOK_SECRET = "app_secret"
    WHATSAPP_VERIFY_TOKEN   = "verify_token"
  }
  processor_secrets = {
    WHATSAPP_ACCESS_TOKEN = "access_token"
  }
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  secret_id           = each.value
  deletion_protection = local.protected

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [time_sleep.apis]
}

resource "google_secret_manager_secret_iam_member" "webhook" {
  for_each = toset(values(local.webhook_secrets))

  secret_id = google_secret_manager_secret.this[each.value].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.webhook.member
}

resource "google_secret_manager_secret_iam_member" "processor" {
  for_each = toset(values(local.processor_secrets))

  secret_id = google_secret_manager_secret.this[each.value].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.processor.member
}
