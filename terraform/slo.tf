# The objectives, over 28 days.
#
# "99.9 % of webhooks are answered 200 within 1 s" is two conditions on one request.  Cloud Monitoring measures each by
# itself, so each is held to 99.95 %: what fails either is then under 0.1 %.  Both read Cloud Run's own metrics, which
# no scaled-in instance takes with it.  A caller's own fault (4xx) is neither good nor bad.

locals {
  webhook_requests = join(" AND ", [
    "resource.type = \"cloud_run_revision\"",
    "resource.labels.service_name = \"whatsapp-webhook\"",
  ])

  objectives = local.deployed == 0 ? {} : {
    answered = { slo = google_monitoring_slo.answered[0].id, runbook = "objective-answered" }
    fast     = { slo = google_monitoring_slo.fast[0].id, runbook = "objective-fast" }
  }

  # Google's SRE Workbook, "Alerting on SLOs": the long window says it is serious, the short one that it still lasts.
  burns = {
    page   = { rate = 14.4, long = "3600s", short = "300s", severity = "CRITICAL" }
    ticket = { rate = 6, long = "21600s", short = "1800s", severity = "WARNING" }
  }

  burn_alerts = {
    for pair in setproduct(keys(local.objectives), keys(local.burns)) :
    "${pair[0]}-${pair[1]}" => merge(local.burns[pair[1]], local.objectives[pair[0]], { objective = pair[0] })
  }
}

resource "google_monitoring_custom_service" "this" {
  service_id   = "whatsapp"
  display_name = "WhatsApp on Cloud Run"

  depends_on = [google_project_service.this]
}

resource "google_monitoring_slo" "answered" {
  count = local.deployed

  service             = google_monitoring_custom_service.this.service_id
  slo_id              = "webhooks-answered"
  display_name        = "Webhooks are answered 200"
  goal                = 0.9995
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      good_service_filter = "metric.type = \"run.googleapis.com/request_count\" AND ${local.webhook_requests} AND metric.labels.response_code_class = \"2xx\""
      bad_service_filter  = "metric.type = \"run.googleapis.com/request_count\" AND ${local.webhook_requests} AND metric.labels.response_code_class = \"5xx\""
    }
  }
}

resource "google_monitoring_slo" "fast" {
  count = local.deployed

  service             = google_monitoring_custom_service.this.service_id
  slo_id              = "webhooks-within-1-s"
  display_name        = "Webhooks are answered within 1 s"
  goal                = 0.9995
  rolling_period_days = 28

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type = \"run.googleapis.com/request_latencies\" AND ${local.webhook_requests} AND metric.labels.response_code_class = \"2xx\""
      range {
        max = 1000 # milliseconds
      }
    }
  }
}

resource "google_monitoring_alert_policy" "burn" {
  for_each = local.burn_alerts

  display_name          = "WhatsApp: error budget of \"${each.value.objective}\" burns ${each.value.rate} times too fast"
  combiner              = "AND"
  severity              = each.value.severity
  notification_channels = [google_monitoring_notification_channel.on_call.id]

  conditions {
    display_name = "over ${each.value.long}"
    condition_threshold {
      filter          = "select_slo_burn_rate(\"${each.value.slo}\", \"${each.value.long}\")"
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.rate
      duration        = "0s"
    }
  }

  conditions {
    display_name = "and still over ${each.value.short}"
    condition_threshold {
      filter          = "select_slo_burn_rate(\"${each.value.slo}\", \"${each.value.short}\")"
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.rate
      duration        = "0s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = file("${path.module}/runbooks/${each.value.runbook}.md")
  }
}
