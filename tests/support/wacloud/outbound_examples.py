"""One message of every kind, and the JSON that Meta's page of that kind shows for it."""

from datetime import UTC, date, datetime
from typing import Any

from wacloud import outbound as o

MESSAGE_ID = "wamid.TEST00000001=="
PICTURE = "https://example.com/carro.jpg"

EXAMPLES: dict[str, tuple[o.Outbound, dict[str, Any]]] = {
    "text": (
        o.Text(body="Veja https://example.com", preview_url=True),
        {"type": "text", "text": {"body": "Veja https://example.com", "preview_url": True}},
    ),
    "image by link": (
        o.Image(link=PICTURE, caption="Honda Civic 2023"),
        {"type": "image", "image": {"link": PICTURE, "caption": "Honda Civic 2023"}},
    ),
    "image by id": (o.Image(id="1013859600285441"), {"type": "image", "image": {"id": "1013859600285441"}}),
    "video": (
        o.Video(link="https://example.com/volta.mp4", caption="Uma volta"),
        {"type": "video", "video": {"link": "https://example.com/volta.mp4", "caption": "Uma volta"}},
    ),
    "audio": (
        o.Audio(id="1013859600285441", voice=True),
        {"type": "audio", "audio": {"id": "1013859600285441", "voice": True}},
    ),
    "document": (
        o.Document(link="https://example.com/laudo.pdf", filename="laudo.pdf", caption="O laudo"),
        {
            "type": "document",
            "document": {
                "link": "https://example.com/laudo.pdf",
                "filename": "laudo.pdf",
                "caption": "O laudo",
            },
        },
    ),
    "sticker": (
        o.Sticker(link="https://example.com/oi.webp"),
        {"type": "sticker", "sticker": {"link": "https://example.com/oi.webp"}},
    ),
    "location": (
        o.Location(latitude=-23.5614, longitude=-46.6559, name="Loja", address="Av. Paulista, 1578"),
        {
            "type": "location",
            "location": {
                "latitude": -23.5614,
                "longitude": -46.6559,
                "name": "Loja",
                "address": "Av. Paulista, 1578",
            },
        },
    ),
    "contacts": (
        o.Contacts(
            contacts=[
                o.Contact(
                    name=o.Name(formatted_name="João Silva", first_name="João"),
                    phones=[o.Phone(phone="+55 11 99999-0002", type="WORK", wa_id="5511999990002")],
                    emails=[o.Email(email="joao@example.com", type="WORK")],
                    addresses=[o.Address(city="São Paulo", country_code="BR", type="WORK")],
                    urls=[o.Link(url="https://example.com", type="WORK")],
                    org=o.Organization(company="FacilIAuto", title="Vendedor"),
                    birthday=date(1990, 5, 17),
                )
            ]
        ),
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "João Silva", "first_name": "João"},
                    "phones": [{"phone": "+55 11 99999-0002", "type": "WORK", "wa_id": "5511999990002"}],
                    "emails": [{"email": "joao@example.com", "type": "WORK"}],
                    "addresses": [{"city": "São Paulo", "country_code": "BR", "type": "WORK"}],
                    "urls": [{"url": "https://example.com", "type": "WORK"}],
                    "org": {"company": "FacilIAuto", "title": "Vendedor"},
                    "birthday": "1990-05-17",
                }
            ],
        },
    ),
    "reaction": (
        o.Reaction(message_id=MESSAGE_ID, emoji="👍"),
        {"type": "reaction", "reaction": {"message_id": MESSAGE_ID, "emoji": "👍"}},
    ),
    "reaction taken back": (
        o.Reaction(message_id=MESSAGE_ID, emoji=""),
        {"type": "reaction", "reaction": {"message_id": MESSAGE_ID, "emoji": ""}},
    ),
    "reply buttons": (
        o.ReplyButtons(
            header=o.Image(link=PICTURE),
            body="Escolha uma opção:",
            footer="FacilIAuto",
            buttons=[o.ReplyButton(id="opt1", title="Ver carros"), {"id": "opt2", "title": "Vendedor"}],
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "header": {"type": "image", "image": {"link": PICTURE}},
                "body": {"text": "Escolha uma opção:"},
                "footer": {"text": "FacilIAuto"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "opt1", "title": "Ver carros"}},
                        {"type": "reply", "reply": {"id": "opt2", "title": "Vendedor"}},
                    ]
                },
            },
        },
    ),
    "list menu": (
        o.ListMenu(
            header="Carros",
            body="Qual faixa?",
            button="Ver faixas",
            sections=[
                o.Section(title="Até 50 mil", rows=[o.Row(id="a", title="Até 30", description="mil reais")]),
                o.Section(title="Acima", rows=[o.Row(id="b", title="Mais de 50")]),
            ],
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "header": {"type": "text", "text": "Carros"},
                "body": {"text": "Qual faixa?"},
                "action": {
                    "button": "Ver faixas",
                    "sections": [
                        {
                            "title": "Até 50 mil",
                            "rows": [{"id": "a", "title": "Até 30", "description": "mil reais"}],
                        },
                        {"title": "Acima", "rows": [{"id": "b", "title": "Mais de 50"}]},
                    ],
                },
            },
        },
    ),
    "call to action": (
        o.CallToAction(body="Veja o estoque", display_text="Abrir", url="https://example.com/estoque"),
        {
            "type": "interactive",
            "interactive": {
                "type": "cta_url",
                "body": {"text": "Veja o estoque"},
                "action": {
                    "name": "cta_url",
                    "parameters": {"display_text": "Abrir", "url": "https://example.com/estoque"},
                },
            },
        },
    ),
    "flow": (
        o.Flow(
            body="Simule",
            flow_cta="Simular",
            flow_id="991",
            flow_token="t-1",
            screen="VALOR",
            data={"carro": "Civic"},
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "body": {"text": "Simule"},
                "action": {
                    "name": "flow",
                    "parameters": {
                        "flow_message_version": "3",
                        "flow_cta": "Simular",
                        "mode": "published",
                        "flow_id": "991",
                        "flow_token": "t-1",
                        "flow_action": "navigate",
                        "flow_action_payload": {"screen": "VALOR", "data": {"carro": "Civic"}},
                    },
                },
            },
        },
    ),
    "location request": (
        o.LocationRequest(body="Onde você está?"),
        {
            "type": "interactive",
            "interactive": {
                "type": "location_request_message",
                "body": {"text": "Onde você está?"},
                "action": {"name": "send_location"},
            },
        },
    ),
    "contact request": (
        o.ContactRequest(body="Qual é o seu número?"),
        {
            "type": "interactive",
            "interactive": {
                "type": "request_contact_info",
                "body": {"text": "Qual é o seu número?"},
                "action": {"name": "request_contact_info"},
            },
        },
    ),
    "call permission request": (
        o.CallPermissionRequest(body="Podemos ligar?"),
        {
            "type": "interactive",
            "interactive": {
                "type": "call_permission_request",
                "body": {"text": "Podemos ligar?"},
                "action": {"name": "call_permission_request"},
            },
        },
    ),
    "call button": (
        o.CallButton(body="Fale conosco", display_text="Ligar", ttl_minutes=100, call_payload="anúncio 7"),
        {
            "type": "interactive",
            "interactive": {
                "type": "voice_call",
                "body": {"text": "Fale conosco"},
                "action": {
                    "name": "voice_call",
                    "parameters": {"display_text": "Ligar", "ttl_minutes": 100, "payload": "anúncio 7"},
                },
            },
        },
    ),
    "order details": (
        o.OrderDetails(
            reference_id="pedido-1",
            body="O seu pedido",
            payments=[
                o.Pix(
                    code="00020101021226700014br.gov.bcb.pix",
                    merchant_name="FacilIAuto",
                    key="k",
                    key_type="EVP",
                ),
                o.Boleto(digitable_line="03399026944140000002628346101018898510000008848"),
                o.PaymentLink(uri="https://example.com/pagar/1"),
            ],
            order=o.Order(
                items=[
                    o.OrderItem(retailer_id="laudo", name="Laudo", amount=5000, sale_amount=4000, quantity=2)
                ],
                tax=o.Charge(amount=100, description="ISS"),
                shipping=o.Charge(amount=1000),
                discount=o.Discount(amount=100, discount_program_name="Volta"),
                expires_at=datetime(2026, 12, 1, tzinfo=UTC),
                expiry_text="Vale até dezembro",
            ),
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "order_details",
                "body": {"text": "O seu pedido"},
                "action": {
                    "name": "review_and_pay",
                    "parameters": {
                        "reference_id": "pedido-1",
                        "type": "digital-goods",
                        "payment_type": "br",
                        "payment_settings": [
                            {
                                "type": "pix_dynamic_code",
                                "pix_dynamic_code": {
                                    "code": "00020101021226700014br.gov.bcb.pix",
                                    "merchant_name": "FacilIAuto",
                                    "key": "k",
                                    "key_type": "EVP",
                                },
                            },
                            {
                                "type": "boleto",
                                "boleto": {
                                    "digitable_line": "03399026944140000002628346101018898510000008848"
                                },
                            },
                            {"type": "payment_link", "payment_link": {"uri": "https://example.com/pagar/1"}},
                        ],
                        "currency": "BRL",
                        "total_amount": {"value": 9000, "offset": 100},
                        "order": {
                            "status": "pending",
                            "items": [
                                {
                                    "retailer_id": "laudo",
                                    "name": "Laudo",
                                    "amount": {"value": 5000, "offset": 100},
                                    "sale_amount": {"value": 4000, "offset": 100},
                                    "quantity": 2,
                                }
                            ],
                            "subtotal": {"value": 8000, "offset": 100},
                            "tax": {"value": 100, "offset": 100, "description": "ISS"},
                            "shipping": {"value": 1000, "offset": 100},
                            "discount": {"value": 100, "offset": 100, "discount_program_name": "Volta"},
                            "expiration": {"timestamp": "1796083200", "description": "Vale até dezembro"},
                        },
                    },
                },
            },
        },
    ),
    "order status": (
        o.OrderStatus(
            reference_id="pedido-1",
            body="Recebemos o seu pagamento",
            status="processing",
            payment_status="captured",
            paid_at=datetime(2025, 11, 24, 16, tzinfo=UTC),
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "order_status",
                "body": {"text": "Recebemos o seu pagamento"},
                "action": {
                    "name": "review_order",
                    "parameters": {
                        "reference_id": "pedido-1",
                        "order": {"status": "processing"},
                        "payment": {"status": "captured", "timestamp": 1764000000},
                    },
                },
            },
        },
    ),
    "address request": (
        o.AddressRequest(body="Para onde?", country="IN", values={"name": "Ana"}),
        {
            "type": "interactive",
            "interactive": {
                "type": "address_message",
                "body": {"text": "Para onde?"},
                "action": {
                    "name": "address_message",
                    "parameters": {"country": "IN", "values": {"name": "Ana"}},
                },
            },
        },
    ),
    "product": (
        o.Product(catalog_id="367025965434465", product_retailer_id="civic-23", body="Este aqui"),
        {
            "type": "interactive",
            "interactive": {
                "type": "product",
                "body": {"text": "Este aqui"},
                "action": {"catalog_id": "367025965434465", "product_retailer_id": "civic-23"},
            },
        },
    ),
    "product list": (
        o.ProductList(
            catalog_id="367025965434465",
            header="Destaques",
            body="Desta semana",
            sections=[o.ProductSection(title="Sedãs", products=["civic-23", "corolla-22"])],
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "product_list",
                "header": {"type": "text", "text": "Destaques"},
                "body": {"text": "Desta semana"},
                "action": {
                    "catalog_id": "367025965434465",
                    "sections": [
                        {
                            "title": "Sedãs",
                            "product_items": [
                                {"product_retailer_id": "civic-23"},
                                {"product_retailer_id": "corolla-22"},
                            ],
                        }
                    ],
                },
            },
        },
    ),
    "catalog": (
        o.Catalog(body="Todo o estoque", thumbnail_product_retailer_id="civic-23"),
        {
            "type": "interactive",
            "interactive": {
                "type": "catalog_message",
                "body": {"text": "Todo o estoque"},
                "action": {
                    "name": "catalog_message",
                    "parameters": {"thumbnail_product_retailer_id": "civic-23"},
                },
            },
        },
    ),
    "carousel of links": (
        o.Carousel(
            body="Veja",
            cards=[
                o.LinkCard(
                    header=o.Image(link=PICTURE),
                    body="Civic",
                    display_text="Ver",
                    url="https://example.com/1",
                ),
                o.LinkCard(header=o.Image(id="77"), display_text="Ver", url="https://example.com/2"),
            ],
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "carousel",
                "body": {"text": "Veja"},
                "action": {
                    "cards": [
                        {
                            "card_index": 0,
                            "type": "cta_url",
                            "header": {"type": "image", "image": {"link": PICTURE}},
                            "body": {"text": "Civic"},
                            "action": {
                                "name": "cta_url",
                                "parameters": {"display_text": "Ver", "url": "https://example.com/1"},
                            },
                        },
                        {
                            "card_index": 1,
                            "type": "cta_url",
                            "header": {"type": "image", "image": {"id": "77"}},
                            "action": {
                                "name": "cta_url",
                                "parameters": {"display_text": "Ver", "url": "https://example.com/2"},
                            },
                        },
                    ]
                },
            },
        },
    ),
    "carousel of replies": (
        o.Carousel(
            body="Veja",
            cards=[
                o.ReplyCard(header=o.Image(id="77"), buttons=[o.CardButton(id=f"c{n}", title="Quero este")])
                for n in range(2)
            ],
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "carousel",
                "body": {"text": "Veja"},
                "action": {
                    "cards": [
                        {
                            "card_index": n,
                            "type": "cta_url",
                            "header": {"type": "image", "image": {"id": "77"}},
                            "action": {
                                "buttons": [
                                    {
                                        "type": "quick_reply",
                                        "quick_reply": {"id": f"c{n}", "title": "Quero este"},
                                    }
                                ]
                            },
                        }
                        for n in range(2)
                    ]
                },
            },
        },
    ),
    "carousel of products": (
        o.Carousel(
            body="Veja",
            cards=[o.ProductCard(catalog_id="3670", product_retailer_id=f"p{n}") for n in range(2)],
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "carousel",
                "body": {"text": "Veja"},
                "action": {
                    "cards": [
                        {
                            "card_index": n,
                            "type": "product",
                            "action": {"catalog_id": "3670", "product_retailer_id": f"p{n}"},
                        }
                        for n in range(2)
                    ]
                },
            },
        },
    ),
    "template": (
        o.Template(
            name="proposta",
            language="pt_BR",
            components=[
                o.HeaderComponent(parameters=[o.ImageParameter(image=o.Image(link=PICTURE))]),
                o.BodyComponent(
                    parameters=[
                        o.TextParameter(text="Ana"),
                        o.CurrencyParameter(
                            currency=o.Currency(fallback_value="R$ 89.900", code="BRL", amount_1000=89900000)
                        ),
                        o.DateTimeParameter(date_time=o.DateTime(fallback_value="17 de maio")),
                    ]
                ),
                o.ButtonComponent(
                    sub_type="quick_reply", index=0, parameters=[o.PayloadParameter(payload="sim")]
                ),
                o.ButtonComponent(sub_type="url", index=1, parameters=[o.TextParameter(text="civic")]),
            ],
        ),
        {
            "type": "template",
            "template": {
                "name": "proposta",
                "language": {"code": "pt_BR"},
                "components": [
                    {"type": "header", "parameters": [{"type": "image", "image": {"link": PICTURE}}]},
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": "Ana"},
                            {
                                "type": "currency",
                                "currency": {
                                    "fallback_value": "R$ 89.900",
                                    "code": "BRL",
                                    "amount_1000": 89900000,
                                },
                            },
                            {"type": "date_time", "date_time": {"fallback_value": "17 de maio"}},
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "0",
                        "parameters": [{"type": "payload", "payload": "sim"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "url",
                        "index": "1",
                        "parameters": [{"type": "text", "text": "civic"}],
                    },
                ],
            },
        },
    ),
    "template of an offer": (
        o.Template(
            name="oferta",
            language="pt_BR",
            components=[
                o.HeaderComponent(parameters=[o.VideoParameter(video=o.Video(id="77"))]),
                o.OfferComponent(
                    parameters=[
                        o.OfferParameter(
                            limited_time_offer=o.Expiration(expiration_time_ms=1_764_000_000_000)
                        )
                    ]
                ),
                o.ButtonComponent(
                    sub_type="copy_code", index=0, parameters=[o.CouponParameter(coupon_code="CARRO10")]
                ),
            ],
        ),
        {
            "type": "template",
            "template": {
                "name": "oferta",
                "language": {"code": "pt_BR"},
                "components": [
                    {"type": "header", "parameters": [{"type": "video", "video": {"id": "77"}}]},
                    {
                        "type": "limited_time_offer",
                        "parameters": [
                            {
                                "type": "limited_time_offer",
                                "limited_time_offer": {"expiration_time_ms": 1_764_000_000_000},
                            }
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "copy_code",
                        "index": "0",
                        "parameters": [{"type": "coupon_code", "coupon_code": "CARRO10"}],
                    },
                ],
            },
        },
    ),
    "template of a carousel": (
        o.Template(
            name="estoque",
            language="pt_BR",
            components=[
                o.BodyComponent(parameters=[o.TextParameter(text="Ana", parameter_name="nome")]),
                o.CarouselComponent(
                    cards=[
                        o.TemplateCard(
                            card_index=0,
                            components=[
                                o.HeaderComponent(
                                    parameters=[
                                        o.ProductParameter(
                                            product=o.ProductReference(
                                                product_retailer_id="p0", catalog_id="3670"
                                            )
                                        )
                                    ]
                                ),
                                o.ButtonComponent(
                                    sub_type="catalog",
                                    index=0,
                                    parameters=[
                                        o.ActionParameter(action=o.Action(thumbnail_product_retailer_id="p0"))
                                    ],
                                ),
                            ],
                        )
                    ]
                ),
            ],
        ),
        {
            "type": "template",
            "template": {
                "name": "estoque",
                "language": {"code": "pt_BR"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": "Ana", "parameter_name": "nome"}],
                    },
                    {
                        "type": "carousel",
                        "cards": [
                            {
                                "card_index": 0,
                                "components": [
                                    {
                                        "type": "header",
                                        "parameters": [
                                            {
                                                "type": "product",
                                                "product": {
                                                    "product_retailer_id": "p0",
                                                    "catalog_id": "3670",
                                                },
                                            }
                                        ],
                                    },
                                    {
                                        "type": "button",
                                        "sub_type": "catalog",
                                        "index": "0",
                                        "parameters": [
                                            {
                                                "type": "action",
                                                "action": {"thumbnail_product_retailer_id": "p0"},
                                            }
                                        ],
                                    },
                                ],
                            }
                        ],
                    },
                ],
            },
        },
    ),
    "template with a place": (
        o.Template(
            name="test_drive",
            language="pt_BR",
            components=[
                o.HeaderComponent(
                    parameters=[
                        o.LocationParameter(location=o.Location(latitude=-23.5, longitude=-46.6, name="Loja"))
                    ]
                ),
                o.ButtonComponent(
                    sub_type="flow",
                    index=0,
                    parameters=[
                        o.ActionParameter(action=o.Action(flow_token="t", flow_action_data={"a": 1}))
                    ],
                ),
            ],
        ),
        {
            "type": "template",
            "template": {
                "name": "test_drive",
                "language": {"code": "pt_BR"},
                "components": [
                    {
                        "type": "header",
                        "parameters": [
                            {
                                "type": "location",
                                "location": {"latitude": -23.5, "longitude": -46.6, "name": "Loja"},
                            }
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "flow",
                        "index": "0",
                        "parameters": [
                            {"type": "action", "action": {"flow_token": "t", "flow_action_data": {"a": 1}}}
                        ],
                    },
                ],
            },
        },
    ),
}
