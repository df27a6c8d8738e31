"""A bad configuration stops the start with everything that is wrong, and shows no secret."""

import pytest

from cloud.settings import load
from processor.settings import ProcessorSettings

GOOD = {
    "GOOGLE_CLOUD_PROJECT": "p",
    "WHATSAPP_API_URL": "https://graph.facebook.com/v25.0",
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "a-secret-token",
    "PUSH_AUTH": "iam",
    "PUSH_AUDIENCE": "https://processor.example",
    "PUSH_SERVICE_ACCOUNT": "push@p.iam.gserviceaccount.com",
}


def loaded(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> ProcessorSettings:
    for name, value in {**GOOD, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return load(ProcessorSettings)


def refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **changes: str | None
) -> str:
    with pytest.raises(SystemExit) as ended:
        loaded(monkeypatch, **changes)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_the_defaults_are_those_of_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch)
    assert (settings.reply_lease_seconds, settings.graph_timeout_seconds) == (10, 30)
    assert (settings.ambiguous_sends, settings.ambiguous_window_seconds) == ("resend", 60)
    assert settings.longest_send_seconds >= 3 * settings.graph_timeout_seconds
    assert "a-secret-token" not in repr(settings)


@pytest.mark.parametrize("name", [name for name in GOOD if not name.startswith("PUSH_A")])
def test_what_is_missing_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(monkeypatch, capsys, **{name: None})
    assert name in said


def test_push_auth_has_no_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "PUSH_AUTH: is not set" in refusal(monkeypatch, capsys, PUSH_AUTH=None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"PUSH_AUTH": "none", "K_SERVICE": "processor"}, "on Cloud Run use iam"),
        ({"PUSH_AUDIENCE": None}, "needs PUSH_AUDIENCE"),
        ({"PUSH_AUTH": "oidc", "PUSH_SERVICE_ACCOUNT": None}, "PUSH_SERVICE_ACCOUNT"),
        ({"PUSH_SECONDS": "99"}, "PUSH_SECONDS must be at least 100"),
        ({"GRAPH_TIMEOUT_SECONDS": "60"}, "PUSH_SECONDS must be at least 200"),
        ({"REPLY_LEASE_SECONDS": "7"}, "REPLY_LEASE_SECONDS must be at least 7.5"),
        ({"STORE_TIMEOUT_SECONDS": "10"}, "REPLY_LEASE_SECONDS must be at least 15"),
        ({"OUTBOX_TTL_HOURS": "0.04"}, "OUTBOX_TTL_HOURS must outlast"),
        ({"WHATSAPP_PHONE_NUMBER_ID": "+5511999990001"}, "WHATSAPP_PHONE_NUMBER_ID"),
        ({"WHATSAPP_ACCESS_TOKEN": "two words"}, "WHATSAPP_ACCESS_TOKEN: must be printable ASCII"),
        ({"WHATSAPP_ACCESS_TOKEN": "  "}, "WHATSAPP_ACCESS_TOKEN"),
        ({"WHATSAPP_API_URL": "graph.facebook.com"}, "WHATSAPP_API_URL"),
        ({"AMBIGUOUS_SENDS": "hope"}, "AMBIGUOUS_SENDS"),
        ({"AMBIGUOUS_WINDOW_SECONDS": "-1"}, "AMBIGUOUS_WINDOW_SECONDS"),
        ({"WINDOW_TEMPLATE": "Not A Name"}, "WINDOW_TEMPLATE"),
        ({"BOT": "a.bot"}, "BOT"),
    ],
)
def test_a_bad_value_is_told_with_what_to_do(
    changes: dict[str, str | None],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said in refusal(monkeypatch, capsys, **changes)


def test_every_problem_is_told_at_once_and_no_value_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {"WHATSAPP_ACCESS_TOKEN": "a secret token", "WHATSAPP_API_URL": "nowhere", "METRICS_PORT": "-1"}
    said = refusal(monkeypatch, capsys, **bad)
    assert all(name in said for name in bad)
    assert "a secret token" not in said


def test_a_token_may_end_in_a_line_break(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, WHATSAPP_ACCESS_TOKEN="a-secret-token\n")
    assert settings.whatsapp_access_token.get_secret_value() == "a-secret-token"
