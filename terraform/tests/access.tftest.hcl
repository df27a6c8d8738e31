# Who can call what, and who can read which secret.
# Google is played by terraform's own mock; nothing is applied, not even to it.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "the_processor_is_private" {
  command = plan

  assert {
    condition     = google_cloud_run_v2_service.processor[0].ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    error_message = "The processor must not be reachable from the internet."
  }
  assert {
    condition     = google_cloud_run_v2_service.processor[0].invoker_iam_disabled != true
    error_message = "Cloud Run must ask every caller of the processor for its permission."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.push_may_invoke[0].role == "roles/run.invoker" && google_cloud_run_v2_service_iam_member.push_may_invoke[0].member == google_service_account.push.member
    error_message = "The push account, and it alone, calls the processor."
  }
}

run "the_webhook_is_public_by_its_own_setting_and_no_grant_to_everybody" {
  command = plan

  assert {
    condition     = google_cloud_run_v2_service.webhook[0].ingress == "INGRESS_TRAFFIC_ALL" && google_cloud_run_v2_service.webhook[0].invoker_iam_disabled
    error_message = "Meta has no Google identity: it must get through to the signature check."
  }
  assert {
    condition     = output.callback_url == "https://service-abc123-rj.a.run.app/webhook/whatsapp"
    error_message = "The callback URL is the service's address and Meta's path."
  }
}

run "a_push_carries_a_token_that_the_processor_can_tell" {
  command = plan

  assert {
    condition     = google_pubsub_subscription.push[0].push_config[0].oidc_token[0].service_account_email == google_service_account.push.email
    error_message = "A push without a token would be refused, and one of another account too."
  }
  assert {
    condition = alltrue([
      contains(google_cloud_run_v2_service.processor[0].custom_audiences, google_pubsub_subscription.push[0].push_config[0].oidc_token[0].audience),
      one([for env in google_cloud_run_v2_service.processor[0].template[0].containers[0].env : env.value if env.name == "PUSH_AUDIENCE"]) == google_pubsub_subscription.push[0].push_config[0].oidc_token[0].audience,
    ])
    error_message = "Subscription, Cloud Run and processor must mean the same audience."
  }
  assert {
    condition     = one([for env in google_cloud_run_v2_service.processor[0].template[0].containers[0].env : env.value if env.name == "PUSH_AUTH"]) == "iam"
    error_message = "On Cloud Run the invoker check is the gate."
  }
  assert {
    condition     = google_pubsub_subscription.push[0].push_config[0].push_endpoint == "https://service-abc123-rj.a.run.app/pubsub/push"
    error_message = "Pushes go to the processor's own run.app address: only there Pub/Sub counts as internal traffic."
  }
}

run "pub_sub_may_make_the_token_and_only_for_that_account" {
  command = plan

  assert {
    condition = alltrue([
      google_service_account_iam_member.agent_makes_push_tokens.role == "roles/iam.serviceAccountTokenCreator",
      google_service_account_iam_member.agent_makes_push_tokens.service_account_id == google_service_account.push.name,
      google_service_account_iam_member.agent_makes_push_tokens.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com",
    ])
    error_message = "Without this role every push stays without a token, and the processor refuses it."
  }
}

run "secrets_are_pinned_versions_that_only_their_service_reads" {
  command = plan

  assert {
    condition = alltrue([
      for env in concat(google_cloud_run_v2_service.webhook[0].template[0].containers[0].env[*], google_cloud_run_v2_service.processor[0].template[0].containers[0].env[*]) :
      contains(["WHATSAPP_WEBHOOK_SECRET", "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_ACCESS_TOKEN"], env.name)
      ? length(env.value_source) == 1 && can(regex("^[1-9][0-9]*$", env.value_source[0].secret_key_ref[0].version))
      : length(env.value_source) == 0
    ])
    error_message = "A secret comes from Secret Manager in a named version, never as plain text."
  }
  assert {
    condition     = toset(keys(google_secret_manager_secret_iam_member.webhook)) == toset(["app_secret", "verify_token"]) && toset(keys(google_secret_manager_secret_iam_member.processor)) == toset(["access_token"])
    error_message = "Each service reads its own secrets and no other."
  }
  assert {
    condition     = google_cloud_run_v2_service.webhook[0].template[0].service_account == google_service_account.webhook.email && google_cloud_run_v2_service.processor[0].template[0].service_account == google_service_account.processor.email && google_service_account.webhook.account_id != google_service_account.processor.account_id
    error_message = "Each service runs as an account of its own."
  }
}
