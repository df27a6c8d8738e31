# Where the two images live.

resource "google_artifact_registry_repository" "images" {
  location      = var.region
  repository_id = "whatsapp"
  format        = "DOCKER"
  description   = "Images of the webhook and the processor"

  # Tags may move: everything that runs is named by digest, and an image under an immutable tag cannot be deleted, not
  # even by the policies below.

  # KEEP wins over DELETE: the last twenty stay however old they are, so a rollback always finds its image.
  cleanup_policies {
    id     = "keep-the-last-20"
    action = "KEEP"
    most_recent_versions {
      keep_count = 20
    }
  }
  cleanup_policies {
    id     = "delete-after-30-days"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }

  depends_on = [time_sleep.apis]
}
