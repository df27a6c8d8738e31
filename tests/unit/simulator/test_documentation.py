"""docs/simulator.md lists every route, flag and switch, and none that does not exist."""

import re
from dataclasses import fields
from pathlib import Path

from wacloud_simulator.__main__ import parser
from wacloud_simulator.app import create_app
from wacloud_simulator.faults import SEND_FAULTS, Faults, SendFault
from wacloud_simulator.simulation import Configuration, Simulation

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "simulator.md").read_text()


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_route_of_the_api_is_listed() -> None:
    simulation = Simulation(Configuration(webhook_url="http://127.0.0.1:1/", app_secret="s"))
    try:
        rules = create_app(simulation).url_map.iter_rules()
    finally:
        simulation.close()
    served = {
        f"{method} {re.sub('<(?:int:|path:)', '<', rule.rule)}"
        for rule in rules
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert set(re.findall(r"^\| `([A-Z]+ /api/[^`]+)`", section("HTTP API"), re.MULTILINE)) == served


def test_every_flag_is_listed() -> None:
    flags = {option for action in parser()._actions for option in action.option_strings if option[:2] == "--"}

    assert set(re.findall(r"^\| `(--[a-z-]+)`", section("Flags"), re.MULTILINE)) == flags - {"--help"}


def test_every_switch_and_every_fault_of_sends_is_listed() -> None:
    switches, sends = section("Faults").split("\n### Faults of sends\n")
    parts, names = sends.split("| `fault` | what a send gets |")

    assert set(re.findall(r"^\| `(\w+)`", switches, re.MULTILINE)) == set(Faults().as_json())
    assert set(re.findall(r"^\| `(\w+)`", parts, re.MULTILINE)) == {f.name for f in fields(SendFault)} - {
        "seen"
    }
    assert tuple(re.findall(r"^\| `(\w+)`", names, re.MULTILINE)) == tuple(SEND_FAULTS)
