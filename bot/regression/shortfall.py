"""The data that a trend needs, and what is missing for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bot.metrics.measure import Metric, Unknown
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED, Visibility
from bot.regression.eras import LEAST_BASELINE_WEEKS
from bot.regression.rows import Sides, WeeklyRows
from bot.regression.samples import Bools, Floats

LEAST_FAILURES = 4  # of a failure rate, on both sides together: fewer say nothing about a ratio


@dataclass(frozen=True, slots=True)
class Need:
    """How many of what each side must have."""

    what: str
    recent: int
    baseline: int


NEEDS: Mapping[Metric, Need] = {
    Metric.DEPLOYMENT_FREQUENCY: Need("deployments", 24, 24),
    Metric.LEAD_TIME: Need("changes", 10, 20),
    Metric.CHANGE_FAILURE_RATE: Need("deployments", 24, 24),
    Metric.RECOVERY_TIME: Need("incidents", 3, 3),
}
OBJECTIVE_NEED = Need("weeks with objectives' data", 8, 8)
INCIDENT_NEED = Need("incidents", 6, 6)


def shortfall(metric: Metric, rows: WeeklyRows, sides: Sides, visibility: Visibility) -> Unknown | None:
    """What a metric's trend lacks, the first thing first; None where it has enough."""
    return next((missing for missing in _shortfalls(metric, rows, sides, visibility) if missing is not None), None)


def _shortfalls(metric: Metric, rows: WeeklyRows, sides: Sides, visibility: Visibility) -> Iterable[Unknown | None]:
    if not visibility.visible and metric in {Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME}:
        yield Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": visibility.signs, "need": SIGNS_NEEDED})
    yield too_short(sides)
    need, counted = _counted(metric, rows)
    yield _too_few(Reason.TOO_FEW, need.what, need.recent, counted, sides.recent)
    yield _too_few(Reason.TOO_FEW_BEFORE, need.what, need.baseline, counted, sides.baseline)
    if metric is Metric.CHANGE_FAILURE_RATE:
        both = sides.recent | sides.baseline
        yield _too_few(Reason.TOO_FEW, "failures", LEAST_FAILURES, rows.failed, both)


def too_short(sides: Sides) -> Unknown | None:
    """Whether the baseline has too few weeks that count."""
    weeks = int(np.count_nonzero(sides.baseline))
    if weeks >= LEAST_BASELINE_WEEKS:
        return None
    return Unknown(Reason.HISTORY_TOO_SHORT, {"weeks": weeks, "need": LEAST_BASELINE_WEEKS})


def _counted(metric: Metric, rows: WeeklyRows) -> tuple[Need, Floats]:
    """What a metric needs, and how many of it each week has."""
    if metric is Metric.RELIABILITY:
        by_objective = rows.by_objective
        return (
            (OBJECTIVE_NEED, rows.budget_known.astype(np.float64)) if by_objective else (INCIDENT_NEED, rows.incidents)
        )
    counts = {Metric.LEAD_TIME: rows.lead_time.n, Metric.RECOVERY_TIME: rows.recovery.n}
    return NEEDS[metric], counts.get(metric, rows.deployments)


def _too_few(reason: Reason, what: str, need: int, counted: Floats, weeks: Bools) -> Unknown | None:
    have = int(counted[weeks].sum())
    if have >= need:
        return None
    return Unknown(reason, {"what": what, "have": have, "need": need, "weeks": int(np.count_nonzero(weeks))})
