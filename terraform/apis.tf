# What the project must have switched on, and the names every other file refers to.

locals {
  apis = toset(concat([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "ondemandscanning.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "serviceusage.googleapis.com",
    ],
    var.domain == null ? [] : ["compute.googleapis.com"],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
  ))

  # Nothing runs before the images are there; everything they stand on does.
  deployed = var.images == null ? 0 : 1
}

data "google_project" "this" {
  project_id = var.project_id
}

resource "google_project_service" "this" {
  for_each = local.apis

  service            = each.value
  disable_on_destroy = false # something else in the project may need it
}

# An API that has just been switched on answers SERVICE_DISABLED for a while: everything else waits for this.
resource "time_sleep" "apis" {
  create_duration = "90s"
  triggers        = { apis = join(" ", sort(local.apis)) }

  depends_on = [google_project_service.this]
}
