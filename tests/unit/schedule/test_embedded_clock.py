"""The clock within `serve` ticks at once, and one tick that fails is not the last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from queue import Queue
from threading import Event

import pytest

from bot.clocks.delivering import delivering
from bot.clocks.embedded import EveryMinute, minute_clock, ticking
from bot.jobs.deliver import Round

NOTHING = Round(sent=0, put_off=0, parked=0, unknown=0, again_at=None)


def test_it_ticks_when_it_is_started_and_waits_for_the_tick_when_it_is_stopped() -> None:
    ticks, go_on, ended = Queue[str](), Event(), Event()

    def tick() -> None:
        ticks.put("tick")
        go_on.wait(30)
        ended.set()

    with ticking(tick):
        assert ticks.get(timeout=30) == "tick"
        go_on.set()
    assert ended.is_set()


def test_a_clock_that_is_set_back_ticks_on() -> None:
    ticks = Queue[datetime]()
    clock = minute_clock(lambda: ticks.put(datetime.now(UTC)))
    clock.start()
    try:
        ticks.get(timeout=30)
        (job,) = clock.get_jobs()
        job.modify(next_run_time=datetime.now(UTC) + timedelta(days=365))
        ticks.get(timeout=30)
    finally:
        clock.shutdown()


def test_after_a_pause_of_days_there_is_one_tick_to_make() -> None:
    now = datetime(2026, 11, 2, 9, 0, 30, tzinfo=UTC)
    long_ago = now - timedelta(days=30)
    assert EveryMinute().get_next_fire_time(long_ago, now) == datetime(2026, 11, 2, 9, 1, tzinfo=UTC)


def test_deliveries_go_on_round_by_round_until_they_are_stopped() -> None:
    rounds = Queue[Event]()

    def deliver(stop: Event) -> Round:
        rounds.put(stop)
        return Round(sent=1, put_off=0, parked=0, unknown=0, again_at=0.0)

    with delivering(deliver, lambda: 0.0):
        assert rounds.get(timeout=30) is rounds.get(timeout=30)
        stop = rounds.get(timeout=30)
    assert stop.is_set()


def test_a_delivery_that_fails_is_logged_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tried = Event()

    def deliver(_stop: Event) -> Round:
        tried.set()
        raise OSError("away")

    with delivering(deliver, lambda: 0.0):
        assert tried.wait(30)
    assert "Messages could not be delivered; they stay due." in capsys.readouterr().out
