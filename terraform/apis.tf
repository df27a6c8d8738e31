# What the project must have switched on, and the names every other file refers to.

locals {
  apis = toset([
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
  ])

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

resource "google_project_service" "load_balancer" {
  count = var.domain == null ? 0 : 1

  service            = "compute.googleapis.com"
  disable_on_destroy = false
}
