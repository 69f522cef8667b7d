"""The other half of the composition root: settings -> the jobs, the process that runs them, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Event

from bot.answers.teams import Roster
from bot.clocks.child import Child
from bot.clocks.delivering import delivering
from bot.clocks.embedded import ticking
from bot.clocks.telling import tell
from bot.clocks.worker import Tell, Worker
from bot.errors import SourceError
from bot.jobs.deliver import Round, deliver
from bot.jobs.deps import Clock, Deps
from bot.jobs.plan import COMPUTING, WAITING
from bot.jobs.pulls import DEADLINE_SECONDS
from bot.settings import Settings
from bot.settings.opening import source_openers
from bot.slack.poster import Poster
from bot.source import Source
from bot.store.database import Database
from bot.store.schema import open_database
from bot.telemetry import Redaction, log_to

# What is half-way then is ended; its claim expires, and nothing of it is kept.
_GRACE_SECONDS = 5.0


@contextmanager
def scheduled(settings: Settings, now: Callable[[], datetime]) -> Generator[None]:
    """The jobs run when they are due, while the block runs."""

    def seconds() -> float:
        return now().timestamp()

    child = Child(partial(wire_worker, settings), tell)
    with closing(open_database(settings.database_url)) as database:
        try:
            with delivering(_delivery(settings, database, seconds), seconds), ticking(lambda: child.tick(seconds())):
                yield
        finally:
            child.close(_GRACE_SECONDS)


def wire_worker(settings: Settings, stopping: Event, tell: Tell) -> Worker:
    """What runs the jobs; called within the process that does."""
    log_to(secrets=settings.secrets)
    database = open_database(settings.database_url)
    deps = wire_jobs(settings, database, stopping, Clock(datetime.now(UTC).timestamp()))
    return Worker(deps, WAITING, COMPUTING, tell)


def wire_jobs(settings: Settings, database: Database, stopping: Event, clock: Clock) -> Deps:
    """What the jobs work with."""
    return Deps(
        database=database,
        teams=Roster(database, settings.teams),
        clock=clock,
        subscriptions=settings.subscriptions,
        openers=_openers(settings, stopping),
        stopped=stopping.is_set,
        redacted=Redaction(settings.secrets).redacted,
    )


def _openers(settings: Settings, stopping: Event) -> Mapping[str, Callable[[], Source]]:
    if not settings.sources:
        return {}
    from integrations.http import Patience  # noqa: PLC0415  takes a tenth of a second, and only sources need it

    def sleep(seconds: float) -> None:
        if stopping.wait(seconds):
            raise SourceError("stopped while it waited for the server; the next sync goes on from here")

    # A server that asks for a longer pause is asked again in a later turn.
    return source_openers(settings, patience=Patience(sleep=sleep, seconds=DEADLINE_SECONDS))


def _delivery(settings: Settings, database: Database, now: Callable[[], float]) -> Callable[[Event], Round]:
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    poster = Poster(token, settings.slack_api_url)

    return lambda stop: deliver(database, poster, now, if_unknown=settings.unknown_posts, stop=stop)
