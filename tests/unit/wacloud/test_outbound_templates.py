"""A template takes Meta's own JSON, whatever it fills in, and refuses what Meta refuses."""

from typing import Any

import pytest
from wacloud.errors import InvalidMessageError
from wacloud.outbound import ListMenu, ProductList, ReplyButtons, Template, build_request
from wacloud.person import Person

COMPONENTS: dict[str, dict[str, Any]] = {
    "tap target": {
        "type": "tap_target_configuration",
        "parameters": [
            {
                "type": "tap_target_configuration",
                "tap_target_configuration": [{"url": "https://example.com/carros", "title": "Carros"}],
            }
        ],
    },
    "order status": {
        "type": "order_status",
        "parameters": [
            {
                "type": "order_status",
                "order_status": {"reference_id": "pedido-1", "order": {"status": "processing"}},
            }
        ],
    },
    "call button without an index": {
        "type": "button",
        "sub_type": "voice_call",
        "parameters": [
            {"type": "ttl_minutes", "ttl_minutes": 100},
            {"type": "payload", "payload": "from the ad"},
        ],
    },
    "group": {"type": "body", "parameters": [{"type": "group_id", "group_id": "G"}]},
    "payment link": {
        "type": "button",
        "sub_type": "url",
        "index": "0",
        "parameters": [{"type": "text", "text": "abc", "payment_link_preview": {"amount": "10"}}],
    },
    "moving header": {"type": "header", "parameters": [{"type": "gif", "gif": {"id": "77"}}]},
    "asking for the number": {
        "type": "button",
        "sub_type": "request_contact_info",
        "index": "0",
        "parameters": [],
    },
}


@pytest.mark.parametrize("component", COMPONENTS.values(), ids=COMPONENTS)
def test_metas_own_json_is_sent_as_it_is(component: dict[str, Any]) -> None:
    sent = Template(name="oi", language="en_US", components=[component]).payload()["components"]
    # A button without parameters is sent without an empty list or with it: both say nothing.
    assert [{**sent[0], "parameters": sent[0].get("parameters", [])}] == [component]


@pytest.mark.parametrize("sub_type", ["quick_reply", "url", "flow"])
def test_only_a_call_button_may_go_without_an_index(sub_type: str) -> None:
    with pytest.raises(InvalidMessageError, match="index: missing"):
        Template(name="oi", language="en_US", components=[{"type": "button", "sub_type": sub_type}])


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\rb", "a     b"])
def test_a_parameter_is_one_line_with_few_spaces(text: str) -> None:
    parameters = [
        {"type": "text", "text": text},
        {"type": "currency", "currency": {"fallback_value": text, "code": "BRL", "amount_1000": 1}},
        {"type": "date_time", "date_time": {"fallback_value": text}},
    ]
    for parameter in parameters:
        with pytest.raises(InvalidMessageError, match="no line break, no tab and at most four spaces"):
            Template(name="oi", language="en_US", components=[{"type": "body", "parameters": [parameter]}])


def test_four_spaces_are_allowed() -> None:
    Template(
        name="oi",
        language="en_US",
        components=[{"type": "body", "parameters": [{"type": "text", "text": "a    b"}]}],
    )


BUTTONS = [{"id": "1", "title": "Sim"}]
SECTIONS = [{"rows": [{"id": "1", "title": "Um"}]}]
PRODUCTS = [{"products": ["1"]}]


@pytest.mark.parametrize("header", ["duas\nlinhas", "*negrito*", "_itálico_", "~riscado~", "```x```", "`x`"])
def test_a_header_of_text_is_one_plain_line(header: str) -> None:
    for make in (
        lambda: ReplyButtons(body="?", buttons=BUTTONS, header=header),
        lambda: ListMenu(body="?", button="Ver", sections=SECTIONS, header=header),
        lambda: ProductList(catalog_id="1", body="?", sections=PRODUCTS, header=header),
    ):
        with pytest.raises(InvalidMessageError, match="header: a header"):
            make()


@pytest.mark.parametrize("header", ["5 * 3 = 15", "carro_usado", "~ 30 mil", "a*b", "snake_case_name"])
def test_a_header_may_have_such_characters_where_they_format_nothing(header: str) -> None:
    ReplyButtons(body="?", buttons=BUTTONS, header=header)


@pytest.mark.parametrize("wa_id", ["1234", "", "oi"])
def test_a_person_whose_number_is_none_gets_it_at_the_user_id(wa_id: str) -> None:
    sent = build_request(
        Template(name="oi", language="en_US"), to=Person(user_id="BR.1349120865530274", wa_id=wa_id)
    )
    assert sent["recipient"] == "BR.1349120865530274"
    assert "to" not in sent
