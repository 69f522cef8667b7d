"""The clock within `serve`: a tick a minute. What is due is no business of the clock's."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportIncompatibleMethodOverride=false
# APScheduler says nothing of its types, and untruths of a trigger's.

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

_MINUTE = timedelta(minutes=1)


@contextmanager
def ticking(tick: Callable[[], None]) -> Generator[None]:
    """A tick now and at the start of every minute, while the block runs; never two at once."""
    clock = minute_clock(tick)
    clock.start()
    try:
        yield
    finally:
        clock.shutdown(wait=True)


def minute_clock(tick: Callable[[], None]) -> BackgroundScheduler:
    """Not started yet."""
    clock = MinuteClock(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    clock.add_job(
        tick,
        EveryMinute(),
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,  # a tick that comes late comes all the same
    )
    return clock


class EveryMinute(BaseTrigger):
    """By now alone: after a night's sleep there is one tick to make, not one for each minute of it."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002
        return now.replace(second=0, microsecond=0) + _MINUTE


class MinuteClock(BackgroundScheduler):
    """Awake once a minute by what really passes: where the machine's clock is set back, the next tick is due at once.

    APScheduler alone would wait until the clock has come again to where it was.
    """

    def _process_jobs(self) -> float:
        now = datetime.now(UTC)
        for job in self.get_jobs():
            if job.next_run_time > now + _MINUTE:
                job.modify(next_run_time=now)
        wait: float | None = super()._process_jobs()
        return _MINUTE.total_seconds() if wait is None else min(wait, _MINUTE.total_seconds())
