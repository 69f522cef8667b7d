"""docs/install.md as a program: its fenced blocks in order, and the single commands of those that a shell runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "install.md"
_FENCE = re.compile(r"^```(\w*)$")


@dataclass(frozen=True)
class Block:
    heading: str
    language: str
    text: str

    @property
    def commands(self) -> tuple[str, ...]:
        """What a shell runs, one by one: continued lines and here-documents are one command."""
        found: list[str] = []
        lines = iter(self.text.splitlines())
        for line in lines:
            command = line
            while command.endswith("\\"):
                command += f"\n{next(lines)}"
            if end := re.search(r"<<'(\w+)'$", command):
                command += "".join(f"\n{more}" for more in _until(lines, end[1]))
            if command.strip():
                found.append(command)
        return tuple(found)


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        yield line
        if line == end:
            return


def blocks() -> tuple[Block, ...]:
    """Every fenced block of the page, with the heading that it stands under."""
    found: list[Block] = []
    heading, language, inside = "", None, list[str]()
    for line in PAGE.read_text().splitlines():
        fence = _FENCE.match(line)
        if language is not None and fence:
            found.append(Block(heading, language, "\n".join(inside)))
            language, inside = None, []
        elif language is not None:
            inside.append(line)
        elif fence:
            language = fence[1]
        elif line.startswith("## "):
            heading = line.removeprefix("## ")
    return tuple(found)
