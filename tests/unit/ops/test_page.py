"""docs/ops.md knows every command, option and setting."""

import re
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup as Group

from ops.__main__ import app
from ops.settings import OpsSettings

PAGE = (Path(__file__).resolve().parents[3] / "docs/ops.md").read_text()
COMMANDS = typer.main.get_command(app)


def test_every_command_has_its_section() -> None:
    assert isinstance(COMMANDS, Group)
    assert set(re.findall(r"^## python -m ops (\S+)$", PAGE, re.MULTILINE)) == set(COMMANDS.commands)


def options() -> set[str]:
    """Every option of every command."""
    assert isinstance(COMMANDS, Group)
    found: list[typer.core.TyperCommand | Group] = [COMMANDS]
    for command in COMMANDS.commands.values():
        found += command.commands.values() if isinstance(command, Group) else [command]
    return {name for command in found for parameter in command.params for name in parameter.opts} - {"--help"}


@pytest.mark.parametrize("option", sorted(name for name in options() if name.startswith("--")))
def test_every_option_is_told(option: str) -> None:
    assert f"{option} " in PAGE or f"{option}`" in PAGE


@pytest.mark.parametrize("name", sorted(OpsSettings.model_fields))
def test_every_setting_is_told(name: str) -> None:
    of_the_services_only = {"metrics_port", "log_level", "log_format", "k_service"}
    assert name in of_the_services_only or f"`{name.upper()}`" in PAGE
