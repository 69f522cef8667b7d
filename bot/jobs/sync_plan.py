"""What all sources of one sync share: the database, the clock, how far to read, and when to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from bot.store.database import Database

Progress = Callable[[str, float, float, datetime | None], None]
"""A source, seconds of history read and in all, and how far back all of its streams are read."""


def silent(_source: str, _done: float, _all: float, _back_to: datetime | None) -> None:
    """No progress is shown."""


def never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    database: Database
    now: Callable[[], datetime]
    until: datetime
    since: datetime
    rebuild: bool = False
    deadline_seconds: float | None = None
    """How long one source may take."""
    stopped: Callable[[], bool] = never
    progress: Progress = silent
    names: frozenset[str] = frozenset()
    """All sources that are configured, read in this sync or not."""
    abandoned: Event = field(default_factory=Event)
    """Set where the sync itself fails, so that every thread ends after its page."""

    def is_over(self) -> bool:
        return self.abandoned.is_set() or self.stopped()
