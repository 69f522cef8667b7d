"""docs/commands.md, made from the commands themselves: `make docs` writes it, a test holds it."""

from __future__ import annotations

from collections.abc import Iterator

import click
from typer.main import get_command

from bot.cli import app

WIDTH = 100
HEAD = """# Commands

What `--help` prints, for every command. Each exits 0 on success, 1 on a failure that it explains on standard error (a
line a problem), and 2 on wrong usage. `--json` prints one JSON document on standard output and nothing else there.
`python -m bot` is the same as `quintet`. This page is made by `make docs`.
"""


def page() -> str:
    sections = (f"## {name}\n\n```\n{text}\n```\n" for name, text in _helps("quintet", get_command(app)))
    return "\n".join([HEAD, *sections])


def _helps(name: str, command: click.Command) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH)
    yield name, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    for child, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _helps(f"{name} {child}", inner)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  this is its output
