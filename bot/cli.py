"""The commands people type; no logic."""

from __future__ import annotations

import gc
import json
import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.main import get_command

from bot.answers.report import team_report, trial_report
from bot.answers.teams import Roster
from bot.arguments import point_in_time, require_past, team_named, whole
from bot.calendar import instant
from bot.digest_commands import digest
from bot.errors import EventError, QuintetError
from bot.event_file import require_files
from bot.events.schema import event_schema
from bot.ingest import import_files
from bot.progress import bytes_shown, waiting
from bot.settings import load_settings, load_teams
from bot.source_commands import doctor, init, sync
from bot.store.backup import backup
from bot.store.database import Database
from bot.store.events import stored_bodies
from bot.store.schema import open_database, upgrade
from bot.store.teams import keep_teams
from bot.team_report import TeamReport
from bot.teams import UTC_ZONE
from bot.terminal import render
from bot.watch_commands import regressions
from bot.words.visible import visible
from integrations.git import read_history

app = typer.Typer(
    help="Reads a team's five DORA metrics as one system and says what to invest in next.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
database_commands = typer.Typer(help="The database: its schema and copies of it.", no_args_is_help=True)
app.add_typer(database_commands, name="db")

AsOf = Annotated[
    datetime | None,
    typer.Option(parser=point_in_time, metavar="TIME", help="As it was known then; default: the start of today."),
]
WindowDays = Annotated[
    int | None,
    typer.Option(metavar="DAYS", parser=whole(7, 728, "days"), help="One window for all metrics, 7 to 728 days."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

_MOST_PROBLEMS = 20  # lines on standard error; the rest is counted


def main() -> None:
    """Run what was typed; exit 0, 1 on a failure that is explained, 2 on wrong usage."""
    gc.freeze()  # what is loaded stays to the end; looking through it again and again costs a tenth of an import
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; failures become a line each on standard error, a traceback only with --debug."""
    debug = "--debug" in arguments
    try:
        get_command(app).main([word for word in arguments if word != "--debug"], prog_name="quintet")
    except SystemExit as ended:
        return int(ended.code or 0)
    except QuintetError as problem:
        if debug:
            raise
        _explain(problem.lines, problem.unsaid)
    except OSError as problem:  # most likely the output: a full disk, for one
        if debug:
            raise
        _explain([f"{problem.filename or 'The output'} can't be used: {problem.strerror or type(problem).__name__}."])
    except Exception:  # the last resort: whatever it is, the reader gets a sentence
        if debug:
            raise
        _explain(QuintetError().lines)
    return 1


def _explain(lines: Sequence[str], unsaid: int = 0) -> None:
    for line in lines[:_MOST_PROBLEMS]:
        typer.echo(visible(line), err=True)
    if rest := len(lines[_MOST_PROBLEMS:]) + unsaid:
        typer.echo(f"… and {rest} more", err=True)


def _show_version(asked: bool) -> None:  # noqa: FBT001  typer hands a flag over by position
    if asked:
        typer.echo(f"quintet {version('quintet')}")
        raise typer.Exit


@app.callback()
def _options(
    shows_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where something fails.")] = False,
) -> None:
    """Reads a team's five DORA metrics as one system and says what to invest in next."""


@app.command("import")
def import_(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Event files; .gz, or - for standard input.")],
    teams: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Teams to keep, beside those of the settings.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read event files into the database; all or nothing per file.

    Example: quintet import events.ndjson older.ndjson.gz
    """
    settings = load_settings()
    described = load_teams(teams) if teams else ()
    require_files(files)
    with closing(open_database(settings.database_url)) as database, bytes_shown() as progress:
        with database.writing() as connection:
            keep_teams(connection, described)
        report = import_files(database, files, Roster(database, settings.teams)(), progress)
    for line in [json.dumps(report.as_json())] if as_json else map(visible, report.sentences):
        typer.echo(line)
    if report.problems:
        raise EventError(*report.problems, unsaid=report.unsaid)


@app.command()
def export(
    team: Annotated[str | None, typer.Option(metavar="TEAM", help="Only what counts for this team.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=point_in_time, metavar="TIME", help="Only events from then on."),
    ] = None,
) -> None:
    """Write the stored events to standard output, in the format that import reads, by time.

    Example: quintet export --team team-x --since 2026-01-01 > events.ndjson
    """
    settings = load_settings()
    with closing(open_database(settings.database_url, create=False)) as database, database.reading() as connection:
        asked = team_named(team, Roster(database, settings.teams)()) if team else None
        start = instant(since, asked.zone if asked else UTC) if since else None
        for body in stored_bodies(connection, asked, start):
            typer.echo(body)


@app.command()
def report(
    team: Annotated[str, typer.Argument(metavar="TEAM", help="A team's key, an earlier one, or its name.")],
    as_of: AsOf = None,
    window: WindowDays = None,
    as_json: Json = False,
) -> None:
    """Say what `/dora TEAM` says, here or as JSON.

    Example: quintet report team-x --as-of 2026-11-02
    """
    settings = load_settings()
    with closing(open_database(settings.database_url, create=False)) as database:
        asked = team_named(team, Roster(database, settings.teams)())
        require_past(as_of, asked.zone, now := datetime.now(UTC))
        answer = team_report(database, asked, now, as_of, window)
    _show(answer, as_json=as_json)


@app.command("try")
def try_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A local git repository; a folder inside one will do.")],
    tags: Annotated[str | None, typer.Option(metavar="GLOB", help="Tags that are deployments.")] = None,
    deploy_ref: Annotated[str | None, typer.Option(metavar="REF", help="What lands there is deployed.")] = None,
    as_of: AsOf = None,
    window: WindowDays = None,
    as_json: Json = False,
) -> None:
    """Read a local git repository and report on it: real input, no credentials, nothing stored.

    Example: quintet try ~/src/shop --tags 'v*'
    """
    if tags is not None and deploy_ref is not None:
        raise typer.BadParameter("give --tags or --deploy-ref, not both: each says what a deployment is")
    require_past(as_of, UTC_ZONE, now := datetime.now(UTC))
    with waiting(f"Reading {path}"):
        found = read_history(path, tags=tags, deploy_ref=deploy_ref)
        answer = trial_report(found.service, found.events, now, as_of, window)
    _show(answer, as_json=as_json)


def _show(answer: TeamReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        Console().print(render(answer))


@app.command()
def schema() -> None:
    """Print the JSON Schema of an event.

    Example: quintet schema > event.schema.json
    """
    typer.echo(json.dumps(event_schema(), indent=2))


@database_commands.command("upgrade")
def upgrade_database() -> None:
    """Bring the database's schema up to date; `import` and `serve` do it unasked for SQLite.

    Example: quintet db upgrade
    """
    with closing(Database(load_settings().database_url)) as database:
        changed = upgrade(database)
    typer.echo("The schema is upgraded." if changed else "The schema is up to date; nothing to do.")


@database_commands.command("backup")
def back_up(file: Annotated[Path, typer.Argument(help="The copy; it must not exist yet.")]) -> None:
    """Copy the SQLite database, consistently, while it is in use.

    Example: quintet db backup quintet-2026-10-05.db
    """
    with closing(open_database(load_settings().database_url, create=False)) as database:
        backup(database, file)
    typer.echo(f"Copied to {file}.")


app.command()(digest)
app.command()(doctor)
app.command()(init)
app.command()(sync)
app.command()(regressions)


@app.command()
def serve(
    http: Annotated[bool, typer.Option("--http", help="Take Slack's requests over HTTP, not Socket Mode.")] = False,
    host: Annotated[str | None, typer.Option(help="Where to listen, in place of QUINTET_HTTP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="In place of QUINTET_HTTP_PORT.")] = None,
) -> None:
    """Answer /dora and run the schedule until stopped; health and metrics beside it.

    Example: quintet serve --http --port 8080
    """
    from bot import process  # noqa: PLC0415  Slack's and the web's libraries take half a second, and only serve needs them
    from bot.telemetry import log_to  # noqa: PLC0415  the same

    settings = load_settings()
    log_to(secrets=settings.secrets)
    process.serve(
        replace(settings, host=host or settings.host, port=settings.port if port is None else port), http=http
    )


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="Where the page is served.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 3100,
    once: Annotated[bool, typer.Option("--once", help="Print the answer and stop; serve no page.")] = False,
) -> None:
    """Show the whole bot on a sample organisation: one answer here, and a page where /dora can be typed.

    Example: quintet demo --port 3200
    """
    from bot.demo import sample  # noqa: PLC0415  Slack's and the web's libraries take half a second
    from bot.telemetry import log_to  # noqa: PLC0415  the same

    log_to(level=logging.WARNING)
    with ExitStack() as until_stopped:
        with waiting("Making up a sample organisation"):
            organisation = until_stopped.enter_context(sample.sample_organisation())
        _show(organisation.answer, as_json=False)
        if not once:
            address = until_stopped.enter_context(sample.workspace_page(organisation, host, port))
            typer.echo(f"Type /dora {organisation.answer.team} at {address} (Ctrl-C stops the demo).")
            sample.wait_until_stopped()
