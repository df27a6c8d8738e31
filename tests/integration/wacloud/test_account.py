"""What a number, its business and its account are asked and told."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from wacloud.errors import AmbiguousError, RequestError

from tests.support.wacloud.clients import ACCOUNT, NUMBER, client_of
from tests.support.wacloud.graph import Stall, answer, graph, refusal

DONE = answer({"success": True})


async def test_a_number_tells_its_name_quality_throughput_and_webhooks() -> None:
    said = {
        "id": NUMBER,
        "display_phone_number": "+55 11 99999-0009",
        "verified_name": "FacilIAuto",
        "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"},
        "webhook_configuration": {"application": "https://example.com/webhook/whatsapp"},
        "something_new": 1,
    }
    async with graph(answer(said)) as meta, client_of(meta) as client:
        number = await client.phone_number()
    assert (number.verified_name, number.quality_rating) == ("FacilIAuto", "GREEN")
    assert number.throughput is not None
    assert number.throughput.level == "STANDARD"
    assert number.webhook_configuration is not None
    assert number.webhook_configuration.application == "https://example.com/webhook/whatsapp"
    assert number.model_extra == {"something_new": 1}
    target = urlsplit(meta.requests[0].target)
    assert target.path == f"/v25.0/{NUMBER}"
    assert "webhook_configuration" in parse_qs(target.query)["fields"][0].split(",")


@pytest.mark.parametrize("wrap", [lambda profile: profile, lambda profile: {"business_profile": profile}])
async def test_a_business_profile_is_read_in_both_of_metas_shapes(wrap: Any) -> None:
    profile = {"about": "Carros", "websites": ["https://example.com"], "messaging_product": "whatsapp"}
    async with graph(answer({"data": [wrap(profile)]})) as meta, client_of(meta) as client:
        found = await client.business_profile()
    assert (found.about, found.websites) == ("Carros", ("https://example.com",))
    assert urlsplit(meta.requests[0].target).path == f"/v25.0/{NUMBER}/whatsapp_business_profile"


async def test_the_apps_that_get_the_webhooks_are_told_with_their_overrides() -> None:
    app = {"id": "1", "name": "FacilIAuto", "link": "https://www.facebook.com/games/?app_id=1"}
    entry = {"whatsapp_business_api_data": app, "override_callback_uri": "https://example.com/webhook"}
    async with graph(answer({"data": [entry]}), answer({"data": []})) as meta, client_of(meta) as client:
        [found] = await client.subscribed_apps()
        assert await client.subscribed_apps() == ()
    assert (found.id, found.name, found.override_callback_uri) == (
        "1",
        "FacilIAuto",
        "https://example.com/webhook",
    )


async def test_an_account_is_subscribed_to_overridden_and_left() -> None:
    callback = "https://example.com/webhook/whatsapp"
    async with graph(*[DONE] * 5) as meta, client_of(meta) as client:
        await client.subscribe()
        await client.subscribe(callback, "verify-me")
        await client.unsubscribe()
        await client.override_webhook(callback, "verify-me")
        await client.override_webhook("", "")
    override = {"override_callback_uri": callback, "verify_token": "verify-me"}
    apps, number = f"/v25.0/{ACCOUNT}/subscribed_apps", f"/v25.0/{NUMBER}"
    assert [
        (request.method, request.target, request.json if request.body else None) for request in meta.requests
    ] == [
        ("POST", apps, {}),
        ("POST", apps, override),
        ("DELETE", apps, None),
        ("POST", number, {"webhook_configuration": override}),
        ("POST", number, {"webhook_configuration": {"override_callback_uri": ""}}),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://example.com/" + "x" * 190, "t"), "callback: 210 characters, at most 200"),
        (("https://example.com/", ""), "verify_token: Meta checks an override with it"),
    ],
)
async def test_an_override_meta_would_refuse_is_not_asked_for(arguments: tuple[str, str], said: str) -> None:
    async with graph() as meta, client_of(meta) as client:
        for call in (client.subscribe, client.override_webhook):
            with pytest.raises(ValueError, match=said):
                await call(*arguments)


async def test_what_belongs_to_the_account_needs_its_id() -> None:
    async with graph() as meta, client_of(meta, waba_id=None) as client:
        with pytest.raises(ValueError, match="waba_id: this call needs the WhatsApp Business Account's id"):
            await client.subscribed_apps()
        with pytest.raises(ValueError, match="waba_id"):
            _ = client.templates


async def test_templates_are_listed_page_after_page() -> None:
    def page(name: str, *, more: bool) -> Any:
        cursors = {"before": "x", "after": f"after-{name}"}
        following = {"next": "https://graph.facebook.com/next"} if more else {}
        template = {"id": "1", "name": name, "language": "pt_BR", "status": "APPROVED", "category": "UTILITY"}
        return answer({"data": [template], "paging": {"cursors": cursors, **following}})

    async with graph(page("a", more=True), page("b", more=False)) as meta, client_of(meta) as client:
        found = [template async for template in client.templates.list()]
    assert [(template.name, template.status) for template in found] == [("a", "APPROVED"), ("b", "APPROVED")]
    queries = [parse_qs(urlsplit(request.target).query) for request in meta.requests]
    assert [query.get("after") for query in queries] == [None, ["after-a"]]


async def test_an_account_without_templates_lists_none() -> None:
    async with graph(answer({"data": []})) as meta, client_of(meta) as client:
        assert [template async for template in client.templates.list("none")] == []
    assert parse_qs(urlsplit(meta.requests[0].target).query)["name"] == ["none"]


async def test_a_template_is_handed_in_and_deleted() -> None:
    components = [{"type": "BODY", "text": "Olá!"}]
    created = answer({"id": "5", "status": "PENDING", "category": "UTILITY"})
    async with graph(created, DONE, DONE) as meta, client_of(meta) as client:
        template = await client.templates.create(
            name="oi", language="pt_BR", category="UTILITY", components=components
        )
        await client.templates.delete("oi")
        await client.templates.delete("oi", template_id="5")
    assert (template.id, template.name, template.status) == ("5", "oi", "PENDING")
    create, every, one = meta.requests
    assert create.json == {
        "name": "oi",
        "language": "pt_BR",
        "category": "UTILITY",
        "components": components,
    }
    assert parse_qs(urlsplit(every.target).query) == {"name": ["oi"]}
    assert parse_qs(urlsplit(one.target).query) == {"name": ["oi"], "hsm_id": ["5"]}


async def test_a_template_is_handed_in_once_when_the_answer_is_lost() -> None:
    async with graph(Stall()) as meta, client_of(meta, timeout=0.6) as client:
        with pytest.raises(AmbiguousError):
            await client.templates.create(name="oi", language="pt_BR", category="UTILITY", components=[])
        assert len(meta.requests) == 1


async def test_a_refused_template_says_why() -> None:
    async with graph(refusal(100)) as meta, client_of(meta) as client:
        with pytest.raises(RequestError, match="why"):
            await client.templates.create(name="OI", language="pt_BR", category="UTILITY", components=[])
