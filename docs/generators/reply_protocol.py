"""Writes what docs/replies.md shows of the reply protocol from its tables.  `--check` only says whether it is true."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

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
    """The page with each part as the code has it; ValueError where a marker is missing."""
    for name, part in PARTS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"the page needs the lines {start.strip()} and {end}, once each")
        head, rest = text.split(start)
        text = f"{head}{start}{part()}\n{end}{rest.split(end)[1]}"
    return text


def main() -> int:
    """0 where the page is true, or has been made so."""
    page = ROOT / "docs" / "replies.md"
    now = page.read_text()
    new = written(now)
    if "--check" in sys.argv[1:]:
        if now != new:
            print("docs/replies.md is not true to the code: run python docs/generators/reply_protocol.py")
        return int(now != new)
    page.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
