"""What a chat offers before anything was written: commands after a slash, and ice breakers.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/phone-numbers/conversational-components (read 2026-11)
"""

from collections.abc import Mapping
from typing import Any

from wacloud.connection import Connection, Json
from wacloud.limits import check_count, check_length

MOST_COMMANDS, LONGEST_COMMAND, LONGEST_HINT = 30, 32, 256
MOST_ICE_BREAKERS, LONGEST_ICE_BREAKER = 4, 80


class ConversationStarters:
    """The commands and ice breakers of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._number = phone_number_id

    async def get(self) -> Json:
        """What is set, in Meta's JSON (`conversational_automation`)."""
        answer = await self._connection.call(
            "GET", self._number, query={"fields": "conversational_automation"}
        )
        found = answer.get("conversational_automation")
        return found if isinstance(found, dict) else {}

    async def set(
        self, *, commands: Mapping[str, str] | None = None, ice_breakers: tuple[str, ...] | None = None
    ) -> None:
        """Sets what is given; an empty one takes all away.

        `commands`: name (without the slash, at most 32 characters) to hint (256), at most 30.  `ice_breakers`: at most 4
        texts of at most 80 characters.
        """
        body: dict[str, Any] = {}
        if commands is not None:
            check_count("commands", commands, MOST_COMMANDS)
            for name, hint in commands.items():
                check_length(f"the command {name!r}", name, LONGEST_COMMAND)
                check_length(f"the hint of {name!r}", hint, LONGEST_HINT)
            body["commands"] = [
                {"command_name": name, "command_description": hint} for name, hint in commands.items()
            ]
        if ice_breakers is not None:
            check_count("ice_breakers", ice_breakers, MOST_ICE_BREAKERS)
            for text in ice_breakers:
                check_length(f"the ice breaker {text!r}", text, LONGEST_ICE_BREAKER)
            body["prompts"] = list(ice_breakers)
        await self._connection.call("POST", f"{self._number}/conversational_automation", body=body)
