"""The commands about sources: what people type to connect a system, to prove that it works, to pull; no logic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from bot.errors import UnwellError
from bot.progress import waiting

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def doctor(as_json: Json = False) -> None:
    """Try out all that is set up, and say what each team would get from it; exit 1 where something is to be mended.

    Example: quintet doctor
    """
    from bot.doctor import examine  # noqa: PLC0415  Slack's libraries and the sources take half a second
    from bot.terminal_doctor import render  # noqa: PLC0415  the same

    with waiting("Asking Slack and each source"):
        report = examine(datetime.now(UTC))
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        Console().print(render(report))
    if not report.ok:
        raise UnwellError(*report.to_mend)
