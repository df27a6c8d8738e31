# The private service: only the push subscription may call it.

locals {
  # A service cannot be told the address it is only about to get; this form of it is known beforehand.
  push_audience = "https://whatsapp-processor-${data.google_project.this.number}.${var.region}.run.app"

  # The longest one push request may take, for the service and for the subscription.  A container that dies ends its
  # requests at once, not after this.
  push_seconds = 120
}

resource "google_cloud_run_v2_service" "processor" {
  count = local.deployed

  name                = "whatsapp-processor"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY" # Pub/Sub of this project counts as internal, on the run.app address
  custom_audiences    = [local.push_audience]
  deletion_protection = local.protected

  template {
    service_account                  = google_service_account.processor.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = local.sizes.processor.concurrency
    timeout                          = "${local.push_seconds}s"

    scaling {
      min_instance_count = var.processor_instances.min
      max_instance_count = local.max_instances.processor
    }

    containers {
      name  = "app"
      image = var.images.processor

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = tostring(local.sizes.processor.cpu), memory = local.sizes.processor.memory }
        cpu_idle          = !var.instance_based_billing
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(local.common_settings, {
          PUSH_AUDIENCE            = local.push_audience
          PUSH_AUTH                = "iam"
          PUSH_SERVICE_ACCOUNT     = google_service_account.push.email
          WHATSAPP_API_URL         = var.graph_api_url
          WHATSAPP_PHONE_NUMBER_ID = var.phone_number_id
        }, var.processor_settings)
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = local.processor_secrets
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

      # Without Firestore it can do nothing, so it does not start.  Nobody but Pub/Sub can call it: this probe is also
      # the only smoke test a new revision gets.
      startup_probe {
        period_seconds    = 3
        timeout_seconds   = 3
        failure_threshold = 20
        http_get {
          path = "/ready"
        }
      }

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
      depends_on = ["app"]

      resources {
        limits   = local.collector.limits
        cpu_idle = !var.instance_based_billing
      }

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
    # As in webhook.tf: docs/decisions/0003-who-owns-the-image.md
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
    google_pubsub_topic_iam_member.processor_publishes_leads,
    google_secret_manager_secret_iam_member.collector,
    google_secret_manager_secret_iam_member.processor,
  ]
}

# The only caller there is.
resource "google_cloud_run_v2_service_iam_member" "push_may_invoke" {
  count = local.deployed

  name     = google_cloud_run_v2_service.processor[0].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.push.member
}

resource "google_cloud_run_v2_service_iam_member" "deploy_processor" {
  count = local.deployed

  name     = google_cloud_run_v2_service.processor[0].name
  location = var.region
  role     = "roles/run.developer"
  member   = google_service_account.deploy.member
}
