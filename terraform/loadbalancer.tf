# Optional (variable `domain`): a load balancer with Cloud Armor before the webhook.  Cloud Run takes requests from the
# load balancer only once `domain_only` says so: not before the certificate is active.  Without a domain Cloud Run's own limits and the signature check stand alone, which is enough for
# correctness; this adds a rate limit, a size limit and a closed door for every other path.

locals {
  edge = var.domain == null ? 0 : local.deployed
}

resource "google_compute_security_policy" "edge" {
  count = local.edge

  name        = "whatsapp-webhook"
  description = "Only Meta's path, no body over 3 MB, no flood from one address"

  rule {
    priority    = 100
    action      = "deny(404)"
    description = "nothing but the callback path"
    match {
      expr {
        expression = "request.path != '/webhook/whatsapp'"
      }
    }
  }

  rule {
    priority    = 200
    action      = "deny(403)"
    description = "Meta's bodies have at most 3 MB"
    match {
      expr {
        expression = "has(request.headers['content-length']) && int(request.headers['content-length']) > 3145728"
      }
    }
  }

  # Meta calls from few addresses and may deliver a thousand updates a second: the limit is above that for each of them,
  # so it stops floods and not Meta.
  rule {
    priority    = 300
    action      = "throttle"
    description = "at most 120,000 requests a minute from one address"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = 120000
        interval_sec = 60
      }
    }
  }

  rule {
    priority    = 2147483647
    action      = "deny(403)"
    description = "the default, never reached"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [time_sleep.apis]
}

resource "google_compute_region_network_endpoint_group" "webhook" {
  count = local.edge

  name                  = "whatsapp-webhook"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.webhook[0].name
  }

  depends_on = [time_sleep.apis]
}

resource "google_compute_backend_service" "webhook" {
  count = local.edge

  name                  = "whatsapp-webhook"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.edge[0].id

  backend {
    group = google_compute_region_network_endpoint_group.webhook[0].id
  }

  # No request log: the handshake's URL holds the verify token.
  log_config {
    enable = false
  }
}

resource "google_compute_url_map" "webhook" {
  count = local.edge

  name            = "whatsapp-webhook"
  default_service = google_compute_backend_service.webhook[0].id
}

resource "google_compute_managed_ssl_certificate" "webhook" {
  count = local.edge

  name = "whatsapp-webhook"
  managed {
    domains = [var.domain]
  }

  depends_on = [time_sleep.apis]
}

resource "google_compute_ssl_policy" "webhook" {
  count = local.edge

  name            = "whatsapp-webhook"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [time_sleep.apis]
}

resource "google_compute_target_https_proxy" "webhook" {
  count = local.edge

  name             = "whatsapp-webhook"
  url_map          = google_compute_url_map.webhook[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.webhook[0].id]
  ssl_policy       = google_compute_ssl_policy.webhook[0].id
}

resource "google_compute_global_address" "webhook" {
  count = local.edge

  name = "whatsapp-webhook"

  depends_on = [time_sleep.apis]
}

resource "google_compute_global_forwarding_rule" "webhook" {
  count = local.edge

  name                  = "whatsapp-webhook"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.webhook[0].address
  port_range            = "443"
  target                = google_compute_target_https_proxy.webhook[0].id
}
