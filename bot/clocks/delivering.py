"""The job `deliver`, on a thread of its own: it waits for Slack most of the time, and must not wait for other jobs."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

import structlog

from bot.clocks.telling import tell_round
from bot.jobs.deliver import Round

Wait = Callable[[Event, float], bool]
"""Lets so many seconds pass, unless the event is set before; whether it is."""

# How soon a message that was just written down is on its way, and how often nobody looks for one.
_LOOK_EVERY_SECONDS = 1.0
_LEAST_SECONDS = 0.05
_AFTER_FAILURE_SECONDS = 10.0

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


@contextmanager
def delivering(deliver: Callable[[Event], Round], now: Callable[[], float], wait: Wait = Event.wait) -> Generator[None]:
    """Round by round while the block runs; `deliver` is told when to stop."""
    stop = Event()
    thread = Thread(target=_rounds, args=(deliver, now, wait, stop), name="deliver")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _rounds(deliver: Callable[[Event], Round], now: Callable[[], float], wait: Wait, stop: Event) -> None:
    seconds = 0.0
    while not wait(stop, seconds):
        began = monotonic()
        try:
            ended = deliver(stop)
        except Exception as error:  # noqa: BLE001  whatever it was, messages still have to reach Slack
            _log.error("Messages could not be delivered; they stay due.", action="delivery_failed", exc_info=error)
            seconds = _AFTER_FAILURE_SECONDS
        else:
            tell_round(ended, monotonic() - began)
            seconds = _until(ended.again_at, now())


def _until(at: float | None, now: float) -> float:
    """Something may be written down at any time, so the wait is a short one."""
    return _LOOK_EVERY_SECONDS if at is None else min(max(at - now, _LEAST_SECONDS), _LOOK_EVERY_SECONDS)
