"""Durations by week, as the three sums that every formula needs: how many, the sum of log hours, and of squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.regression.samples import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class LogHours:
    """One entry a week."""

    n: Floats
    total: Floats
    squares: Floats

    def where(self, weeks: Bools) -> LogHours:
        """The same of some of the weeks."""
        return LogHours(self.n[weeks], self.total[weeks], self.squares[weeks])

    @property
    def count(self) -> float:
        return float(self.n.sum())

    @property
    def mean(self) -> float:
        """The mean log; only where there is data."""
        return float(self.total.sum()) / self.count

    @property
    def weeks_with_data(self) -> int:
        return int(np.count_nonzero(self.n))

    @property
    def squares_about_mean(self) -> float:
        """Summed over every duration; rounding never makes it negative."""
        return max(0.0, float(self.squares.sum()) - self.count * self.mean**2)

    @property
    def scatter(self) -> float:
        """Squares of the weekly means about the mean of all, each week weighted with its count."""
        known = self.n > 0
        means = self.total[known] / self.n[known]
        return float((self.n[known] * (means - self.mean) ** 2).sum())


def log_hours_by_week(edges: Floats, at: Floats, hours: Floats) -> LogHours:
    """Sums by week; `edges` are the weeks' starts and the end of the last one. What lies outside is left out."""
    return LogHours(
        n=by_week(edges, at),
        total=by_week(edges, at, hours),
        squares=by_week(edges, at, hours**2),
    )


def by_week(edges: Floats, at: Floats, amounts: Floats | None = None) -> Floats:
    """How many instants each week holds, or the sum of their amounts."""
    week = np.searchsorted(edges, at, side="right") - 1
    inside = (week >= 0) & (week < edges.size - 1)
    weights = None if amounts is None else amounts[inside]
    return np.bincount(week[inside], weights=weights, minlength=edges.size - 1).astype(np.float64)
