# That the metrics arrive, and the objectives and alerts with them.
# Google is played by terraform's own mock; nothing is applied, not even to it.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "metrics_reach_cloud_monitoring" {
  command = plan

  assert {
    condition = alltrue([
      for service in [google_cloud_run_v2_service.webhook[0], google_cloud_run_v2_service.processor[0]] :
      one([for container in service.template[0].containers : container.depends_on if container.name == "collector"]) == tolist(["app"])
    ])
    error_message = "The collector starts after the app and stops before it, or the last figures are lost."
  }
  assert {
    condition     = yamldecode(google_secret_manager_secret_version.collector.secret_data).spec.endpoints[0].port == tonumber(one([for env in google_cloud_run_v2_service.webhook[0].template[0].containers[0].env : env.value if env.name == "METRICS_PORT"]))
    error_message = "The collector must scrape the port the services serve."
  }
  assert {
    condition     = alltrue([for service in [google_cloud_run_v2_service.webhook[0], google_cloud_run_v2_service.processor[0]] : alltrue([for container in service.template[0].containers : container.resources[0].cpu_idle == true])])
    error_message = "cpu_idle must be said on every container: the API's default holds only where there is no resources block."
  }
  assert {
    condition = alltrue([
      for service in [google_cloud_run_v2_service.webhook[0], google_cloud_run_v2_service.processor[0]] :
      one([for container in service.template[0].containers : container.liveness_probe[0].http_get[0] if container.name == "collector"]).path == "/liveness"
    ])
    error_message = "The collector is watched, and gets CPU to send what it holds."
  }
}

run "before_the_first_reply_nothing_stands_on_a_metric_that_was_never_written" {
  command = plan

  assert {
    condition     = length(google_monitoring_slo.replies) + length(google_monitoring_slo.webhooks) + length(google_monitoring_alert_policy.webhooks_burn) == 0 && length(google_monitoring_alert_policy.replies_burn) == 2
    error_message = "Google refuses an objective on a metric it has never seen; PromQL alerts need none."
  }
  assert {
    condition     = !contains(keys(google_monitoring_alert_policy.this), "no-traffic") && contains(keys(google_monitoring_alert_policy.this), "backlog")
    error_message = "Silence before the first message is no news; a waiting message is."
  }
  assert {
    condition     = !google_cloud_run_v2_service.webhook[0].deletion_protection && !google_cloud_run_v2_service.processor[0].deletion_protection
    error_message = "A service whose first start failed must be replaceable."
  }
}

run "once_live_there_are_objectives_and_protection_and_silence_is_told" {
  command = plan

  variables {
    live = true
  }

  assert {
    condition     = google_monitoring_slo.replies[0].goal == 0.99 && google_monitoring_slo.replies[0].request_based_sli[0].distribution_cut[0].range[0].max == 10 && google_monitoring_slo.webhooks[0].goal == 0.999 && length(google_monitoring_alert_policy.webhooks_burn) == 2
    error_message = "99 % of messages within 10 s, 99.9 % of webhooks within 1 s."
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.this["no-traffic"].conditions[0].condition_prometheus_query_language[0].query, "whatsapp_messages_received_total[720m]")
    error_message = "The alert on silence watches what was accepted, not whatever answers 2xx."
  }
  assert {
    condition     = google_cloud_run_v2_service.webhook[0].deletion_protection && alltrue([for secret in google_secret_manager_secret.this : secret.deletion_protection])
    error_message = "What serves people is not destroyed by mistake."
  }
}

run "the_verify_token_in_the_handshake_s_url_is_not_kept_in_the_log" {
  command = plan

  assert {
    condition     = strcontains(google_logging_project_exclusion.handshake.filter, "httpRequest.requestUrl:\"hub.verify_token\"") && google_logging_project_exclusion.handshake.disabled != true
    error_message = "Cloud Run's request log holds URLs, and the handshake's URL the verify token."
  }
}
