# What Google would fill in, in the form Google gives it: terraform hands mocked values to the provider's real rules.
# Accounts and topics each get a value of their own, so that a mix-up shows.

mock_data "google_project" {
  defaults = { number = "123456789012" }
}
mock_resource "google_cloud_run_v2_service" {
  defaults = { uri = "https://service-abc123-rj.a.run.app" }
}

override_resource {
  target          = google_service_account.webhook
  override_during = plan
  values = {
    id     = "projects/my-project/serviceAccounts/whatsapp-webhook@my-project.iam.gserviceaccount.com"
    name   = "projects/my-project/serviceAccounts/whatsapp-webhook@my-project.iam.gserviceaccount.com"
    email  = "whatsapp-webhook@my-project.iam.gserviceaccount.com"
    member = "serviceAccount:whatsapp-webhook@my-project.iam.gserviceaccount.com"
  }
}
override_resource {
  target          = google_service_account.processor
  override_during = plan
  values = {
    id     = "projects/my-project/serviceAccounts/whatsapp-processor@my-project.iam.gserviceaccount.com"
    name   = "projects/my-project/serviceAccounts/whatsapp-processor@my-project.iam.gserviceaccount.com"
    email  = "whatsapp-processor@my-project.iam.gserviceaccount.com"
    member = "serviceAccount:whatsapp-processor@my-project.iam.gserviceaccount.com"
  }
}
override_resource {
  target          = google_service_account.push
  override_during = plan
  values = {
    id     = "projects/my-project/serviceAccounts/whatsapp-push@my-project.iam.gserviceaccount.com"
    name   = "projects/my-project/serviceAccounts/whatsapp-push@my-project.iam.gserviceaccount.com"
    email  = "whatsapp-push@my-project.iam.gserviceaccount.com"
    member = "serviceAccount:whatsapp-push@my-project.iam.gserviceaccount.com"
  }
}
override_resource {
  target          = google_service_account.deploy
  override_during = plan
  values = {
    id     = "projects/my-project/serviceAccounts/whatsapp-deploy@my-project.iam.gserviceaccount.com"
    name   = "projects/my-project/serviceAccounts/whatsapp-deploy@my-project.iam.gserviceaccount.com"
    email  = "whatsapp-deploy@my-project.iam.gserviceaccount.com"
    member = "serviceAccount:whatsapp-deploy@my-project.iam.gserviceaccount.com"
  }
}
override_resource {
  target          = google_pubsub_topic.deliveries
  override_during = plan
  values          = { id = "projects/my-project/topics/whatsapp-deliveries" }
}
override_resource {
  target          = google_pubsub_topic.dead_letters
  override_during = plan
  values          = { id = "projects/my-project/topics/whatsapp-dead-letters" }
}
override_resource {
  target          = google_compute_security_policy.edge
  override_during = plan
  values          = { id = "projects/my-project/global/securityPolicies/whatsapp-webhook" }
}
