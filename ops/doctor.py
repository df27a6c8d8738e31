"""`python -m ops doctor`: everything that has to be right, one line each, with what to do where it is not."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import typer
from google.cloud.firestore_admin_v1 import FirestoreAdminClient

from cloud.settings import Secrets
from ops import clients, finding, google_checks, meta, meta_checks, settings
from ops.dead_letters import letterbox
from ops.finding import Finding
from ops.screen import console
from ops.secret_manager import APP_SECRET, VERIFY_TOKEN, SecretError, SecretManager
from ops.settings import OpsSettings

_SIGNS = {"ok": "[green]ok     [/]", "problem": "[bold red]problem[/]", "skipped": "[dim]skipped[/]"}


def doctor() -> None:
    """Looks at configuration, secrets, Meta, Pub/Sub and Firestore; ends with 1 where something has to be mended."""
    found = settings.read()
    problems = asyncio.run(_examine(found))
    console.print(f"{problems} to mend" if problems else "all is well")
    raise typer.Exit(1 if problems else 0)


async def _examine(found: OpsSettings) -> int:
    problems = 0
    for one in _google(found):
        problems += _show(one)
    async for one in _meta(found):
        problems += _show(one)
    return problems


def _show(one: Finding) -> int:
    console.print(f"{_SIGNS[one.verdict]} [bold]{one.about}[/]", end="  ")
    console.print(one.said, markup=False, soft_wrap=True)
    if one.fix:
        console.print(f"        → {one.fix}", markup=False, soft_wrap=True)
    return one.verdict == "problem"


def _google(found: OpsSettings) -> Iterator[Finding]:
    yield finding.ok(
        "project", found.google_cloud_project + (" (on the emulators)" if found.emulated else "")
    )
    account = google_checks.account(found)
    yield account
    if account.verdict == "problem":
        return
    if found.emulated:
        yield finding.skipped("secrets", "on the emulators they come from the environment")
        yield finding.skipped("time to live", "the emulator deletes nothing")
    else:
        yield from google_checks.secrets(SecretManager.connect(found))
        yield from google_checks.time_to_live(FirestoreAdminClient(), found)
    yield google_checks.database(clients.documents(found), found)
    yield from google_checks.topics(clients.publisher(found), found)
    yield from google_checks.subscriptions(clients.subscriber(found), found)
    yield google_checks.dead_letters(letterbox(found))


async def _meta(found: OpsSettings) -> AsyncIterator[Finding]:
    try:
        token = meta.access_token(found)
        client = meta.client(found)
    except meta.NotConfiguredError as error:
        yield finding.problem("Meta", "could not be asked", str(error))
        return
    known = meta_checks.Known(
        token,
        _first(found.whatsapp_webhook_secret, APP_SECRET, found),
        _first(found.whatsapp_verify_token, VERIFY_TOKEN, found),
    )
    async with client:
        async for one in meta_checks.look(found, client, known):
            yield one


def _first(given: Secrets | None, name: str, found: OpsSettings) -> str | None:
    """The secret in use, of several the new one; None where it is not known here (which was told above)."""
    if given:
        return given[0].get_secret_value()
    if found.emulated:
        return None
    try:
        return SecretManager.connect(found).in_use(name).value.split(",")[0].strip()
    except SecretError:
        return None
