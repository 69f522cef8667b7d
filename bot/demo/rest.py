"""Whether all that is due is done, as the ledger and the outbox tell it."""

from __future__ import annotations

from bot.jobs.deps import Deps
from bot.jobs.job import Job
from bot.jobs.plan import COMPUTING
from bot.jobs.prepare import PREPARE
from bot.store.ledger import newest_runs
from bot.store.outbox_claims import again_at

# Nobody can ask for what is made ahead while the clock leaps from week to week, and it would take most of the time.
JOBS = tuple(job for job in COMPUTING if job is not PREPARE)
# A message that has to wait for longer waits for more than its turn.
_TURN_SECONDS = 60.0


def at_rest(deps: Deps, at: float, now: float) -> bool:
    """Whether every job that was due at an instant has ended, in the order in which one makes the next one due."""
    return all(_has_ended(job, deps, at) for job in JOBS) and _all_is_sent(deps, now)


def _has_ended(job: Job, deps: Deps, at: float) -> bool:
    due = set(job.due(deps, at))
    with deps.database.reading() as connection:
        return due <= {run.turn for run in newest_runs(connection, job.name) if run.ended_at is not None}


def _all_is_sent(deps: Deps, now: float) -> bool:
    with deps.database.reading() as connection:
        following = again_at(connection)
    return following is None or following > now + _TURN_SECONDS
