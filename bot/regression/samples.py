"""A team's facts as arrays in order of time: what weekly rows, effects and levels count."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from bot.calendar import HOUR, Window
from bot.metrics.durations import SHORTEST
from bot.metrics.facts import Facts

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Deployed:
    """Planned team deployments by finish; `inferred` are failures that only time tells of."""

    at: Floats
    failed: Bools
    inferred: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """Durations in seconds, each with the instant at which it ended."""

    at: Floats
    seconds: Floats

    @property
    def log_hours(self) -> Floats:
        """Their logarithms in hours; what is shorter than clocks can tell counts as the shortest."""
        return np.log(np.maximum(self.seconds, SHORTEST) / HOUR)

    def within(self, window: Window) -> Durations:
        """Those that ended in a window."""
        inside = (self.at >= window.start) & (self.at < window.end)
        return Durations(self.at[inside], self.seconds[inside])


def deployed(facts: Facts, since: float = -inf) -> Deployed:
    """The planned deployments from an instant on."""
    first = bisect_left(facts.team_deployments, since, key=lambda deployment: deployment.finished_at)
    planned = [deployment for deployment in facts.team_deployments[first:] if deployment.planned]
    failures = [deployment.failure for deployment in planned]
    return Deployed(
        at=_floats(deployment.finished_at for deployment in planned),
        failed=np.array([failure is not None for failure in failures], dtype=np.bool_),
        inferred=np.array([failure is not None and failure.inferred for failure in failures], dtype=np.bool_),
    )


def lead_times(facts: Facts, since: float = -inf) -> Durations:
    """By delivery, from an instant on; a change without a lead time is no sample."""
    return _durations(
        (change.delivered_at, change.lead_time)
        for change in facts.changes
        if change.lead_time is not None and change.delivered_at is not None and change.delivered_at >= since
    )


def recoveries(facts: Facts, since: float = -inf) -> Durations:
    """By their end, from an instant on; those that are over and whose duration is known."""
    return _durations(
        (recovery.ended_at, recovery.seconds)
        for recovery in facts.recoveries
        if not recovery.open
        and recovery.seconds is not None
        and recovery.ended_at is not None
        and recovery.ended_at >= since
    )


def open_recoveries(facts: Facts) -> Floats:
    """Seconds that open ones have lasted by `as_of`."""
    lasting = [recovery.seconds for recovery in facts.recoveries if recovery.open and recovery.seconds is not None]
    return np.array(lasting, dtype=np.float64)


def _durations(pairs: Iterable[tuple[float, float]]) -> Durations:
    table = np.array(sorted(pairs), dtype=np.float64).reshape(-1, 2)
    return Durations(table[:, 0], table[:, 1])


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)
