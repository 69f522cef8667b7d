"""The job `prune`: once a day, what nothing will look at any more is let go. Events stay."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from bot.calendar import DAY, moment
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job
from bot.store.ledger import Turn, forget

_KEPT_DAYS = 7
_KEPT_DAYS_OF = {"digest": 400, "watch": 400}  # they say which weeks are settled
_LEASE_SECONDS = 10 * 60.0


def _due(_deps: Deps, now: float) -> Iterator[Turn]:
    yield Turn("prune", "", moment(now).date().isoformat())


def _run(deps: Deps, _turn: Turn) -> Effect:
    now = deps.clock()

    def effect(connection: Connection) -> None:
        kept = {job: now - days * DAY for job, days in _KEPT_DAYS_OF.items()}
        forget(connection, kept, now - _KEPT_DAYS * DAY)

    return effect


PRUNE = Job("prune", _LEASE_SECONDS, _due, _run)
