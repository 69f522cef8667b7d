"""The commands about sources: what people type to connect a system, to prove that it works, to pull; no logic."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.arguments import point_in_time
from bot.errors import SettingsError, UnwellError
from bot.interruption import stopping_on_interrupt
from bot.progress import history_shown, waiting
from bot.settings import load_settings
from bot.store.schema import open_database
from bot.sync_report import SyncReport
from bot.words.visible import visible

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


def init(
    path: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: QUINTET_CONFIG, else quintet.yaml.")
    ] = None,
    team: Annotated[str | None, typer.Option(metavar="KEY", help="What people type after /dora.")] = None,
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="The team's, such as Europe/Berlin.")] = None,
    channel: Annotated[str | None, typer.Option(metavar="CHANNEL", help="The team's channel in Slack.")] = None,
    services: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="What the team owns; several times. Default: everything.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="ENTRY", help="An entry of sources: on one line; several times."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is proposed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a first, commented settings file, by questions or from flags, and show what would count as a deployment.

    Example: quintet init --team team-x --source 'kind: github, token: env:GITHUB_TOKEN, repositories: [acme/shop]'
    """
    from bot.setup import write_first_file  # noqa: PLC0415  the sources take a fifth of a second

    asks = sys.stdin.isatty() and not yes
    if not asks and not (team and source):
        raise typer.BadParameter("where nobody can be asked, init needs --team and at least one --source")
    said = {"key": team, "timezone": timezone, "channel": channel}
    given = {key: value for key, value in said.items() if value is not None}
    written = write_first_file(path, given, services or (), source or (), asks=asks, over=force, busy=waiting)
    typer.echo(f"Wrote {written}. Next: `quintet doctor` tries it out, `quintet sync` loads the history.")


def sync(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="Only this source of the settings; default: all of them.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=point_in_time, metavar="TIME", help="How far back history is read; default: 104 weeks."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read all of it again, and take back what is listed no longer.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Pull what is new from each source, then its history, newest first; it goes on where the last sync stopped.

    Example: quintet sync github --since 2025-01-01
    """
    report = _synced(source, since, rebuild=rebuild)
    for line in [json.dumps(report.as_json(), indent=2)] if as_json else map(visible, report.sentences):
        typer.echo(line)
    if report.problems:
        raise UnwellError(*report.problems) from report.bug


def _synced(source: str | None, since: datetime | None, *, rebuild: bool) -> SyncReport:
    """Until all is read, or somebody presses Ctrl-C."""
    from bot.jobs import sync as job  # noqa: PLC0415  the sources take half a second
    from bot.settings.opening import source_openers  # noqa: PLC0415  the same
    from integrations.http import Patience  # noqa: PLC0415  the same

    settings, now = load_settings(), datetime.now(UTC)
    if (begin := _with_zone(since)) is not None and begin > now:
        raise typer.BadParameter(f"{begin:%Y-%m-%d} is yet to come: history is what was before", param_hint="'--since'")
    with (
        stopping_on_interrupt("Stopping after this page; Ctrl-C again stops at once.") as stopping,
        closing(open_database(settings.database_url)) as database,
        history_shown() as progress,
    ):
        openers = source_openers(settings, patience=Patience(sleep=stopping.sleep))
        _require(source, openers)
        return job.sync(
            database,
            openers,
            now=lambda: datetime.now(UTC),
            since=begin or now - job.HISTORY,
            only=source,
            rebuild=rebuild,
            stopped=stopping.is_set,
            progress=progress,
        )


def _require(source: str | None, openers: Mapping[str, object]) -> None:
    if not openers:
        raise SettingsError(
            "No source is set up: `sources:` in quintet.yaml names none. `quintet init` asks for a first one."
        )
    if source is not None and source not in openers:
        raise SettingsError(f"No source is called {source}; there are: {', '.join(openers)}.")


def _with_zone(day: datetime | None) -> datetime | None:
    """A day without a zone begins at midnight UTC."""
    return day.replace(tzinfo=UTC) if day is not None and day.tzinfo is None else day
