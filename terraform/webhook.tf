# The public service: Meta posts to it.

resource "google_cloud_run_v2_service" "webhook" {
  count = local.deployed

  name                = "whatsapp-webhook"
  location            = var.region
  ingress             = var.domain_only ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_ALL"
  deletion_protection = local.protected

  # Meta has no Google identity; the HMAC signature on each request is the gate.  Unlike a grant to allUsers this also
  # works in organisations that forbid such grants (domain-restricted sharing).
  invoker_iam_disabled = true

  template {
    service_account                  = google_service_account.webhook.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = local.sizes.webhook.concurrency
    timeout                          = "15s" # far above the service's own deadlines; Meta does not wait longer

    scaling {
      min_instance_count = var.webhook_instances.min
      max_instance_count = local.max_instances.webhook
    }

    containers {
      name  = "app"
      image = var.images.webhook

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = tostring(local.sizes.webhook.cpu), memory = local.sizes.webhook.memory }
        cpu_idle          = !var.instance_based_billing
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(local.common_settings, {
          DEDUPE_TTL_HOURS = tostring(var.dedupe_ttl_hours)
          PUBSUB_ENDPOINT  = "${var.region}-pubsub.googleapis.com" # ordering holds within one region's endpoint
          PUBSUB_TOPIC     = google_pubsub_topic.deliveries.name
        }, var.webhook_settings)
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = local.webhook_secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.this[env.value].secret_id
              version = var.secret_versions[env.value]
            }
          }
        }
      }

      # Started means: configuration is whole and the process answers.  It must start while Firestore is away, because
      # it accepts messages then too; whether a new revision reaches everything is asked by cloudbuild.yaml (/ready).
      startup_probe {
        period_seconds    = 1
        timeout_seconds   = 1
        failure_threshold = 60
        http_get {
          path = "/health"
        }
      }

      # A restart does not mend Firestore, so this asks no more.
      liveness_probe {
        period_seconds    = 15
        timeout_seconds   = 5
        failure_threshold = 4
        http_get {
          path = "/health"
        }
      }
    }

    containers {
      name       = local.collector.name
      image      = local.collector.image
      depends_on = ["app"] # starts after the app and stops before it: the last scrape still finds /metrics

      resources {
        limits   = local.collector.limits
        cpu_idle = !var.instance_based_billing # the API's default holds only where there is no resources block
      }

      # As in Google's example: it also gives the sidecar CPU to send what it holds while no request runs.
      liveness_probe {
        period_seconds  = 30
        timeout_seconds = 30
        http_get {
          path = "/liveness"
          port = 13133
        }
      }

      volume_mounts {
        name       = "collector-config"
        mount_path = local.collector.directory
      }
    }

    volumes {
      name = "collector-config"
      secret {
        secret = google_secret_manager_secret.collector.secret_id
        items {
          path    = local.collector.file
          version = google_secret_manager_secret_version.collector.version
        }
      }
    }
  }

  traffic {
    type    = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
    percent = 100
  }

  lifecycle {
    # Images and traffic belong to cloudbuild.yaml: docs/decisions/0003-who-owns-the-image.md
    ignore_changes = [
      build_config, # written by gcloud run deploy --source
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].image,
      template[0].labels,
      template[0].revision,
      traffic,
    ]
  }

  depends_on = [
    google_project_iam_member.firestore,
    google_pubsub_topic_iam_member.webhook_publishes,
    google_pubsub_topic_iam_member.webhook_sees_topic,
    google_secret_manager_secret_iam_member.collector,
    google_secret_manager_secret_iam_member.webhook,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "deploy_webhook" {
  count = local.deployed

  name     = google_cloud_run_v2_service.webhook[0].name
  location = var.region
  role     = "roles/run.developer"
  member   = google_service_account.deploy.member
}
