# The database and, for each collection, when its documents go and that nothing in it is indexed.

locals {
  # Every collection the services write; each document carries `expire_at`.
  collections = toset(["inbox", "outbox", "conversations"])
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
