"""The rotation guide: this installation's names, both values while both are in use, nothing secret."""

import pytest

from ops.rotation import Which, steps
from ops.settings import OpsSettings


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> OpsSettings:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "a-project-of-mine")
    monkeypatch.setenv("WHATSAPP_ACCESS_TOKEN", "a-token-that-must-not-be-shown")
    return OpsSettings()


def said(which: Which, settings: OpsSettings) -> str:
    return "\n".join("\n".join((step, *commands)) for step, commands in steps(which, settings))


@pytest.mark.parametrize("which", Which)
def test_every_guide_names_the_project_and_the_secret_and_ends_by_disabling_the_old(
    which: Which, settings: OpsSettings
) -> None:
    guide = said(which, settings)
    assert f"gcloud secrets versions add whatsapp-{which} --project=a-project-of-mine" in guide
    assert steps(which, settings)[-1][1][0].startswith("gcloud secrets versions disable")
    assert f"{which.replace('-', '_')} = " in guide
    assert "must-not-be-shown" not in guide


@pytest.mark.parametrize("which", [Which.app_secret, Which.verify_token])
def test_the_webhook_knows_both_values_before_it_knows_the_new_one_alone(
    which: Which, settings: OpsSettings
) -> None:
    guide = said(which, settings)
    assert guide.index("type NEW,OLD") < guide.index("type NEW\n")
