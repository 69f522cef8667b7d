"""The job `sync`: each source is asked for what is new, every quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterator

from bot.calendar import moment
from bot.errors import UnwellError
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, StoppedError, nothing
from bot.jobs.sync import HISTORY, sync
from bot.store.ledger import Turn

EVERY_SECONDS = 15 * 60.0
# A source that takes longer goes on in its next turn: nothing of what it has read is lost.
DEADLINE_SECONDS = 10 * 60.0


def _due(deps: Deps, now: float) -> Iterator[Turn]:
    slot = moment(now // EVERY_SECONDS * EVERY_SECONDS).isoformat()
    return (Turn("sync", source, slot) for source in deps.openers)


def _run(deps: Deps, turn: Turn) -> Effect:
    clock = deps.clock
    report = sync(
        deps.database,
        deps.openers,
        now=clock.moment,
        since=clock.moment() - HISTORY,
        only=turn.subject,
        deadline_seconds=DEADLINE_SECONDS,
        stopped=deps.stopped,
    )
    if report.is_stopped:
        raise StoppedError
    if report.problems:
        raise UnwellError(*report.problems) from report.bug
    return nothing


SYNC = Job("sync", _due, _run)
