# The database and, for each collection, when its documents go and what in it is indexed: nothing but the timers' time.

locals {
  # Every collection the services write; each document carries `expire_at`.
  collections = toset(["inbox", "outbox", "conversations", "timers"])
}

resource "google_firestore_database" "this" {
  name                              = "(default)"
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  app_engine_integration_mode       = "DISABLED"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  # Two locks: Google refuses the deletion, and terraform forgets the database instead of asking for it.
  delete_protection_state = "DELETE_PROTECTION_ENABLED"
  deletion_policy         = "ABANDON"

  depends_on = [time_sleep.apis]
}

# An index on an ever-growing timestamp caps a collection at 500 writes a second (Firestore, "Best practices"):
# `expire_at` only needs the time-to-live policy.
resource "google_firestore_field" "expire_at" {
  for_each = local.collections

  database   = google_firestore_database.this.name
  collection = each.value
  field      = "expire_at"
  ttl_config {}
  index_config {}
}

# Documents are read by name only, so every automatic index (`lease_until` and `received_at` among them) would be
# paid for at each write and never used.
resource "google_firestore_field" "not_indexed" {
  for_each = local.collections

  database   = google_firestore_database.this.name
  collection = each.value
  field      = "*"
  index_config {}
}

# The one query there is: which timers are due.  Timers are far fewer than messages, so the cap of an index on a
# timestamp (500 writes a second) is far away.
resource "google_firestore_field" "due" {
  database   = google_firestore_database.this.name
  collection = "timers"
  field      = "publish_at"
  index_config {
    indexes {
      order = "ASCENDING"
    }
  }
}
