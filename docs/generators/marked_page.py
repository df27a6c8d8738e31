"""Pages whose parts between two markers are generated: `<!-- name -->` and `<!-- /name -->`, each on its own line."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

Parts = Mapping[str, Callable[[], str]]


def written(text: str, parts: Parts) -> str:
    """The page with each part as the code has it; ValueError where a marker is missing."""
    for name, part in parts.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"the page needs the lines {start.strip()} and {end}, once each")
        head, rest = text.split(start)
        text = f"{head}{start}{part()}\n{end}{rest.split(end)[1]}"
    return text


def main(root: Path, pages: Mapping[str, Parts], generator: str) -> int:
    """Writes the pages; with `--check` it only compares them.  1 where one was found not to be true, else 0."""
    untrue = 0
    for name, parts in pages.items():
        page = root / name
        now = page.read_text()
        new = written(now, parts)
        if "--check" not in sys.argv[1:]:
            page.write_text(new)
        elif now != new:
            untrue = 1
            print(f"{name} is not true to the code: run python docs/generators/{generator}.py")
    return untrue
