# The topics between the services.  Names are the services' defaults (README.md, Configuration).

locals {
  # Google's own account that moves messages; dead lettering is refused to it unless both grants below exist.
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  week         = "604800s"

  push_subscription = "whatsapp-deliveries-push"
}

resource "google_pubsub_topic" "deliveries" {
  name                       = "whatsapp-deliveries"
  message_retention_duration = local.week # what `python -m ops replay` goes back to

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [time_sleep.apis]

  lifecycle {
    prevent_destroy = true # customers' messages of a week
  }
}

resource "google_pubsub_topic" "dead_letters" {
  name = "whatsapp-dead-letters"

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [time_sleep.apis]
}

resource "google_pubsub_topic" "leads" {
  name                       = "leads"
  message_retention_duration = local.week # nobody has to listen yet

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [time_sleep.apis]
}

resource "google_pubsub_subscription" "push" {
  count = local.deployed

  name                    = local.push_subscription
  topic                   = google_pubsub_topic.deliveries.id
  enable_message_ordering = true

  ack_deadline_seconds       = local.push_seconds
  message_retention_duration = local.week

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.processor[0].uri}/pubsub/push"
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = local.push_audience
    }
  }

  # 10, 20, 40 ... 600 s: the pauses of max_delivery_attempts outlast a crashed owner's lease and the window in which an
  # unclear send is settled (REPLY_LEASE_SECONDS, AMBIGUOUS_WINDOW_SECONDS) many times over.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = var.max_delivery_attempts
  }

  expiration_policy {
    ttl = "" # never, however quiet it gets
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.push_may_invoke,
    google_service_account_iam_member.agent_makes_push_tokens,
    google_pubsub_topic_iam_member.agent_publishes_dead_letters,
  ]

  lifecycle {
    prevent_destroy = true # with it would go every message that is not answered yet
  }
}

# Without a subscription a dead letter would vanish on arrival.
resource "google_pubsub_subscription" "dead_letters" {
  name                       = "whatsapp-dead-letters-pull"
  topic                      = google_pubsub_topic.dead_letters.id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s" # 31 days, the most there is

  expiration_policy {
    ttl = ""
  }

  lifecycle {
    prevent_destroy = true # it holds customers' messages that nobody has answered
  }
}

resource "google_pubsub_topic_iam_member" "webhook_publishes" {
  topic  = google_pubsub_topic.deliveries.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.webhook.member
}

# Readiness looks whether the topic is there; publisher alone may not look.
resource "google_pubsub_topic_iam_member" "webhook_sees_topic" {
  topic  = google_pubsub_topic.deliveries.name
  role   = "roles/pubsub.viewer"
  member = google_service_account.webhook.member
}

resource "google_pubsub_topic_iam_member" "processor_publishes_leads" {
  topic  = google_pubsub_topic.leads.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.processor.member
}

resource "google_pubsub_topic_iam_member" "agent_publishes_dead_letters" {
  topic  = google_pubsub_topic.dead_letters.name
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "agent_acknowledges_source" {
  count = local.deployed

  subscription = google_pubsub_subscription.push[0].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
