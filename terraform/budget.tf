# Optional (variable `budget`): mail when the month's bill passes, or is about to pass, what was meant to be spent.
# Google's side only: Meta sends its own bill (docs/cost.md).

resource "google_billing_budget" "this" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "WhatsApp on Cloud Run"

  budget_filter {
    projects        = ["projects/${data.google_project.this.number}"]
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      units = tostring(var.budget.month) # in the billing account's own currency
    }
  }

  dynamic "threshold_rules" {
    for_each = { half = [0.5, "CURRENT_SPEND"], full = [1, "CURRENT_SPEND"], foreseen = [1, "FORECASTED_SPEND"] }
    content {
      threshold_percent = threshold_rules.value[0]
      spend_basis       = threshold_rules.value[1]
    }
  }

  all_updates_rule {
    monitoring_notification_channels = [google_monitoring_notification_channel.on_call.id]
  }

  depends_on = [time_sleep.apis]
}
