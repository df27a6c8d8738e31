"""`python -m ops rotate-secret`: the steps of a rotation, in their order, with this installation's names.

Nothing is changed from here: one step is at Meta, and the moment between two steps is what a person has to watch.
"""

import enum
from typing import Annotated

import typer

from ops import settings
from ops.screen import console
from ops.secret_manager import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN
from ops.settings import OpsSettings


class Which(enum.StrEnum):
    """The three secrets."""

    app_secret = "app-secret"  # noqa: S105 names, not secrets
    verify_token = "verify-token"  # noqa: S105
    access_token = "access-token"  # noqa: S105


def rotate_secret(secret: Annotated[Which, typer.Argument(help="Which one.")]) -> None:
    """Prints how to replace a secret without losing a message. Changes nothing."""
    found = settings.read()
    for number, (said, command) in enumerate(steps(secret, found), start=1):
        console.print(f"{number}. {said}", markup=False)
        for line in command:
            console.print(f"   {line}", markup=False, soft_wrap=True)


def steps(secret: Which, found: OpsSettings) -> list[tuple[str, list[str]]]:
    """What to do, and the commands of each step."""
    match secret:
        case Which.app_secret:
            return [
                ("Read the present one, and keep it at hand (OLD):", [_access(APP_SECRET, found)]),
                (
                    "At Meta, App settings, Basic: reset the app secret (NEW). From now on Meta signs with it, and the "
                    "webhook refuses until step 4: Meta repeats what was refused, so be quick and nothing is lost.",
                    [],
                ),
                ("Store both, the new one first:", [*_add(APP_SECRET, "NEW,OLD", found)]),
                ("Let the webhook read it:", _apply("app_secret")),
                (
                    "Watch whatsapp_signature_secret_matches_total: when index 1 no longer grows (retries of up to 7 "
                    "days are signed with the old one), store the new one alone and apply again:",
                    [*_add(APP_SECRET, "NEW", found), *_apply("app_secret")],
                ),
                ("Put the older versions out of use:", [_disable(APP_SECRET, found)]),
            ]
        case Which.verify_token:
            return [
                (
                    "Invent a new one (NEW) and store both, the new one first:",
                    _add(VERIFY_TOKEN, "NEW,OLD", found),
                ),
                ("Let the webhook read it:", _apply("verify_token")),
                (
                    "At Meta, WhatsApp, Configuration, Webhook: Edit, type the new one, Verify and save.",
                    [f"callback URL: {found.whatsapp_callback_url or 'terraform output callback_url'}"],
                ),
                (
                    "Store the new one alone and apply again:",
                    [*_add(VERIFY_TOKEN, "NEW", found), *_apply("verify_token")],
                ),
                ("Put the older versions out of use:", [_disable(VERIFY_TOKEN, found)]),
            ]
        case Which.access_token:
            return [
                (
                    "At Meta, Business settings, System users: generate a second token (NEW) with "
                    "whatsapp_business_messaging and whatsapp_business_management, without expiry. Both work now.",
                    [],
                ),
                ("Store it:", _add(ACCESS_TOKEN, "NEW", found)),
                ("Let the processor read it:", _apply("access_token")),
                ("See that it works:", ["python -m ops doctor", "python -m ops send PHONE --text Teste"]),
                ("At Meta, revoke the old one.", []),
                ("Put the older versions out of use:", [_disable(ACCESS_TOKEN, found)]),
            ]


def _access(name: str, found: OpsSettings) -> str:
    return f"gcloud secrets versions access latest --secret={name} --project={found.google_cloud_project}"


def _add(name: str, value: str, found: OpsSettings) -> list[str]:
    target = f"gcloud secrets versions add {name} --project={found.google_cloud_project} --data-file=-"
    return [f'read -rs VALUE && printf %s "$VALUE" | {target}   # type {value}']


def _apply(variable: str) -> list[str]:
    return [
        f'in terraform.tfvars, in secret_versions: {variable} = "N", N the version just added',
        "terraform apply",
    ]


def _disable(name: str, found: OpsSettings) -> str:
    return f"gcloud secrets versions disable VERSION --secret={name} --project={found.google_cloud_project}"
