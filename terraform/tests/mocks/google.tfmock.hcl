# What Google would fill in.  Accounts and topics each get a value of their own, so that a mix-up shows.

mock_data "google_project" {
  defaults = { number = "123456789012" }
}
mock_resource "google_cloud_run_v2_service" {
  defaults = { uri = "https://service-abc123-rj.a.run.app" }
}

override_resource {
  target          = google_service_account.webhook
  override_during = plan
  values          = { id = "webhook-id", name = "webhook-name", email = "webhook@sa", member = "serviceAccount:webhook@sa" }
}
override_resource {
  target          = google_service_account.processor
  override_during = plan
  values          = { id = "processor-id", name = "processor-name", email = "processor@sa", member = "serviceAccount:processor@sa" }
}
override_resource {
  target          = google_service_account.push
  override_during = plan
  values          = { id = "push-id", name = "push-name", email = "push@sa", member = "serviceAccount:push@sa" }
}
override_resource {
  target          = google_service_account.deploy
  override_during = plan
  values          = { id = "deploy-id", name = "deploy-name", email = "deploy@sa", member = "serviceAccount:deploy@sa" }
}
override_resource {
  target          = google_pubsub_topic.deliveries
  override_during = plan
  values          = { id = "deliveries-id" }
}
override_resource {
  target          = google_pubsub_topic.dead_letters
  override_during = plan
  values          = { id = "dead-letters-id" }
}
override_resource {
  target          = google_compute_security_policy.edge
  override_during = plan
  values          = { id = "edge-id" }
}
