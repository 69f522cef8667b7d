"""The net line: did things improve overall? Change-caused failure hours a week, now against before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt

import numpy as np

from bot.calendar import Window
from bot.metrics.facts import Facts
from bot.metrics.measure import Metric, Unknown
from bot.metrics.spans import history_start
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED, Visibility
from bot.regression.effects import Z90, effect
from bot.regression.eras import RECENT_WEEKS
from bot.regression.rows import Sides, WeeklyRows, weekly_rows
from bot.regression.samples import Bools
from bot.regression.shortfall import too_short
from bot.regression.trends import CLEARLY, effect_of
from bot.teams import Team


class NetVerdict(StrEnum):
    """The four answers that figures can support."""

    WORSE = "worse"
    IN_PROPORTION = "in_proportion"  # more deployments, each as sound as before
    BETTER = "better"
    NO_CLEAR_CHANGE = "no_clear_change"


@dataclass(frozen=True, slots=True)
class NetLine:
    """Failure hours a week, an index: deployments a week x failure rate x geometric-mean recovery in hours.

    Intervals are 90%. A ratio is None where a side has no failures or no times; `factors` then too.
    """

    window: Window | None = None
    baseline: Window | None = None
    failure_hours_per_week: float | None = None
    previous: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    per_deployment_ratio: float | None = None
    per_deployment_interval: tuple[float, float] | None = None
    deployment_factor: float | None = None
    failure_rate_factor: float | None = None
    recovery_factor: float | None = None
    verdict: NetVerdict | None = None
    why_unknown: Unknown | None = None


FACTORS = (Metric.DEPLOYMENT_FREQUENCY, Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME)


@dataclass(frozen=True, slots=True)
class Harm:
    """One side. `recovery` is the geometric mean in hours, None where no recovery has times."""

    weeks: int
    deployments: float
    failed: float
    recovery: float | None

    @property
    def hours_a_week(self) -> float | None:
        """Failure hours a week; none where nothing failed, unknown where failures have no times."""
        if not self.failed:
            return 0.0
        return None if self.recovery is None else self.failed / self.weeks * self.recovery


def net_line(facts: Facts, team: Team, visibility: Visibility, rows: WeeklyRows | None = None) -> NetLine:
    """The last 13 complete weeks against the baseline of the trends; `rows` where they are at hand."""
    known = weekly_rows(facts, team, visibility) if rows is None else rows
    sides = known.sides(*FACTORS)
    window, baseline = known.span(sides.recent), known.span(sides.baseline)
    missing = _missing(facts, sides, team, visibility)
    if missing is not None:
        return NetLine(window, baseline, why_unknown=missing)
    now, before = _harm(known, sides.recent), _harm(known, sides.baseline)
    if now.hours_a_week is None or before.hours_a_week is None:
        failures = sum(side.failed for side in (now, before) if side.hours_a_week is None)
        why = Unknown(Reason.NO_FAILURE_TIMES, {"failures": failures})
        return NetLine(window, baseline, now.hours_a_week, before.hours_a_week, why_unknown=why)
    if not now.hours_a_week or not before.hours_a_week:
        return NetLine(window, baseline, now.hours_a_week, before.hours_a_week)
    return _compared(window, baseline, now, before, _variances(known, sides))


def _missing(facts: Facts, sides: Sides, team: Team, visibility: Visibility) -> Unknown | None:
    if history_start(facts, team.zone) is None:
        return Unknown(Reason.NO_DEPLOYMENTS)
    if not visibility.visible:
        return Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": visibility.signs, "need": SIGNS_NEEDED})
    if not sides.recent.any():
        return Unknown(Reason.TOO_FEW, {"what": "weeks", "have": 0, "need": 1, "weeks": RECENT_WEEKS})
    return too_short(sides)


def _harm(rows: WeeklyRows, weeks: Bools) -> Harm:
    recovery = rows.recovery.where(weeks)
    return Harm(
        weeks=int(np.count_nonzero(weeks)),
        deployments=float(rows.deployments[weeks].sum()),
        failed=float(rows.failed[weeks].sum()),
        recovery=exp(recovery.mean) if recovery.count else None,
    )


def _variances(rows: WeeklyRows, sides: Sides) -> tuple[float, float, float]:
    """Of the three factors' logs. The variance of log odds stands for that of the log rate, which is smaller."""
    effects = (effect_of(metric, rows, sides) for metric in FACTORS)
    frequency, failures, recovery = (each.variance for each in effects if each is not None)
    return frequency, failures, recovery


def _compared(
    window: Window | None, baseline: Window | None, now: Harm, before: Harm, variances: tuple[float, float, float]
) -> NetLine:
    """The ratio is the product of its factors, so their logs and their variances add up."""
    assert now.recovery is not None  # noqa: S101  a side without times was answered before
    assert before.recovery is not None  # noqa: S101  the same
    frequency = now.deployments / now.weeks / (before.deployments / before.weeks)
    failure_rate = now.failed / now.deployments / (before.failed / before.deployments)
    recovery = now.recovery / before.recovery
    each = failure_rate * recovery
    return NetLine(
        window=window,
        baseline=baseline,
        failure_hours_per_week=now.hours_a_week,
        previous=before.hours_a_week,
        ratio=frequency * each,
        interval=_interval(frequency * each, sum(variances)),
        per_deployment_ratio=each,
        per_deployment_interval=_interval(each, sum(variances[1:])),
        deployment_factor=frequency,
        failure_rate_factor=failure_rate,
        recovery_factor=recovery,
        verdict=verdict(log(frequency * each), sum(variances), log(each), sum(variances[1:])),
    )


def _interval(ratio: float, variance: float) -> tuple[float, float]:
    reach = exp(Z90 * sqrt(variance))
    return ratio / reach, ratio * reach


def verdict(week: float, week_variance: float, each: float, each_variance: float) -> NetVerdict:
    """From the log ratios of hours a week and per deployment: more deployments alone are never worse."""
    hours, per_deployment = effect(week, week_variance), effect(each, each_variance)
    if hours.p_up >= CLEARLY:
        return NetVerdict.WORSE if per_deployment.p_up >= CLEARLY else NetVerdict.IN_PROPORTION
    if per_deployment.p_down >= CLEARLY:
        return NetVerdict.BETTER
    return NetVerdict.NO_CLEAR_CHANGE
