variable "project_id" {
  type        = string
  description = "The Google Cloud project everything is made in."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is the id (my-project-123), neither the name nor the number."
  }
}

variable "region" {
  type        = string
  description = "One region for services, database, topics and secrets. The default is Sao Paulo, near the people who write."
  default     = "southamerica-east1"
}

variable "phone_number_id" {
  type        = string
  description = "The id (not the number) of the business's WhatsApp phone: Meta for Developers, WhatsApp, API Setup."

  validation {
    condition     = can(regex("^[0-9]{6,20}$", var.phone_number_id))
    error_message = "phone_number_id is the id Meta shows under the number: digits only, without + or spaces."
  }
}

variable "alert_email" {
  type        = string
  description = "Who is mailed when an alert fires."

  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+$", var.alert_email))
    error_message = "alert_email is one mail address."
  }
}

variable "images" {
  type        = object({ webhook = string, processor = string })
  description = <<-TEXT
    The first images to run, each by digest. Leave it out of the first apply: the registry and the secrets have to
    exist, and the secrets need values, before a service can start. Later deployments are made by cloudbuild.yaml or
    gcloud run deploy, and terraform leaves the running image alone (docs/decisions/0003-who-owns-the-image.md).
  TEXT
  default     = null

  validation {
    condition = var.images == null ? true : alltrue([
      for image in values(var.images) : can(regex("@sha256:[0-9a-f]{64}$", image))
    ])
    error_message = "Name each image by digest, REGION-docker.pkg.dev/PROJECT/whatsapp/NAME@sha256:<64 hex digits>: a tag may move."
  }
}

variable "secret_versions" {
  type = object({
    app_secret   = optional(string, "1")
    verify_token = optional(string, "1")
    access_token = optional(string, "1")
  })
  description = "Which version of each secret the services read. Pinned, so that a rotation is a change one can see and undo."
  default     = {}

  validation {
    condition     = alltrue([for version in values(var.secret_versions) : can(regex("^[1-9][0-9]*$", version))])
    error_message = "A version is a number such as \"2\"; \"latest\" would change under running instances, each at its own time."
  }
}

variable "graph_api_url" {
  type        = string
  description = "Meta's Graph API with the version the client was checked against."
  default     = "https://graph.facebook.com/v25.0"
}

variable "dedupe_ttl_hours" {
  type        = number
  description = "How long a delivery is remembered. Meta repeats a webhook for up to 7 days, so 8 days; 24 is cheaper and lets late repeats through to the processor."
  default     = 192

  validation {
    condition     = var.dedupe_ttl_hours >= 1 && var.dedupe_ttl_hours <= 744
    error_message = "Between 1 hour and 31 days."
  }
}

variable "webhook_settings" {
  type        = map(string)
  description = "More environment variables of the webhook service (README.md, Configuration). Never a secret."
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.webhook_settings), local.secret_settings)) == 0
    error_message = "A secret belongs into Secret Manager: gcloud secrets versions add (docs/deploy.md, step 4)."
  }
}

variable "processor_settings" {
  type        = map(string)
  description = "More environment variables of the processor service (README.md, Configuration). Never a secret."
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.processor_settings), local.secret_settings)) == 0
    error_message = "A secret belongs into Secret Manager: gcloud secrets versions add (docs/deploy.md, step 4)."
  }
}

variable "webhook_instances" {
  type        = object({ min = optional(number, 1), max = optional(number) })
  description = "One warm instance keeps the first message of the morning under Meta's 250 ms; 0 saves its price. Without max, half of cpu_quota."
  default     = {}

  validation {
    condition     = var.webhook_instances.min >= 0 && (var.webhook_instances.max == null ? true : var.webhook_instances.max >= max(1, var.webhook_instances.min))
    error_message = "min is 0 or more, max at least min and at least 1."
  }
}

variable "processor_instances" {
  type        = object({ min = optional(number, 0), max = optional(number) })
  description = "With min 0 the first reply after a quiet quarter of an hour waits for a cold start, within the 10 s objective. Without max, 0.3 of cpu_quota."
  default     = {}

  validation {
    condition     = var.processor_instances.min >= 0 && (var.processor_instances.max == null ? true : var.processor_instances.max >= max(1, var.processor_instances.min))
    error_message = "min is 0 or more, max at least min and at least 1."
  }
}

variable "cpu_quota" {
  type        = number
  description = "vCPU that Cloud Run gives this project in the region (quota CpuAllocPerProjectRegion); a new project has 20 (docs/deploy.md, step 6)."
  default     = 20
}

variable "instance_based_billing" {
  type        = bool
  description = "CPU also between requests: metrics arrive within a minute however quiet it is, for about 120 dollars a month more (docs/cost.md)."
  default     = false
}

variable "max_delivery_attempts" {
  type        = number
  description = "Deliveries of one message before it becomes a dead letter. 20 with 10 s to 600 s between them is 2 hours 20 minutes."
  default     = 20

  validation {
    condition     = var.max_delivery_attempts >= 10 && var.max_delivery_attempts <= 100
    error_message = "10 to 100: Pub/Sub takes no more, and fewer than 10 do not outlast a lease and the window in which an unclear send is settled."
  }
}

variable "no_traffic_minutes" {
  type        = number
  description = "Alert when Meta has called for nothing this long; pick longer than the longest quiet night."
  default     = 720

  validation {
    condition     = var.no_traffic_minutes >= 10 && var.no_traffic_minutes <= 1440
    error_message = "Between 10 minutes and a day."
  }
}

variable "live" {
  type        = bool
  description = <<-TEXT
    Set it after the first reply (docs/deploy.md, step 9): it makes the objectives, their alerts and the alert on silence,
    which Google refuses on metrics that were never written, and switches deletion protection on.
  TEXT
  default     = false
}

variable "domain" {
  type        = string
  description = "Give a host name to put a load balancer with Cloud Armor in front of the webhook; null uses Cloud Run's own address."
  default     = null

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is a host name such as whatsapp.example.com, without https:// and without a path."
  }
}

variable "domain_only" {
  type        = bool
  description = "Close Cloud Run's own address, so that everything passes the load balancer. Only when the domain's certificate is ACTIVE and Meta calls the domain."
  default     = false

  validation {
    condition     = !var.domain_only || var.domain != null
    error_message = "domain_only needs domain: without a load balancer nothing would get through."
  }
}

variable "budget" {
  type        = object({ billing_account = string, month = number })
  description = "Mail when a month's bill passes half of, or all of, this amount (in the billing account's currency); null makes no budget."
  default     = null

  validation {
    condition     = var.budget == null ? true : can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account)) && var.budget.month >= 1
    error_message = "billing_account is an id such as 0123AB-4567CD-89EF01 (gcloud billing accounts list), month at least 1."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to destroy services and secrets. null follows `live`: a service whose first start failed can then be replaced. The database is protected whatever this says."
  default     = null
}
