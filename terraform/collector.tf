# How metrics get from the services to Cloud Monitoring: Google's Managed Service for Prometheus sidecar scrapes
# localhost:9090/metrics, a port that Cloud Run does not expose.

locals {
  metrics_port = 9090

  common_settings = {
    FIRESTORE_DATABASE   = google_firestore_database.this.name
    GOOGLE_CLOUD_PROJECT = var.project_id
    LOG_FORMAT           = "json"
    METRICS_PORT         = tostring(local.metrics_port)
  }

  collector = {
    name      = "collector"
    image     = "us-docker.pkg.dev/cloud-ops-agents-artifacts/cloud-run-gmp-sidecar/cloud-run-gmp-sidecar:1.8.0"
    limits    = { cpu = "1", memory = "256Mi" }
    directory = "/etc/rungmp"
    file      = "config.yaml"
  }
}

# Nothing secret is in it: Cloud Run can mount a file only from Secret Manager or a bucket, and the sidecar reads a file.
resource "google_secret_manager_secret" "collector" {
  secret_id = "whatsapp-collector-config"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_secret_manager_secret_version" "collector" {
  secret = google_secret_manager_secret.collector.id
  secret_data = yamlencode({
    apiVersion = "monitoring.googleapis.com/v1beta"
    kind       = "RunMonitoring"
    metadata   = { name = "whatsapp" }
    spec = {
      endpoints    = [{ port = local.metrics_port, path = "/metrics", interval = "30s" }]
      targetLabels = { metadata = ["service", "revision"] }
    }
  })
}

resource "google_secret_manager_secret_iam_member" "collector" {
  for_each = local.runtime

  secret_id = google_secret_manager_secret.collector.id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value
}
