"""The clock within `serve`: a tick a minute. What is due is no business of the clock's."""
# pyright: reportUnknownMemberType=false
# APScheduler says nothing of its types.

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger


@contextmanager
def ticking(tick: Callable[[], None]) -> Generator[None]:
    """A tick now and at the start of every minute, while the block runs; never two at once."""
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    scheduler.add_job(
        tick,
        CronTrigger(second=0, timezone=UTC),
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,  # a tick that comes late comes all the same
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
