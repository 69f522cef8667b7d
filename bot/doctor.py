"""Everything that is set up, tried out, one thing after the other: no problem keeps the next from being looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore, Thread

from bot.answers.doctor import examined, promised, reported
from bot.answers.doctor_sources import Asked, asked
from bot.answers.teams import Roster
from bot.doctor_report import Check, DoctorReport, TeamExamined
from bot.errors import CredentialError, DeliveryError, NoDatabaseError, SettingsError, StoreError
from bot.jobs.checks import job_checks
from bot.settings import Settings, load_settings
from bot.settings.opening import name_of, receivers, source_openers
from bot.settings.where import settings_file
from bot.slack.token import accepted
from bot.source import Source
from bot.store.database import Database
from bot.store.schema import open_database
from bot.teams import Team
from bot.words import delivery, doctor

_AT_ONCE = 4  # sources
_PATIENCE_SECONDS = 60.0  # of one source; a limit that lasts longer is told, not waited for
_NO_FILE = Path(os.devnull)

Found = tuple[Iterable[Check], Iterable[TeamExamined]]


def examine(now: datetime) -> DoctorReport:
    """All checks, and what each team would get."""
    try:
        settings = load_settings()
    except SettingsError as problem:
        return reported(_without_file(problem), ())
    file = settings_file()
    says = doctor.settings(str(file) if file else None, len(settings.teams), len(settings.sources))
    checks, teams = _stored(settings, _ask_sources(settings), now)
    read = Check(about="settings", state="ok", says=says)
    return reported([read, *_slack(settings), *_senders(settings), *checks], teams)


def _without_file(problem: SettingsError) -> Iterator[Check]:
    """What is wrong with the settings, and what the environment alone lets one look at."""
    yield from (Check(about="settings", state="mend", says=line) for line in problem.lines)
    try:
        settings = load_settings(_NO_FILE)
    except SettingsError:
        return  # it is the environment itself
    yield from _slack(settings)


def _slack(settings: Settings) -> Iterator[Check]:
    token = settings.bot_token
    if token is None:
        yield Check(about="slack", state="note", says=doctor.NO_BOT_TOKEN[0], do=doctor.NO_BOT_TOKEN[1])
        return
    try:
        known = accepted(token.get_secret_value(), settings.slack_api_url)
    except DeliveryError as problem:
        yield Check(about="slack", state="mend", says=str(problem))
        return
    yield Check(about="slack", state="ok", says=doctor.slack(known.workspace, known.scopes))
    if known.missing:
        says, do = doctor.scopes_missing(known.missing)
        yield Check(about="slack", state="mend", says=says, do=do)
    if known.reads_no_history:
        yield Check(about="slack", state="note", says=delivery.NO_HISTORY[0], do=delivery.NO_HISTORY[1])
    if settings.app_token is None:
        yield Check(about="slack", state="note", says=doctor.NO_APP_TOKEN[0], do=doctor.NO_APP_TOKEN[1])


def _senders(settings: Settings) -> Iterator[Check]:
    """Those that post to the bot: there is nothing to ask them, but their credential has to be there."""
    if not settings.sources:
        yield Check(about="sources", state="note", says=doctor.NO_SOURCES[0], do=doctor.NO_SOURCES[1])
    for source in settings.sources:
        about = f"source {name_of(source)}"
        try:
            found = receivers(replace(settings, sources=(source,)))
        except CredentialError as problem:
            says = doctor.failed(name_of(source), str(problem))
            yield Check(about=about, state="mend", says=says, do=doctor.SET_CREDENTIAL)
            continue
        yield from (Check(about=about, state="ok", says=doctor.waits("/v1/events")) for _ in found)


def _ask_sources(settings: Settings) -> Sequence[Asked]:
    """All at once: a slow one holds up no other, and none of them whoever presses Ctrl-C."""
    if not settings.sources:
        return ()
    from integrations.http import Patience  # noqa: PLC0415  takes a tenth of a second, and only sources need it

    openers = source_openers(settings, patience=Patience(seconds=_PATIENCE_SECONDS))
    found: dict[str, Asked] = {}
    free = BoundedSemaphore(_AT_ONCE)

    def ask(name: str, opener: Callable[[], Source]) -> None:
        with free:
            found[name] = asked(name, opener)

    # Daemons: a pool would wait for the slowest server before the process may end.
    threads = [Thread(target=ask, args=each, daemon=True) for each in openers.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tuple(found[name] for name in openers)


def _stored(settings: Settings, answers: Sequence[Asked], now: datetime) -> Found:
    """By the database, or without it where it can't be read."""
    try:
        with closing(open_database(settings.database_url, create=False)) as database:
            return _from(database, settings, answers, now)
    except NoDatabaseError:
        nothing = Check(about="database", state="note", says=doctor.NO_DATABASE[0], do=doctor.NO_DATABASE[1])
    except StoreError as problem:
        nothing = Check(about="database", state="mend", says=str(problem))
    checks, teams = promised(answers, settings.teams, now)
    return (nothing, *_teams(settings.teams), *checks), teams


def _from(database: Database, settings: Settings, answers: Sequence[Asked], now: datetime) -> Found:
    teams = Roster(database, settings.teams)()
    checks, known = examined(database, answers, teams, now)
    with database.reading() as connection:
        named = [each.name for each in answers]
        jobs = job_checks(connection, named, settings.subscriptions, teams, now.timestamp())
    return (*checks, *jobs, *_teams(teams)), known


def _teams(teams: Sequence[Team]) -> Iterator[Check]:
    if not teams:
        yield Check(about="teams", state="mend", says=doctor.NO_TEAMS[0], do=doctor.NO_TEAMS[1])
