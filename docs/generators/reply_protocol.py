"""Writes what docs/replies.md shows of the reply protocol from its tables.  `--check` only says whether it is true."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from docs.generators import marked_page  # noqa: E402
from processor.protocol.entry import Position  # noqa: E402
from processor.protocol.machine import ROWS  # noqa: E402
from processor.protocol.policy import CONSEQUENCES  # noqa: E402
from processor.protocol.reply import MOVES  # noqa: E402


def diagram() -> str:
    """A reply's life: an arrow from status to status, with the moves that take it."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move, row in MOVES.items():
        for source, target in row.items():
            if source != target:
                arrows.setdefault((source, target), []).append(move.replace("status: ", ""))
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> pending"]
    lines += [f"    {source} --> {target}: {', '.join(moves)}" for (source, target), moves in arrows.items()]
    return "\n".join([*lines, "```"])


def transitions() -> str:
    """One row an event and transition: in which positions it may come, and what follows."""
    rows = ["| event | the message is | what follows |", "|---|---|---|"]
    for event, positions, transition in ROWS:
        where = "anything" if positions == tuple(Position) else ", ".join(positions)
        what = (transition.__doc__ or "").strip()
        rows.append(f"| `{event.__name__}` | {where} | `{transition.__name__}`: {what} |")
    return "\n".join(rows)


def consequences() -> str:
    """One row a kind of refusal."""
    rows = ["| kind | replies that fail | besides |", "|---|---|---|"]
    for kind, consequence in CONSEQUENCES.items():
        fails = "none: put back, sent again" if consequence.fails == "none" else consequence.fails
        besides = [
            text
            for text, applies in (
                ("the number is paused", consequence.pause),
                ("the wait grows fourfold with each refusal", consequence.folds),
                ("`WINDOW_TEMPLATE` goes out instead, where there is one", consequence.template),
            )
            if applies
        ]
        rows.append(f"| `{kind}` | {fails} | {', '.join(besides)} |")
    return "\n".join(rows)


PARTS: Mapping[str, Callable[[], str]] = {
    "life of a reply": diagram,
    "transitions": transitions,
    "consequences": consequences,
}


def written(text: str) -> str:
    """docs/replies.md with each part as the code has it."""
    return marked_page.written(text, PARTS)


if __name__ == "__main__":
    sys.exit(marked_page.main(ROOT, {"docs/replies.md": PARTS}, "reply_protocol"))
