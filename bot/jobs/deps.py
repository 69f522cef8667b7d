"""What the jobs work with: the database, who there is, how to ask the sources, what time it is, and when to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from bot.calendar import moment
from bot.jobs.sync_plan import never
from bot.schedule import Subscription
from bot.source import Source
from bot.store.database import Database
from bot.store.ledger import Claim
from bot.teams import Team


@dataclass(slots=True)
class Clock:
    """The time as it was last told, and what has passed since: jobs run on whatever clock the tick goes by."""

    told: float
    _at: float = field(default_factory=monotonic)

    def set(self, now: float) -> None:
        self.told, self._at = now, monotonic()

    def __call__(self) -> float:
        """POSIX seconds."""
        return self.told + monotonic() - self._at

    def moment(self) -> datetime:
        return moment(self())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    database: Database
    teams: Callable[[], Sequence[Team]]
    clock: Clock
    subscriptions: Sequence[Subscription] = ()
    """Those of the settings; what was set in Slack stands in the database."""
    openers: Mapping[str, Callable[[], Source]] = field(default_factory=dict[str, Callable[[], Source]])
    stopped: Callable[[], bool] = never
    claims: set[Claim] = field(default_factory=set[Claim])
    """What runs at the moment."""
    redacted: Callable[[str], str] = str
    """A text without the secrets that the sources were opened with."""
    logging: Callable[[], object] = object
    """Sends the log of another process where that of this one goes; it can be pickled."""
