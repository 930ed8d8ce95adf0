"""Reads the code of a page and does what a reader would do with it.

- A block after a line that ends with "`path`:" is the content of that file.
- A `console` block holds commands after `$` and what they print, on either stream. An ellipsis stands for anything
  in a line, or alone for any lines; how many blanks keep words apart does not matter.
- Any other block is only shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

_BLOCK = re.compile(r"^(?P<before>[^\n]*)\n\n?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([^`]+)`:$")
_ANYTHING = "…"


@attrs.frozen
class Block:
    """A block of code: its kind, the line before it, its text, and the line of the page on which it starts."""

    kind: str
    before: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The path of the file that it is the content of; None when it is no file."""
        found = _FILE.search(self.before)
        return found[1] if found else None

    @property
    def commands(self) -> Iterator[tuple[str, str]]:
        """The commands of a console block, each with what it prints."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = re.sub(r"\\\n\s*", "", part).partition("\n")
            yield command, output


def blocks(page: str) -> list[Block]:
    """Return the blocks of code of a page, in order."""
    return [
        Block(found["kind"], found["before"], found["text"], page[: found.start()].count("\n") + 1)
        for found in _BLOCK.finditer(page)
    ]


def write(block: Block, folder: Path) -> None:
    """Write a block into the file that it says it is."""
    assert block.file
    path = folder / block.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


def matches(stated: str, printed: str) -> bool:
    """Tell whether a page states what a command printed."""
    pattern = "".join(_pattern(line) for line in _plain(stated))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _plain(printed))) is not None


def _plain(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _pattern(line: str) -> str:
    if line == _ANYTHING:
        return r"(?:.*\n)*?"
    return ".*?".join(map(re.escape, line.split(_ANYTHING))) + r"\n"
