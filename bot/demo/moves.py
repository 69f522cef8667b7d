"""What moves the demo's clock: at each stop it stands until the jobs are done and all is sent."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event as Signal
from threading import Lock, Thread
from typing import cast

import structlog

from bot.calendar import moment
from bot.demo.clock import MovableClock
from bot.demo.organisation import REGRESSING, Organisation
from bot.demo.rest import at_rest
from bot.demo.steps import STEPS, Step, ahead, stop_after
from bot.events import Event
from bot.ingest import ingest_events
from bot.jobs.deps import Deps
from bot.store.told import Told, pings_told

# How often what happens while nobody moves the clock is handed in.
_HAND_IN_SECONDS = 60.0
# A look takes the database and the processor from the jobs that it waits for.
_LOOK_SECONDS = 0.1
_LOOKS_A_TICK = 10
# Nothing that works takes so long.
_MOST_TICKS = 300
_MOST_STOPS = 60

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Moves:
    """One move at a time, on a thread of its own; between them, what happens in the organisation is handed in."""

    def __init__(self, clock: MovableClock, organisation: Organisation, deps: Deps) -> None:
        """`deps` are what the jobs work with, to see what is due."""
        self.clock = clock
        self._organisation, self._deps = organisation, deps
        self._asked, self._stop = Queue[Step | None](), Signal()
        self._lock, self._moving = Lock(), False
        self._problem: str | None = None

    @property
    def moving(self) -> bool:
        return self._moving

    @property
    def problem(self) -> str | None:
        """Why the newest move did not come to its end, where it did not."""
        return self._problem

    def steps(self) -> tuple[Step, ...]:
        """Those that are not behind."""
        return ahead(self._told())

    def begin(self, key: str) -> str | None:
        """Move to where a step leads, in the background; a sentence where that can't be."""
        with self._lock:
            if self._moving:
                return "The clock is being moved; wait until it stands."
            step = next((each for each in self.steps() if each.key == key), None)
            if step is None:
                behind = key in {each.key for each in STEPS}
                return "That is behind; the clock moves forward only." if behind else "The clock can't be moved there."
            self._moving, self._problem = True, None
            self._asked.put(step)
            return None

    @contextmanager
    def possible(self, tick: Callable[[float], None]) -> Generator[None]:
        """While the block runs; a move that is under way when it ends stops where it is.

        `tick` has those jobs run that are due at an instant.
        """
        thread = Thread(target=self._run, args=(tick,), name="demo-clock")
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._asked.put(None)
            thread.join()

    def _run(self, tick: Callable[[float], None]) -> None:
        while not self._stop.is_set():
            try:
                self._once(tick)
            except Exception as error:  # noqa: BLE001  the demo goes on, and the clock can be moved again
                _log.error("The clock could not be moved.", action="move_failed", exc_info=error)

    def _once(self, tick: Callable[[float], None]) -> None:
        try:
            step = self._asked.get(timeout=_HAND_IN_SECONDS)
        except Empty:
            self._hand_in(self.clock.seconds())
            return
        try:
            if step:
                self._move(step, tick)
        except Exception:  # whatever it is, the page tells of it once the clock stands; the log gets the reason
            self._problem = "The clock could not be moved; the terminal has the reason."
            raise
        finally:
            self._moving = False

    def _move(self, step: Step, tick: Callable[[float], None]) -> None:
        """What is due before the clock moves is done before."""
        with self.clock.hurrying():
            stops, leap = 0, step.leap
            while self._rests(tick) and stops < _MOST_STOPS and not (stops and step.reached(self._told())):
                weeks, leap = (leap, 1) if self._told() else (1, leap)
                monday = stop_after(self.clock.seconds(), weeks)
                self._hand_in(monday)
                self.clock.forward(monday)
                stops += 1

    def _hand_in(self, until: float) -> None:
        """What became known since the last time."""
        ingest_events(self._deps.database, cast("Iterator[Event]", self._organisation.news(moment(until))))

    def _rests(self, tick: Callable[[float], None]) -> bool:
        """Once all that is due is done; False where it is time to stop."""
        for _ in range(_MOST_TICKS):
            now = self.clock.seconds()
            tick(now)
            for _ in range(_LOOKS_A_TICK):
                if at_rest(self._deps, now, self.clock.seconds()):
                    return True
                if self._stop.wait(_LOOK_SECONDS):
                    return False
        self._problem = "The jobs do not come to an end; the clock stands."
        _log.warning(self._problem, action="move_ended")
        return False

    def _told(self) -> Sequence[Told]:
        with self._deps.database.reading() as connection:
            return pings_told(connection, REGRESSING.keys)
