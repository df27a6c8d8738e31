# The alerts.  Each carries its runbook from runbooks/: what it means, what to look at, what to do.
#
# All are PromQL, over the services' own metrics and over Google's (pubsub_googleapis_com:..., run_googleapis_com:...).
# Google refuses an alert on a metric it has never seen, so the check is off: before the first message there is none.
# An alert with `armed_by = "live"` comes with the variable `live`, after the first reply: silence before it is no news.

locals {
  alerts = {
    dead-letters = {
      title    = "a message was given up and waits for a person"
      severity = "CRITICAL"
      for      = "0s"
      query    = "sum(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${google_pubsub_subscription.dead_letters.name}\"}) > 0"
    }
    backlog = {
      title    = "a message has waited for over 5 minutes"
      severity = "CRITICAL"
      for      = "120s"
      query    = "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\",subscription_id=\"${local.push_subscription}\"}) > 300"
    }
    signature-failures = {
      title    = "many requests that Meta did not sign"
      severity = "WARNING"
      for      = "0s"
      query    = "sum(increase(whatsapp_signature_failures_total[10m])) > 50"
    }
    graph-access = {
      title    = "Meta refuses our token, permission or account"
      severity = "CRITICAL"
      for      = "0s"
      query    = "sum(increase(whatsapp_graph_errors_total{kind=\"access\"}[10m])) > 0 or max(whatsapp_number_paused) > 0"
    }
    rejected-replies = {
      title    = "Meta rejects replies as malformed"
      severity = "WARNING"
      for      = "0s"
      query    = "sum(increase(whatsapp_replies_failed_total{kind=\"request\"}[30m])) > 0"
    }
    unclear-sends = {
      title    = "sends whose fate at Meta is unclear"
      severity = "WARNING"
      for      = "0s"
      query    = "sum(increase(whatsapp_sends_ambiguous_total[30m])) > 5 or sum(increase(whatsapp_sends_parked_total[30m])) > 0"
    }
    pushes-refused = {
      title    = "the processor refuses pushes"
      severity = "WARNING"
      for      = "0s"
      query    = "sum(increase(whatsapp_pushes_refused_total[10m])) > 0"
    }
    firestore-away = {
      title    = "deliveries go on without deduplication"
      severity = "WARNING"
      for      = "300s"
      query    = "sum(increase(whatsapp_dedupe_skipped_total[5m])) > 0"
    }
    no-traffic = {
      title    = "Meta has not called for ${var.no_traffic_minutes} minutes"
      severity = "WARNING"
      for      = "0s"
      armed_by = "live"
      # What was accepted, signed by Meta: a scanner's request is no sign of life.
      query = "${join(" + ", [
        for kind in ["messages", "updates"] :
        "(sum(increase(whatsapp_${kind}_received_total[${var.no_traffic_minutes}m])) or vector(0))"
      ])} == 0"
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = { for name, alert in local.alerts : name => alert if local.deployed == 1 && (var.live || !can(alert.armed_by)) }

  display_name          = "WhatsApp: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = [google_monitoring_notification_channel.on_call.id]

  conditions {
    display_name = each.value.title
    condition_prometheus_query_language {
      query                     = each.value.query
      duration                  = each.value.for
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "1800s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = file("${path.module}/runbooks/${each.key}.md")
  }
}
