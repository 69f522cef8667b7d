"""The commands about the regression watch; no logic."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from bot.answers.looks import refresh_looks
from bot.answers.teams import Roster
from bot.answers.watch import watched
from bot.arguments import point_in_time, require_past, team_named, whole
from bot.errors import StoreError
from bot.progress import waiting
from bot.regression.looks import LOOKS
from bot.regression_report import TeamWatch
from bot.settings import load_settings
from bot.store.database import Database
from bot.store.schema import open_database
from bot.teams import Team
from bot.terminal_watch import render

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

MOST_WEEKS = 260


def regressions(
    team: Annotated[str | None, typer.Option(metavar="TEAM", help="Only this team; default: all of them.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(parser=point_in_time, metavar="TIME", help="As it was known then; default: the start of today."),
    ] = None,
    replay: Annotated[
        int | None,
        typer.Option(
            metavar="WEEKS",
            parser=whole(1, MOST_WEEKS, "weeks"),
            help="Show so many weekly looks, and when they ping.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what the regression watch sees of each team, with its evidence, and why it says nothing.

    Example: quintet regressions --team team-x --replay 52
    """
    settings = load_settings()
    with closing(open_database(settings.database_url, create=False)) as database:
        teams = Roster(database, settings.teams)()
        asked = (team_named(team, teams),) if team else teams
        with waiting("Looking at the weeks"):
            seen = tuple(_seen(database, each, as_of, replay) for each in asked)
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in seen], indent=2))
    else:
        Console().print(render(seen, replayed=replay is not None))


def _seen(database: Database, team: Team, as_of: datetime | None, replay: int | None) -> TeamWatch:
    now = datetime.now(UTC)
    require_past(as_of, team.zone, now)
    if as_of is None:
        with suppress(StoreError):  # somebody writes for long: then nothing is kept, and all is told the same
            refresh_looks(database, team, now)
    seen = watched(database, team, now, as_of, replay or LOOKS)
    return seen if replay else seen.model_copy(update={"looks": ()})
