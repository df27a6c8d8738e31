"""What the tool looks through is what the services write and what terraform sets policies on."""

import re
from pathlib import Path

from ops.google_checks import COLLECTIONS
from processor import conversations, outbox, timers

ROOT = Path(__file__).resolve().parents[3]


def test_the_doctor_looks_at_the_policy_of_every_collection_the_services_write() -> None:
    written = {outbox.COLLECTION, conversations.COLLECTION, timers.COLLECTION}
    written |= set(re.findall(r'\.path\("(\w+)"', (ROOT / "webhook/inbox.py").read_text()))
    assert set(COLLECTIONS) == written


def test_terraform_has_a_policy_on_each_of_them() -> None:
    (named,) = re.findall(r"collections = toset\(\[(.*?)\]\)", (ROOT / "terraform/firestore.tf").read_text())
    assert set(re.findall(r'"(\w+)"', named)) == set(COLLECTIONS)
