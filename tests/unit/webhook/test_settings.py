"""A bad configuration stops the start with one message that lists every problem, and shows no secret."""

import pytest

from cloud.settings import load
from webhook.settings import WebhookSettings

GOOD = {
    "GOOGLE_CLOUD_PROJECT": "a-project",
    "WHATSAPP_VERIFY_TOKEN": "a-token",
    "WHATSAPP_WEBHOOK_SECRET": "new-secret , old-secret,",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in WebhookSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_several_secrets_stand_side_by_side_for_rotation() -> None:
    secrets = load(WebhookSettings).whatsapp_webhook_secret
    assert [secret.get_secret_value() for secret in secrets] == ["new-secret", "old-secret"]


def test_every_problem_is_named_at_once_with_its_cure(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.delenv("GOOGLE_CLOUD_PROJECT")
    environment.setenv("WHATSAPP_WEBHOOK_SECRET", " , ")
    environment.setenv("DEDUPE_TTL_HOURS", "a day")
    environment.setenv("METRICS_PORT", "70000")
    with pytest.raises(SystemExit):
        load(WebhookSettings)
    said = capsys.readouterr().err
    for name in ("GOOGLE_CLOUD_PROJECT", "WHATSAPP_WEBHOOK_SECRET", "DEDUPE_TTL_HOURS", "METRICS_PORT"):
        assert name in said
    assert "4 to fix" in said
    assert "a day" not in said


def test_retention_is_never_shorter_than_the_lease(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("DEDUPE_TTL_HOURS", "0.001")
    with pytest.raises(SystemExit):
        load(WebhookSettings)
    assert "DEDUPE_TTL_HOURS must not be shorter than INTAKE_LEASE_SECONDS" in capsys.readouterr().err


def test_the_lease_outlives_all_that_its_owner_may_take(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("INTAKE_LEASE_SECONDS", "6")
    with pytest.raises(SystemExit):
        load(WebhookSettings)
    assert "must be more than 6" in capsys.readouterr().err


def test_secrets_do_not_print() -> None:
    settings = load(WebhookSettings)
    assert "secret" not in repr(settings.whatsapp_webhook_secret)
    assert "a-token" not in repr(settings)
