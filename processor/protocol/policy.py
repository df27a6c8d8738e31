"""How long the protocol waits, what it does with an unclear send, and what follows from a refusal of Meta's.  Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

AmbiguousSends = Literal["resend", "park"]
MOST_FOLDS = 4  # of a throttled send's pause: 4^4 = 256 s, by when the pair limit has let go
SHORT_WAIT = 3.0  # seconds waited for inside a push; Pub/Sub narrows its window where push requests are slow


@dataclass(frozen=True, slots=True)
class ReplyPolicy:
    """`window`: how long an unclear send waits for a status; `ambiguous_sends`: what becomes of it then.

    `template`: the part of a request that is sent in place of the replies where the 24-hour window is shut.
    `last_begin`: no send is begun later in this push, because the push might not live to see its end.
    """

    window: dt.timedelta
    ambiguous_sends: AmbiguousSends
    template: Mapping[str, Any] | None
    last_begin: dt.datetime


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a refusal.

    `fails`: which replies will never be sent ("none": the send is put back and tried again).  `pause`: nothing is sent
    from the number for a while.  `folds`: the wait grows fourfold with each refusal.  `template`: WINDOW_TEMPLATE goes
    out in place of the replies, where there is one.
    """

    fails: Literal["none", "this", "this and the later"]
    pause: bool = False
    folds: bool = False
    template: bool = False


# By the kind that `wacloud.error_codes` gives a code.
CONSEQUENCES: dict[str, Consequence] = {
    "transient": Consequence("none"),
    "not_sent": Consequence("none"),
    "throttled": Consequence("none", folds=True),
    "access": Consequence("none", pause=True),
    "request": Consequence("this"),
    "recipient": Consequence("this and the later"),
    "window": Consequence("this and the later", template=True),
}
