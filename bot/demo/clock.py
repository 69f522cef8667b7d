"""The demo's clock: the real time, until somebody moves it; it never goes back."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Lock

from bot.calendar import moment

# How many times as fast a wait passes while the clock is being moved.
_TIMES = 10


class MovableClock:
    """Passes as time does. Any thread may read it, wait by it or move it."""

    def __init__(self) -> None:
        self._began, self._at = time.time(), time.monotonic()
        self._ahead, self._lock = 0.0, Lock()
        self._hurries = False

    def seconds(self) -> float:
        """POSIX seconds."""
        return self._began + time.monotonic() - self._at + self._ahead

    def now(self) -> datetime:
        return moment(self.seconds())

    def forward(self, to: float) -> None:
        """Where it is there already, nothing changes."""
        with self._lock:
            self._ahead += max(0.0, to - self.seconds())

    @contextmanager
    def hurrying(self) -> Generator[None]:
        """While the block runs nobody waits for long."""
        self._hurries = True
        try:
            yield
        finally:
            self._hurries = False

    def wait(self, stop: Event, seconds: float) -> bool:
        """Until so much has passed on this clock, or `stop` is set; whether it is."""
        if not self._hurries:
            return stop.wait(seconds)
        over = self.seconds() + seconds
        stopped = stop.wait(seconds / _TIMES)
        self.forward(over)
        return stopped
