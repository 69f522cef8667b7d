"""The command that shows a weekly digest, or posts it; no logic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from bot.answers.destinations import digest_channels
from bot.answers.digest import digest as weekly_digest
from bot.answers.digest import last_complete_week
from bot.answers.teams import Roster
from bot.arguments import team_named
from bot.blocks.digest import as_json as digest_json
from bot.digest_report import Digest
from bot.errors import SettingsError, UnwellError
from bot.schedule import Subscription
from bot.settings import Settings, load_settings
from bot.store.database import Database
from bot.store.schema import open_database
from bot.teams import Team
from bot.terminal_digest import render
from bot.words import posting


def a_day(text: str) -> datetime:
    """A calendar day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day, like 2026-10-05") from None


def digest(
    team: Annotated[str, typer.Argument(metavar="TEAM", help="A team's key, an earlier one, or its name.")],
    week: Annotated[
        datetime | None,
        typer.Option(parser=a_day, metavar="DATE", help="Any day of the week; default: the last complete one."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    post: Annotated[bool, typer.Option("--post", help="Post it now in the team's channels, once.")] = False,
) -> None:
    """Say what the team's channel is told of a week: the message and its thread.

    Example: quintet digest team-x --week 2026-10-26
    """
    if post and as_json:
        raise typer.BadParameter("give --json or --post, not both: --json shows what --post would post")
    settings, now = load_settings(), datetime.now(UTC)
    with closing(open_database(settings.database_url, create=False)) as database:
        asked = team_named(team, Roster(database, settings.teams)())
        monday = _monday(asked, None if week is None else week.date(), now)
        wanted = digest_channels(database, settings.subscriptions, asked)
        if post:
            _post(settings, database, asked, wanted, monday)
        else:
            _show(_made(database, asked, now, wanted, monday), as_json=as_json)


def _monday(team: Team, day: date | None, now: datetime) -> date:
    last = last_complete_week(team, now)
    if day is None:
        return last
    if day >= last + timedelta(weeks=1):
        raise typer.BadParameter(
            f"{day} is in a week that is not over yet; the newest is {last}", param_hint="'--week'"
        )
    return day - timedelta(days=day.weekday())


def _made(database: Database, team: Team, now: datetime, wanted: Sequence[Subscription], week: date) -> Digest:
    """As the first of its channels gets it."""
    for each in wanted:
        return weekly_digest(database, team, now, week, channel=each.channel, zone=each.slot.zone)
    return weekly_digest(database, team, now, week)


def _show(made: Digest, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(digest_json(made), indent=2, ensure_ascii=False))
    else:
        Console().print(render(made))


def _post(settings: Settings, database: Database, team: Team, wanted: Sequence[Subscription], week: date) -> None:
    from threading import Event  # noqa: PLC0415  this and Slack's libraries are needed only here

    from bot.job_wiring import wire_jobs  # noqa: PLC0415  the same
    from bot.jobs.deps import Clock  # noqa: PLC0415  the same
    from bot.jobs.digest_now import post_now  # noqa: PLC0415  the same
    from bot.slack.poster import Poster  # noqa: PLC0415  the same

    if settings.bot_token is None:
        raise SettingsError("Nothing can be posted without SLACK_BOT_TOKEN.")
    if not wanted:
        raise SettingsError(f"The digest of {team.key} goes to no channel: set channel: or manager: in quintet.yaml.")
    stopping = Event()
    deps = wire_jobs(settings, database, stopping, Clock(datetime.now(UTC).timestamp()))
    slack = Poster(settings.bot_token.get_secret_value(), settings.slack_api_url)
    sent = post_now(deps, slack, wanted, week, stopping.wait)
    for line in (posting.posted(each.channel, before=each.before) for each in sent if each.whole):
        typer.echo(line)
    if problems := [posting.kept_back(each.channel, each.reason) for each in sent if not each.whole]:
        raise UnwellError(*problems)
