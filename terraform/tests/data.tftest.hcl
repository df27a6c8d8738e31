# What is kept, for how long, and what is given up for a person.
# Google is played by terraform's own mock; nothing is applied, not even to it.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "the_subscription_keeps_order_and_never_drops_a_message_by_itself" {
  command = plan

  assert {
    condition     = google_pubsub_subscription.push[0].enable_message_ordering
    error_message = "One person's messages must arrive in order."
  }
  assert {
    condition     = google_pubsub_subscription.push[0].expiration_policy[0].ttl == "" && google_pubsub_subscription.dead_letters.expiration_policy[0].ttl == ""
    error_message = "A quiet month must not delete a subscription."
  }
  assert {
    condition     = "${google_pubsub_subscription.push[0].ack_deadline_seconds}s" == google_cloud_run_v2_service.processor[0].template[0].timeout
    error_message = "Subscription and service must give up on a push at the same time."
  }
  assert {
    condition     = alltrue([for topic in [google_pubsub_topic.deliveries, google_pubsub_topic.dead_letters, google_pubsub_topic.leads] : tolist(topic.message_storage_policy[0].allowed_persistence_regions) == tolist(["southamerica-east1"])])
    error_message = "Customers' messages stay in the region."
  }
}

run "what_is_given_up_is_kept_for_a_person" {
  command = plan

  assert {
    condition     = google_pubsub_subscription.push[0].dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead_letters.id && google_pubsub_subscription.push[0].dead_letter_policy[0].max_delivery_attempts == 20
    error_message = "What cannot be processed goes to the dead-letter topic."
  }
  assert {
    condition = alltrue([
      google_pubsub_topic_iam_member.agent_publishes_dead_letters.role == "roles/pubsub.publisher",
      google_pubsub_topic_iam_member.agent_publishes_dead_letters.topic == google_pubsub_topic.dead_letters.name,
      google_pubsub_topic_iam_member.agent_publishes_dead_letters.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com",
    ])
    error_message = "Pub/Sub's own account must be allowed to publish dead letters."
  }
  assert {
    condition = alltrue([
      google_pubsub_subscription_iam_member.agent_acknowledges_source[0].role == "roles/pubsub.subscriber",
      google_pubsub_subscription_iam_member.agent_acknowledges_source[0].subscription == google_pubsub_subscription.push[0].name,
      google_pubsub_subscription_iam_member.agent_acknowledges_source[0].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com",
    ])
    error_message = "Pub/Sub's own account must be allowed to take the message off the source subscription."
  }
  assert {
    condition     = google_pubsub_subscription.dead_letters.topic == google_pubsub_topic.dead_letters.id
    error_message = "A topic without a subscription forgets at once."
  }
}

run "documents_go_by_themselves_and_are_not_indexed" {
  command = plan

  assert {
    condition     = toset([for field in google_firestore_field.expire_at : field.collection if length(field.ttl_config) == 1 && field.field == "expire_at"]) == toset(["inbox", "outbox", "conversations", "timers"])
    error_message = "Every collection's documents carry expire_at; without the policy they stay for ever."
  }
  assert {
    condition     = alltrue([for field in concat(values(google_firestore_field.expire_at), values(google_firestore_field.not_indexed)) : length(field.index_config) == 1 && length(field.index_config[0].indexes) == 0])
    error_message = "An index on a growing timestamp caps a collection at 500 writes a second."
  }
  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED" && google_firestore_database.this.type == "FIRESTORE_NATIVE"
    error_message = "The database is protected, and every minute of the last week can be read again."
  }
}
