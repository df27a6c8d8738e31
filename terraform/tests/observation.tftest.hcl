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
    condition     = alltrue([for service in [google_cloud_run_v2_service.webhook[0], google_cloud_run_v2_service.processor[0]] : alltrue([for container in service.template[0].containers : container.resources[0].cpu_idle == false])])
    error_message = "cpu_idle must be said on every container, and the sidecar needs CPU between requests."
  }
  assert {
    condition     = length(google_monitoring_slo.replies) == 0 && length(google_monitoring_alert_policy.replies_burn) == 2
    error_message = "Before the first reply there is no metric to make an objective on; the alerts need none."
  }
}

run "the_verify_token_in_the_handshake_s_url_is_not_kept_in_the_log" {
  command = plan

  assert {
    condition     = strcontains(google_logging_project_exclusion.handshake.filter, "httpRequest.requestUrl:\"hub.verify_token\"") && google_logging_project_exclusion.handshake.disabled != true
    error_message = "Cloud Run's request log holds URLs, and the handshake's URL the verify token."
  }
}
