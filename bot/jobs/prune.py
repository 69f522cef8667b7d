"""The job `prune`: once a day, what nothing will look at any more is let go. Events, and what was told, stay."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from bot.calendar import DAY, moment
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job
from bot.jobs.pings import REMINDER
from bot.jobs.watch import FIRST_LOOK
from bot.store.ledger import Turn, forget, last_done
from bot.store.looks import forget_looks
from bot.store.pruning import forget_messages
from bot.store.reports import forget_reports

_RUNS_DAYS = 7.0
# They say which weeks are settled; a subscription of which nothing is known begins anew. Counted from the newest one:
# after a long sleep the first digest still has to be told.
_DIGESTS_DAYS = 35.0
_FOR_EVER = (FIRST_LOOK, REMINDER)
_MESSAGES_DAYS = 400.0


def _due(_deps: Deps, now: float) -> Iterator[Turn]:
    yield Turn("prune", "", moment(now).date().isoformat())


def _run(deps: Deps, _turn: Turn) -> Effect:
    teams, now = deps.teams(), deps.clock()

    def effect(connection: Connection) -> None:
        digested = last_done(connection, "digest") or now
        kept = {"digest": digested - _DIGESTS_DAYS * DAY, **dict.fromkeys(_FOR_EVER, 0.0)}
        forget(connection, kept, now - _RUNS_DAYS * DAY)
        forget_messages(connection, now - _MESSAGES_DAYS * DAY)
        forget_looks(connection, teams)
        forget_reports(connection, teams)

    return effect


PRUNE = Job("prune", _due, _run)
