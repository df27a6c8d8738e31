# How big an instance is and how many there may be: the one place for both services.
#
# Cloud Run checks at deployment that the most instances times their CPU fits the project's quota of the region
# (CpuAllocPerProjectRegion), sidecars included.  New projects have 20 vCPU in many regions: docs/deploy.md, step 6.

locals {
  sizes = {
    webhook   = { cpu = 1, memory = "512Mi", concurrency = 80, share = 0.5 }
    processor = { cpu = 1, memory = "512Mi", concurrency = 40, share = 0.3 }
  }

  # The least of one vCPU that Cloud Run wants holds for a service's containers together.
  collector_size = { cpu = 0.25, memory = "256Mi" }

  # Shares of the quota; what is left over is for other services, and for a second revision while one is rolled out.
  instance_cpu = { for name, size in local.sizes : name => size.cpu + local.collector_size.cpu }
  max_instances = {
    webhook   = coalesce(var.webhook_instances.max, max(1, floor(var.cpu_quota * local.sizes.webhook.share / local.instance_cpu.webhook)))
    processor = coalesce(var.processor_instances.max, max(1, floor(var.cpu_quota * local.sizes.processor.share / local.instance_cpu.processor)))
  }
  most_cpu = sum([for name, most in local.max_instances : most * local.instance_cpu[name]])
}

# Told before anything is made, not by Cloud Run in the middle of an apply.
resource "terraform_data" "cpu_quota" {
  input = var.cpu_quota

  lifecycle {
    precondition {
      condition     = local.most_cpu <= var.cpu_quota
      error_message = "The most instances of both services would need ${local.most_cpu} vCPU, sidecars included, and cpu_quota is ${var.cpu_quota}: lower max, or raise the quota at Google and then cpu_quota."
    }
    precondition {
      condition     = var.webhook_instances.min <= local.max_instances.webhook && var.processor_instances.min <= local.max_instances.processor
      error_message = "min is above the most instances that cpu_quota allows (webhook ${local.max_instances.webhook}, processor ${local.max_instances.processor}): give max too."
    }
  }
}
