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
    name = "collector"
    # Tag 1.9.2: the newest in the registry's list on 2026-09-05, with this digest, as a public record says; and VERSION
    # in github.com/GoogleCloudPlatform/run-gmp-sidecar (read 2026-11-25).  Not pulled by us: docs/upgrade.md.
    image     = "us-docker.pkg.dev/cloud-ops-agents-artifacts/cloud-run-gmp-sidecar/cloud-run-gmp-sidecar@sha256:ff1fc68871118f1032a3ce17e2b0abd703292e883989d220244330ebdf522fd1"
    limits    = { cpu = tostring(local.collector_size.cpu), memory = local.collector_size.memory }
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

  depends_on = [time_sleep.apis]
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
