"""The demo's clock passes as time does, moves forward alone, and lets nobody wait while it is moved."""

from __future__ import annotations

from threading import Event
from time import monotonic, time

from bot.demo.clock import MovableClock


def test_it_shows_the_real_time_until_it_is_moved() -> None:
    before = time()
    assert abs(MovableClock().seconds() - before) < 1


def test_it_moves_forward_and_never_back() -> None:
    clock = MovableClock()
    later = clock.seconds() + 86_400
    clock.forward(later)
    moved = clock.seconds()
    clock.forward(later - 3_600)
    assert later <= moved <= clock.seconds()
    assert clock.now().timestamp() >= moved


def test_while_it_is_moved_a_wait_passes_on_the_clock_and_a_part_of_it_in_truth() -> None:
    clock, began = MovableClock(), monotonic()
    before = clock.seconds()
    with clock.hurrying():
        assert not clock.wait(Event(), 4)
    assert clock.seconds() - before >= 4
    assert monotonic() - began < 4


def test_a_wait_ends_when_it_is_time_to_stop() -> None:
    clock, stop = MovableClock(), Event()
    stop.set()
    assert clock.wait(stop, 3_600)
    with clock.hurrying():
        assert clock.wait(stop, 3_600)
