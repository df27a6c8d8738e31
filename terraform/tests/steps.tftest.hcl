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
    condition     = strcontains(output.set_secrets, "for secret in whatsapp-access-token whatsapp-app-secret whatsapp-verify-token; do") && strcontains(output.build_images, "cloudbuild.yaml") && startswith(output.callback_url, "not yet")
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

run "a_domain_is_made_beside_cloud_run_s_address_while_its_certificate_is_on_its_way" {
  command = plan

  variables {
    domain = "whatsapp.example.com"
  }

  assert {
    condition     = google_cloud_run_v2_service.webhook[0].ingress == "INGRESS_TRAFFIC_ALL" && startswith(output.callback_url, "https://service-abc123-rj.a.run.app/")
    error_message = "Meta must get through until the new address works."
  }
  assert {
    condition     = google_compute_backend_service.webhook[0].security_policy == google_compute_security_policy.edge[0].id && google_compute_backend_service.webhook[0].log_config[0].enable == false
    error_message = "The policy must be attached; the load balancer's log would hold the verify token."
  }
  assert {
    condition     = contains(keys(google_project_service.this), "compute.googleapis.com")
    error_message = "A load balancer needs the Compute API, switched on and waited for like the others."
  }
}

run "then_everything_passes_the_load_balancer" {
  command = plan

  variables {
    domain      = "whatsapp.example.com"
    domain_only = true
  }

  assert {
    condition     = google_cloud_run_v2_service.webhook[0].ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    error_message = "Cloud Armor protects nothing if its back door is open."
  }
  assert {
    condition     = output.callback_url == "https://whatsapp.example.com/webhook/whatsapp"
    error_message = "The callback URL is the domain's."
  }
}

run "the_instances_fit_the_cpu_quota_of_a_new_project" {
  command = plan

  assert {
    condition     = local.most_cpu <= 20 && local.max_instances.webhook >= 4 && local.max_instances.processor >= 2
    error_message = "Cloud Run refuses a deployment whose most instances do not fit: 20 vCPU in a new project."
  }
  assert {
    condition = google_cloud_run_v2_service.webhook[0].template[0].scaling[0].max_instance_count == local.max_instances.webhook && alltrue([
      for name, service in { webhook = google_cloud_run_v2_service.webhook[0], processor = google_cloud_run_v2_service.processor[0] } :
      sum([for container in service.template[0].containers : tonumber(container.resources[0].limits.cpu)]) == local.instance_cpu[name]
    ])
    error_message = "What is counted must be what is asked for, sidecars included."
  }
}

run "more_instances_than_the_quota_allows_are_told_before_anything_is_made" {
  command = plan

  variables {
    webhook_instances = { max = 40 }
  }
  expect_failures = [terraform_data.cpu_quota]
}

run "with_a_higher_quota_more_instances_follow" {
  command = plan

  variables {
    cpu_quota = 200
  }

  assert {
    condition     = local.max_instances.webhook == 80 && local.most_cpu <= 200
    error_message = "The most instances follow the quota."
  }
}

run "a_budget_sends_its_mail_to_the_same_people" {
  command = plan

  variables {
    budget = { billing_account = "0123AB-4567CD-89EF01", month = 100 }
  }

  assert {
    condition     = google_billing_budget.this[0].amount[0].specified_amount[0].units == "100" && contains(keys(google_project_service.this), "billingbudgets.googleapis.com") && length(google_billing_budget.this[0].threshold_rules) == 3
    error_message = "At half, at all, and when all is foreseen."
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
    budget                = { billing_account = "my account", month = 100 }
  }
  expect_failures = [
    var.project_id, var.phone_number_id, var.alert_email, var.secret_versions,
    var.dedupe_ttl_hours, var.max_delivery_attempts, var.no_traffic_minutes, var.domain,
    var.webhook_instances, var.budget,
  ]
}
