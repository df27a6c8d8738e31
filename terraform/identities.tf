# Who runs what: one account per service, one that Pub/Sub calls the processor as, one that deploys.
# None is the project's default account, and what belongs to one resource is granted on that resource, in its own file.

resource "google_service_account" "webhook" {
  account_id   = "whatsapp-webhook"
  display_name = "WhatsApp webhook (runtime)"

  depends_on = [time_sleep.apis]
}

resource "google_service_account" "processor" {
  account_id   = "whatsapp-processor"
  display_name = "WhatsApp processor (runtime)"

  depends_on = [time_sleep.apis]
}

resource "google_service_account" "push" {
  account_id   = "whatsapp-push"
  display_name = "What the push subscription calls the processor as"

  depends_on = [time_sleep.apis]
}

resource "google_service_account" "deploy" {
  account_id   = "whatsapp-deploy"
  display_name = "What cloudbuild.yaml builds and deploys as"

  depends_on = [time_sleep.apis]
}

locals {
  runtime = {
    webhook   = google_service_account.webhook.member
    processor = google_service_account.processor.member
  }
  runtime_roles = {
    for pair in setproduct(keys(local.runtime), ["roles/logging.logWriter", "roles/monitoring.metricWriter"]) :
    "${pair[0]} ${pair[1]}" => { member = local.runtime[pair[0]], role = pair[1] }
  }
}

resource "google_project_iam_member" "runtime" {
  for_each = local.runtime_roles

  project = var.project_id
  role    = each.value.role
  member  = each.value.member
}

# Pub/Sub makes the token that a push carries.  Its own account gets no role by being made, so it is granted here, and
# before the subscription (pubsub.tf).
resource "google_service_account_iam_member" "agent_makes_push_tokens" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}

# Firestore has no grants below the database: the condition keeps other databases of the project out of reach.
resource "google_project_iam_member" "firestore" {
  for_each = local.runtime

  project = var.project_id
  role    = "roles/datastore.user"
  member  = each.value

  condition {
    title      = "only-this-database"
    expression = "resource.name == \"${google_firestore_database.this.id}\""
  }
}

resource "google_artifact_registry_repository_iam_member" "deploy_writes" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.deploy.member
}

# Reading only, apart from its own log and scans: gcloud looks at revisions while it deploys, and a roll-out counts the
# new revision's failed requests.  What it may change is granted per service.
resource "google_project_iam_member" "deploy" {
  for_each = toset(["roles/logging.logWriter", "roles/logging.viewer", "roles/ondemandscanning.admin", "roles/run.viewer"])

  project = var.project_id
  role    = each.value
  member  = google_service_account.deploy.member
}

# `gcloud builds submit` leaves the sources in this bucket.
resource "google_project_iam_member" "deploy_reads_sources" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = google_service_account.deploy.member

  condition {
    title      = "only-build-sources"
    expression = "resource.name.startsWith(\"projects/_/buckets/${var.project_id}_cloudbuild/\")"
  }
}

# A deployment runs as the service's account, so it must be allowed to use it: these two and no other.
resource "google_service_account_iam_member" "deploy_acts_as" {
  for_each = {
    webhook   = google_service_account.webhook.name
    processor = google_service_account.processor.name
  }

  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deploy.member
}
