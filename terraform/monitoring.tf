# What is watched: the dashboard, the objectives (slo.tf) and the alerts (alerts.tf), and who hears of it.

resource "google_monitoring_notification_channel" "on_call" {
  display_name = "WhatsApp on-call"
  type         = "email"
  labels       = { email_address = var.alert_email }

  depends_on = [time_sleep.apis]
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = file("${path.module}/dashboard.json")

  # Google rewrites the JSON it stores (defaults, order of keys): only a change made here counts.
  lifecycle {
    ignore_changes       = [dashboard_json]
    replace_triggered_by = [terraform_data.dashboard]
  }

  depends_on = [time_sleep.apis]
}

resource "terraform_data" "dashboard" {
  input = filesha256("${path.module}/dashboard.json")
}

# The handshake's URL holds the verify token, and Cloud Run's request log holds URLs: those lines are not kept.
resource "google_logging_project_exclusion" "handshake" {
  name        = "whatsapp-handshake"
  description = "Request log lines with Meta's verify token in the URL"
  filter      = "log_id(\"run.googleapis.com/requests\") httpRequest.requestUrl:\"hub.verify_token\""

  depends_on = [time_sleep.apis]
}
