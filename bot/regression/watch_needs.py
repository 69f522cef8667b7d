"""The data that a look of the watch needs, what is missing for it, and in about how many weeks it will be there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, inf

from bot.metrics.measure import Unknown
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED
from bot.regression.eras import RECENT_WEEKS
from bot.regression.samples import Floats
from bot.regression.watch_score import WatchRows

LEAST_FAILURES = 4
LEAST_RECENT = 12  # planned deployments in the last 13 weeks
LEAST_BEFORE = 24


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """How many of something some weeks must hold; `pace` is what each week to come adds, after `later` weeks."""

    reason: Reason
    what: str
    least: int
    weeks: Floats
    pace: float
    later: int = 0

    @property
    def have(self) -> int:
        return int(self.weeks.sum())

    @property
    def wait(self) -> float:
        """Weeks until there is enough; infinite where the pace never gets there."""
        missing = self.least - self.have
        if missing <= 0:
            return 0
        return self.later + ceil(missing / self.pace) if self.pace > 0 else inf


def shortage(rows: WatchRows) -> Unknown | None:
    """What there is too little of, the first thing first, and in how many weeks nothing will be missing."""
    if not rows.visible:
        return Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": rows.signs, "need": SIGNS_NEEDED})
    short = [need for need in _needs(rows) if need.wait > 0]
    if not short:
        return None
    first, wait = short[0], max(need.wait for need in short)
    figures: dict[str, float | str] = {
        "what": first.what,
        "have": first.have,
        "need": first.least,
        "weeks": first.weeks.size,
    }
    return Unknown(first.reason, figures if wait == inf else {**figures, "in_weeks": wait})


def _needs(rows: WatchRows) -> Iterable[Need]:
    counted = rows.deployments * rows.speed_counts
    recent, before = counted[-RECENT_WEEKS:], counted[:-RECENT_WEEKS]
    failed = rows.failed * rows.stability_counts
    pace = float(recent.mean())
    # A window that is full already holds no more of what comes at the same pace.
    reached = pace if pace * RECENT_WEEKS >= LEAST_RECENT else 0.0
    yield Need(Reason.TOO_FEW, "deployments", LEAST_RECENT, recent, reached)
    yield Need(Reason.TOO_FEW_BEFORE, "deployments", LEAST_BEFORE, before, pace, RECENT_WEEKS - recent.size)
    yield Need(Reason.TOO_FEW, "failures", LEAST_FAILURES, failed, float(failed.mean()))
