"""The command that shows a weekly digest; no logic."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from bot.answers.digest import digest as weekly_digest
from bot.answers.digest import last_complete_week
from bot.answers.teams import Roster
from bot.arguments import team_named
from bot.blocks.digest import as_json as digest_json
from bot.settings import load_settings
from bot.store.schema import open_database
from bot.terminal_digest import render


def a_day(text: str) -> datetime:
    """A calendar day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day, like 2026-10-05") from None


def digest(
    team: Annotated[str, typer.Argument(metavar="TEAM", help="A team's key, or an earlier one.")],
    week: Annotated[
        datetime | None,
        typer.Option(parser=a_day, metavar="DATE", help="Any day of the week; default: the last complete one."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say what the team's channel is told of a week: the message and its thread.

    Example: quintet digest team-x --week 2026-10-26
    """
    settings, now = load_settings(), datetime.now(UTC)
    with closing(open_database(settings.database_url, create=False)) as database:
        asked = team_named(team, Roster(database, settings.teams)())
        if week is not None and week.date() >= last_complete_week(asked, now) + timedelta(weeks=1):
            raise typer.BadParameter("that week is not over yet")
        made = weekly_digest(database, asked, now, None if week is None else week.date())
    if as_json:
        typer.echo(json.dumps(digest_json(made), indent=2, ensure_ascii=False))
    else:
        Console().print(render(made))
