"""The WhatsApp Cloud API in Python: every webhook read without loss, every message checked before it leaves.

    from wacloud import Client, Text, parse

The names a program needs first are here, and each is imported when it is first used: `import wacloud` costs nothing, and
a service that only splits and verifies webhooks never loads pydantic or httpx.  What can be sent stands here under its
own name; what comes in is in `wacloud.inbound` (both have a `Text`), the rest in the module of its name.
"""

from importlib import import_module
from typing import Any

_MODULES = {
    "client": ("Client", "Sent"),
    "errors": (
        "AccessError",
        "AmbiguousError",
        "GraphError",
        "InvalidMessageError",
        "MediaError",
        "NotSentError",
        "RecipientError",
        "RequestError",
        "ThrottledError",
        "TransientError",
        "WhatsAppError",
        "WindowError",
    ),
    "inbound": ("Change", "Message", "Status", "parse", "read"),
    "notification": ("split",),
    "outbound": (
        "Audio",
        "CallToAction",
        "Contacts",
        "Document",
        "Flow",
        "Image",
        "ListMenu",
        "Location",
        "Reaction",
        "ReplyButton",
        "ReplyButtons",
        "Row",
        "Section",
        "Sticker",
        "Template",
        "Text",
        "Video",
        "build_request",
    ),
    "pacing": ("Pacer",),
    "person": ("Person",),
    "signature": ("SignatureError", "sign", "verify"),
    "update": ("Update",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [*_HOME, "inbound", "outbound"]  # noqa: PLE0604  # mypy reads __init__.pyi; a test compares the two


def __getattr__(name: str) -> Any:
    if name in ("inbound", "outbound"):
        return import_module(f"wacloud.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'wacloud' has no attribute {name!r}")
    try:
        module = import_module(f"wacloud.{_HOME[name]}")
    except ModuleNotFoundError as error:
        if error.name in ("httpx", "aiohttp", "httpx_aiohttp", "tenacity"):
            raise ImportError(f"wacloud.{name} needs {error.name}: pip install 'wacloud[client]'") from error
        raise
    found = globals()[name] = getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
