"""The other half of the composition root: settings -> the jobs, the process that runs them, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Event, Lock

from bot.answers.teams import Roster
from bot.clocks.child import Child
from bot.clocks.delivering import Wait, delivering
from bot.clocks.embedded import ticking
from bot.clocks.telling import tell
from bot.clocks.worker import Tell, Worker
from bot.errors import SourceError
from bot.jobs.deliver import Round, deliver
from bot.jobs.deps import Clock, Deps
from bot.jobs.job import Job
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
def scheduled(
    settings: Settings, now: Callable[[], datetime], wait: Wait = Event.wait, computing: Sequence[Job] = COMPUTING
) -> Generator[Callable[[float], None]]:
    """The jobs run when they are due, while the block runs; yields a way to have those run that are due at an instant.

    Where `now` does not pass as time does, `wait` goes by the same clock.
    """

    def seconds() -> float:
        return now().timestamp()

    child, one_at_a_time = Child(partial(wire_worker, settings, computing), tell), Lock()

    def tick(at: float) -> None:
        with one_at_a_time:
            child.tick(at)

    with closing(open_database(settings.database_url)) as database:
        try:
            delivery = _delivery(settings, database, seconds, wait)
            with delivering(delivery, seconds, wait), ticking(lambda: tick(seconds())):
                yield tick
        finally:
            child.close(_GRACE_SECONDS)


def wire_worker(settings: Settings, computing: Sequence[Job], stopping: Event, tell: Tell) -> Worker:
    """What runs the jobs; called within the process that does."""
    _logging(settings)()
    database = open_database(settings.database_url)
    deps = wire_jobs(settings, database, stopping, Clock(datetime.now(UTC).timestamp()))
    return Worker(deps, WAITING, computing, tell)


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
        logging=_logging(settings),
    )


def _logging(settings: Settings) -> Callable[[], None]:
    return partial(log_to, secrets=settings.secrets)


def _openers(settings: Settings, stopping: Event) -> Mapping[str, Callable[[], Source]]:
    if not settings.sources:
        return {}
    from integrations.http import Patience  # noqa: PLC0415  takes a tenth of a second, and only sources need it

    def sleep(seconds: float) -> None:
        if stopping.wait(seconds):
            raise SourceError("stopped while it waited for the server; the next sync goes on from here")

    # A server that asks for a longer pause is asked again in a later turn.
    return source_openers(settings, patience=Patience(sleep=sleep, seconds=DEADLINE_SECONDS))


def _delivery(settings: Settings, database: Database, now: Callable[[], float], wait: Wait) -> Callable[[Event], Round]:
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    poster = Poster(token, settings.slack_api_url)

    def one_round(stop: Event) -> Round:
        return deliver(
            database,
            poster,
            now,
            if_unknown=settings.unknown_posts,
            managers=settings.managers,
            stop=stop,
            pause=partial(wait, stop),
        )

    return one_round
