"""A client of the Graph API that a test scripts."""

from typing import Any

from wacloud.client import Client

from tests.support.wacloud.graph import Graph

NUMBER = "106540352242922"
ACCOUNT = "102290129340398"
TOKEN = "EAAGm0PX4ZCpsBATESTTOKEN"


def client_of(graph: Graph, **changed: Any) -> Client:
    """Quick to try again; a test in which nobody answers says how quickly it gives up."""
    settings = {"timeout": 10.0, "backoff": 0.001, "waba_id": ACCOUNT, **changed}
    return Client(api_url=f"{graph.url}/v25.0", phone_number_id=NUMBER, access_token=TOKEN, **settings)
