"""The door of the running processor: no push without a proven caller is parsed."""

import json

import pytest

from tests.integration.processor.conftest import StartProcessor
from tests.support.google_keys import ACCOUNT, AUDIENCE, CertificateServer, Key
from tests.support.processor.graph import Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, data_of, envelope

GOOGLE, STRANGER = Key("key-1"), Key("key-1")
WHO = {"PUSH_AUDIENCE": AUDIENCE, "PUSH_SERVICE_ACCOUNT": ACCOUNT}


def push(processor: Processor, content: bytes, token: str | None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return processor.post(content, **headers).status_code


def without_signature(token: str) -> str:
    return token.rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"


@pytest.mark.parametrize("auth", ["oidc", "iam"])
def test_only_the_subscriptions_own_account_is_listened_to(
    auth: str, start_processor: StartProcessor, graph: Graph, ana: Someone
) -> None:
    good = json.dumps(envelope(data_of(ana.says()))).encode()
    with CertificateServer(GOOGLE) as google:
        processor = start_processor(PUSH_AUTH=auth, PUSH_CERTIFICATES_URL=google.url, **WHO)
        strangers = [None, "x.y.z"]
        if auth == "oidc":
            strangers += [STRANGER.token(), without_signature(GOOGLE.token())]
        strangers += [GOOGLE.token(aud="another"), GOOGLE.token(email="another@example.com")]
        for stranger in strangers:
            assert push(processor, b"no envelope at all", stranger) == 403
            assert push(processor, good, stranger) == 403
        assert processor.metric("whatsapp_pushes_refused_total", reason="caller") == 2 * len(strangers)
        assert processor.metric("whatsapp_pushes_refused_total", reason="envelope") == 0
        assert graph.asked == []
        token = GOOGLE.token() if auth == "oidc" else without_signature(GOOGLE.token())
        assert push(processor, good, token) == 204
    assert len(graph.taken) == 1
    assert "eyJ" not in processor.service.process.log.read_text(), "no token in a log"
