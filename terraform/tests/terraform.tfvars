# The variables of every test in this folder.
project_id      = "my-project"
phone_number_id = "106540352242922"
alert_email     = "on-call@example.com"
images = {
  webhook   = "southamerica-east1-docker.pkg.dev/my-project/whatsapp/webhook@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  processor = "southamerica-east1-docker.pkg.dev/my-project/whatsapp/processor@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
}
