# The objectives, over 28 days, and the alerts on how fast their error budgets burn.

locals {
  # Google's SRE Workbook, "Alerting on SLOs": the long window says it is serious, the short one that it still lasts.
  # At 14.4 times the allowed rate 2 % of the month's budget is gone in an hour; at 6 times, 5 % in six hours.
  burns = {
    page   = { rate = 14.4, long = "60m", short = "5m", severity = "CRITICAL" }
    ticket = { rate = 6, long = "360m", short = "30m", severity = "WARNING" }
  }
}

resource "google_monitoring_custom_service" "this" {
  service_id   = "whatsapp"
  display_name = "WhatsApp on Cloud Run"

  depends_on = [time_sleep.apis]
}

# 1: 99.9 % of webhooks are answered 200 within 1 s.
#
# Cloud Run's own metrics tell status and latency apart but not together, so each request is judged by its line in Cloud
# Run's request log, which the front end writes: a container that crashes or never starts counts too.  A caller's fault
# (a request Meta did not sign, a path that does not exist) is neither good nor bad.
locals {
  webhook_requests = <<-FILTER
    resource.type="cloud_run_revision"
    resource.labels.service_name="whatsapp-webhook"
    log_id("run.googleapis.com/requests")
    httpRequest.requestMethod="POST"
    httpRequest.requestUrl:"/webhook/whatsapp"
  FILTER

  webhook_answers = {
    good = "httpRequest.status=200 AND httpRequest.latency<=\"1s\""
    bad  = "(httpRequest.status=200 AND httpRequest.latency>\"1s\") OR httpRequest.status=429 OR httpRequest.status>=500"
  }
}

# Made by the first apply; the objective on them follows with the variable `live`: Google refuses one on a metric that
# was never written.
resource "google_logging_metric" "webhook" {
  for_each = local.webhook_answers

  name        = "whatsapp-webhooks-${each.key}"
  description = "Webhooks that are ${each.key} for the objective \"answered 200 within 1 s\""
  filter      = "${local.webhook_requests}(${each.value})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }

  depends_on = [time_sleep.apis]
}

resource "google_monitoring_slo" "webhooks" {
  count = var.live ? local.deployed : 0

  service             = google_monitoring_custom_service.this.service_id
  slo_id              = "webhooks-within-1-s"
  display_name        = "99.9 % of webhooks are answered 200 within 1 s"
  goal                = 0.999
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      good_service_filter = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.webhook["good"].name}\" AND resource.type=\"cloud_run_revision\""
      bad_service_filter  = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.webhook["bad"].name}\" AND resource.type=\"cloud_run_revision\""
    }
  }
}

resource "google_monitoring_alert_policy" "webhooks_burn" {
  for_each = { for name, burn in local.burns : name => burn if var.live && local.deployed == 1 }

  display_name          = "WhatsApp: webhooks fail or are slow, ${each.value.rate} times too often"
  combiner              = "AND"
  severity              = each.value.severity
  notification_channels = [google_monitoring_notification_channel.on_call.id]

  dynamic "conditions" {
    for_each = [each.value.long, each.value.short]
    content {
      display_name = "over ${conditions.value}"
      condition_threshold {
        filter          = "select_slo_burn_rate(\"${google_monitoring_slo.webhooks[0].id}\", \"${conditions.value}\")"
        comparison      = "COMPARISON_GT"
        threshold_value = each.value.rate
        duration        = "0s"
      }
    }
  }

  alert_strategy {
    auto_close = "1800s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = file("${path.module}/runbooks/objective-webhooks.md")
  }
}

# 2: 99 % of messages are answered within 10 s, from the webhook's receipt to the reply's acceptance by Meta.
resource "google_monitoring_slo" "replies" {
  count = var.live ? local.deployed : 0

  service             = google_monitoring_custom_service.this.service_id
  slo_id              = "replies-within-10-s"
  display_name        = "99 % of messages are answered within 10 s"
  goal                = 0.99
  rolling_period_days = 28

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"prometheus.googleapis.com/whatsapp_reply_seconds/histogram\" AND resource.type=\"prometheus_target\""
      range {
        max = 10 # seconds; one of the histogram's bucket bounds
      }
    }
  }
}

# "More than 14.4 % of replies took over 10 s" said as a quantile: it needs no bucket label, whose spelling differs
# between clients, and no objective, so it watches from the first reply on.
resource "google_monitoring_alert_policy" "replies_burn" {
  for_each = { for name, burn in local.burns : name => burn if local.deployed == 1 }

  display_name          = "WhatsApp: replies take over 10 s, ${each.value.rate} times too often"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = [google_monitoring_notification_channel.on_call.id]

  conditions {
    display_name = "over ${each.value.long}, and still over ${each.value.short}"
    condition_prometheus_query_language {
      query = join(" and ", [
        for window in [each.value.long, each.value.short] :
        "histogram_quantile(${1 - each.value.rate * 0.01}, sum by (le) (rate(whatsapp_reply_seconds_bucket[${window}]))) > 10"
      ])
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "1800s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = file("${path.module}/runbooks/objective-replies.md")
  }
}
