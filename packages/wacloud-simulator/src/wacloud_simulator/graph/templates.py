"""The account's message templates: what was approved, and whether a send fits it. Source: "Message templates"."""

import re
import secrets
import threading
from dataclasses import dataclass
from typing import Any

from wacloud_simulator.graph.errors import GraphRefusalError, invalid, refusal
from wacloud_simulator.people import JSON

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_PLACE = re.compile(r"\{\{\s*([\w]+)\s*\}\}")


@dataclass
class Template:
    """One name in one language."""

    id: str
    name: str
    language: str
    category: str
    components: list[JSON]
    status: str = "APPROVED"

    def component(self, kind: str) -> JSON:
        """The component of that type, or an empty one."""
        return next((part for part in self.components if str(part.get("type", "")).upper() == kind), {})

    def as_json(self) -> JSON:
        """As the template endpoint shows it."""
        return {
            "name": self.name,
            "components": self.components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": self.id,
        }


def _first_templates() -> list[Template]:
    return [
        Template(
            "1000000000000001",
            "hello_world",
            "en_US",
            "UTILITY",
            [
                {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
                {"type": "BODY", "text": "Welcome and congratulations!! This message demonstrates your ability to "
                 "send a WhatsApp message notification from the Cloud API."},
                {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"},
            ],
        ),
        Template(
            "1000000000000002",
            "welcome_message",
            "pt_BR",
            "MARKETING",
            [{"type": "BODY", "text": "Olá! Bem-vindo!"}],
        ),
        Template(
            "1000000000000003",
            "continuar_conversa",
            "pt_BR",
            "UTILITY",
            [
                {"type": "BODY", "text": "Olá! Temos uma resposta para a sua última mensagem. Podemos continuar?"},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Continuar"}]},
            ],
        ),
    ]  # fmt: skip


class Templates:
    """All templates of the account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._templates = {(item.name, item.language): item for item in _first_templates()}

    def all(self) -> list[Template]:
        """Every one."""
        with self._lock:
            return list(self._templates.values())

    def load(self, templates: list[Template]) -> None:
        """These in the place of all others."""
        with self._lock:
            self._templates = {(item.name, item.language): item for item in templates}

    def reset(self) -> None:
        """The first templates again."""
        self.load(_first_templates())

    def create(self, payload: Any) -> Template:
        """A new one, approved at once; GraphRefusalError where Meta would refuse."""
        if not isinstance(payload, dict):
            raise invalid("Invalid parameter")
        name, language = payload.get("name"), payload.get("language")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise invalid(
                "Invalid parameter", "Param name must be lowercase letters, digits and underscores."
            )
        if not isinstance(language, str) or payload.get("category") not in (
            "UTILITY",
            "MARKETING",
            "AUTHENTICATION",
        ):
            raise invalid("Invalid parameter", "Params language and category are required.")
        components = payload.get("components")
        if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
            raise invalid("The parameter components is required.")
        template = Template(
            str(secrets.randbelow(9 * 10**15) + 10**15), name, language, payload["category"], components
        )
        with self._lock:
            self._templates[(name, language)] = template
        return template

    def delete(self, name: str) -> bool:
        """Every language of that name; whether there was one."""
        with self._lock:
            keys = [key for key in self._templates if key[0] == name]
            for key in keys:
                del self._templates[key]
            return bool(keys)

    def check_send(self, template: JSON) -> Template:
        """The template that a send names; GraphRefusalError when there is none, or its parameters do not fit."""
        name, language = template["name"], template["language"]["code"]
        with self._lock:
            found = self._templates.get((name, language))
        if found is None:
            raise refusal(132001, f"template name ({name}) does not exist in {language}")
        given = [part for part in template.get("components", []) if str(part.get("type")).lower() == "body"]
        parameters = given[0].get("parameters", []) if given else []
        expected = len(set(_PLACE.findall(found.component("BODY").get("text", ""))))
        if len(parameters) != expected:
            raise GraphRefusalError(
                132000,
                "(#132000) Number of parameters does not match the expected number of params",
                f"body: number of localizable_params ({len(parameters)}) does not match the expected number of params "
                f"({expected})",
            )
        return found
