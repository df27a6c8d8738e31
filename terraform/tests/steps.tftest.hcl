# The steps of an installation, and what is told before a mistake is made.
# Google is played by terraform's own mock; nothing is applied, not even to it.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "the_first_apply_makes_what_the_images_stand_on_and_runs_nothing" {
  command = plan

  variables {
    images = null
  }

  assert {
    condition     = length(google_cloud_run_v2_service.webhook) + length(google_cloud_run_v2_service.processor) + length(google_pubsub_subscription.push) == 0
    error_message = "Without images there is nothing to run."
  }
  assert {
    condition     = length(regexall("gcloud secrets versions add whatsapp-[a-z-]+ ", output.set_secrets)) == 3 && strcontains(output.build_images, "cloudbuild.yaml") && startswith(output.callback_url, "not yet")
    error_message = "The outputs must tell the next step: secrets, images, then apply again."
  }
  assert {
    condition     = length(google_logging_metric.webhook) == 2
    error_message = "Google refuses an objective on a metric it has never seen: the metrics come with the first apply."
  }
}

run "the_operations_tool_gets_what_it_needs_to_know" {
  command = plan

  assert {
    condition     = strcontains(output.ops_settings, "WHATSAPP_CALLBACK_URL=https://service-abc123-rj.a.run.app/webhook/whatsapp\n") && strcontains(output.ops_settings, "GOOGLE_CLOUD_PROJECT=my-project\n")
    error_message = "A line for each setting, in the form of a .env file."
  }
}

run "the_objective_on_replies_can_be_made_later" {
  command = plan

  variables {
    reply_objective = true
  }

  assert {
    condition     = google_monitoring_slo.replies[0].goal == 0.99 && google_monitoring_slo.replies[0].request_based_sli[0].distribution_cut[0].range[0].max == 10 && google_monitoring_slo.webhooks[0].goal == 0.999
    error_message = "99 % of messages within 10 s, 99.9 % of webhooks within 1 s."
  }
}

run "with_a_domain_everything_passes_the_load_balancer" {
  command = plan

  variables {
    domain = "whatsapp.example.com"
  }

  assert {
    condition     = google_cloud_run_v2_service.webhook[0].ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    error_message = "Cloud Armor protects nothing if its back door is open."
  }
  assert {
    condition     = google_compute_backend_service.webhook[0].security_policy == google_compute_security_policy.edge[0].id && google_compute_backend_service.webhook[0].log_config[0].enable == false
    error_message = "The policy must be attached; the load balancer's log would hold the verify token."
  }
  assert {
    condition     = output.callback_url == "https://whatsapp.example.com/webhook/whatsapp"
    error_message = "The callback URL is the domain's."
  }
}

run "an_image_by_tag_is_refused" {
  command = plan

  variables {
    images = { webhook = "example/webhook:latest", processor = "example/processor:latest" }
  }
  expect_failures = [var.images]
}

run "a_secret_among_the_settings_is_refused" {
  command = plan

  variables {
    webhook_settings   = { WHATSAPP_WEBHOOK_SECRET = "in-plain-text" }
    processor_settings = { WHATSAPP_ACCESS_TOKEN = "in-plain-text" }
  }
  expect_failures = [var.webhook_settings, var.processor_settings]
}

run "mistakes_in_the_variables_are_told_before_anything_is_made" {
  command = plan

  variables {
    project_id            = "My Project"
    phone_number_id       = "+55 11 99999-0000"
    alert_email           = "on-call"
    secret_versions       = { app_secret = "latest" }
    dedupe_ttl_hours      = 0
    max_delivery_attempts = 5
    no_traffic_minutes    = 1
    webhook_instances     = { min = 5, max = 4 }
    domain                = "https://whatsapp.example.com/"
  }
  expect_failures = [
    var.project_id, var.phone_number_id, var.alert_email, var.secret_versions,
    var.dedupe_ttl_hours, var.max_delivery_attempts, var.no_traffic_minutes, var.domain,
    var.webhook_instances,
  ]
}
