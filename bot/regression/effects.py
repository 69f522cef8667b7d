"""How far recent weeks differ from the baseline: an effect on the log scale with its variance (docs/statistics.md)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy.special import ndtr

from bot.metrics.level import Effect
from bot.metrics.measure import Metric
from bot.regression.log_hours import LogHours
from bot.regression.samples import Floats

PRIOR_VARIANCE = 1.5**2  # of an effect before looking: within x4.5 either way in two teams of three
NOTEWORTHY = log(1.10)  # a change of less than a tenth is no change
Z90 = 1.6448536269514722  # the normal quantile that leaves 5% on either side


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How much weeks usually differ beyond chance: `weight` weeks' worth of belief, `slope` per event a week."""

    weight: float
    slope: float

    def factor(self, events_a_week: float, chi2: float, degrees: float) -> float:
        """What the variance is multiplied with: this team's own scatter, drawn towards what is usual; at least 1."""
        usual = self.weight * (1 + self.slope * events_a_week)
        return max(1.0, (usual + chi2) / (self.weight + degrees))


@dataclass(frozen=True, slots=True)
class Spread:
    """The usual standard deviation of log durations, worth `degrees` observations."""

    deviation: float
    degrees: float

    def variance(self, squares: float, degrees: float) -> float:
        """A pooled variance, drawn towards the usual one; `squares` are about the mean."""
        return (self.degrees * self.deviation**2 + squares) / (self.degrees + degrees)


DISPERSION = {
    Metric.DEPLOYMENT_FREQUENCY: Dispersion(8, 0.12),
    Metric.CHANGE_FAILURE_RATE: Dispersion(30, 0.40),
    Metric.LEAD_TIME: Dispersion(8, 0.06),
    Metric.RECOVERY_TIME: Dispersion(30, 0.12),
}
SPREAD = {Metric.LEAD_TIME: Spread(1.0, 5), Metric.RECOVERY_TIME: Spread(1.2, 8)}
BUDGET_SPREAD = Spread(0.25, 8)  # of weekly log(1 + share of the error budget burnt)
NOTHING_KNOWN = (0.0, 25.0)  # estimate and variance of a duration without data on a side: the prior stands


def effect(estimate: float, variance: float) -> Effect:
    """An estimate and its variance, drawn towards no change by the prior N(0, 1.5^2)."""
    keep = PRIOR_VARIANCE / (PRIOR_VARIANCE + variance)
    mean, deviation = keep * estimate, sqrt(keep * variance)
    return Effect(
        estimate=estimate,
        variance=variance,
        ratio=exp(mean),
        interval=(exp(mean - Z90 * deviation), exp(mean + Z90 * deviation)),
        p_up=float(ndtr((mean - NOTEWORTHY) / deviation)),
        p_down=float(ndtr((-mean - NOTEWORTHY) / deviation)),
    )


def frequency_effect(recent: Floats, baseline: Floats) -> Effect:
    """Of planned deployments: weekly counts on each side."""
    sides = (recent, baseline)
    chi2 = sum(float(((side - side.mean()) ** 2).sum()) / max(float(side.mean()), 0.2) for side in sides)
    weeks = recent.size + baseline.size
    rate = float(recent.sum() + baseline.sum()) / weeks
    phi = DISPERSION[Metric.DEPLOYMENT_FREQUENCY].factor(rate, chi2, weeks - 2)
    now, before = (float(side.sum()) + 0.5 for side in sides)
    estimate = log(now / recent.size) - log(before / baseline.size)
    return effect(estimate, phi * (1 / now + 1 / before))


@dataclass(frozen=True, slots=True, eq=False)
class Failures:
    """Weekly planned deployments and how many of them failed, on one side."""

    deployments: Floats
    failed: Floats

    @property
    def cells(self) -> tuple[float, float]:
        """Failed and sound deployments, each with the half that keeps their odds finite."""
        failed = float(self.failed.sum())
        return failed + 0.5, float(self.deployments.sum()) - failed + 0.5

    @property
    def chi2(self) -> float:
        """Scatter of the weekly failures about the side's own rate; weeks that expect none say nothing."""
        failed, sound = self.cells
        rate = failed / (failed + sound)
        expected = self.deployments * rate
        telling = expected > 0.05  # below it one failure would count as twenty
        variance = np.maximum(expected * (1 - rate), 0.05)
        return float((((self.failed - expected) ** 2 / variance)[telling]).sum())


def failure_effect(recent: Failures, baseline: Failures) -> Effect:
    """Of change failure rate, as log odds."""
    weeks = recent.failed.size + baseline.failed.size
    rate = float(recent.failed.sum() + baseline.failed.sum()) / weeks
    phi = DISPERSION[Metric.CHANGE_FAILURE_RATE].factor(rate, recent.chi2 + baseline.chi2, weeks - 2)
    (failed, sound), (failed_before, sound_before) = recent.cells, baseline.cells
    estimate = log(failed / sound) - log(failed_before / sound_before)
    return effect(estimate, phi * (1 / failed + 1 / sound + 1 / failed_before + 1 / sound_before))


def duration_effect(metric: Metric, recent: LogHours, baseline: LogHours) -> Effect:
    """Of lead time or recovery time: the difference of mean log hours."""
    now, before = recent.count, baseline.count
    if not now or not before:
        return effect(*NOTHING_KNOWN)
    variance = SPREAD[metric].variance(recent.squares_about_mean + baseline.squares_about_mean, now + before - 2)
    chi2 = (recent.scatter + baseline.scatter) / variance
    weeks = recent.n.size + baseline.n.size
    degrees = recent.weeks_with_data + baseline.weeks_with_data - 2
    phi = DISPERSION[metric].factor((now + before) / weeks, chi2, degrees)
    return effect(recent.mean - baseline.mean, phi * variance * (1 / now + 1 / before))


def budget_effect(recent: Floats, baseline: Floats) -> Effect:
    """Of reliability with objectives: weekly shares of the error budget burnt; up is worse."""
    now, before = np.log1p(recent), np.log1p(baseline)
    squares = sum(float(((side - side.mean()) ** 2).sum()) for side in (now, before))
    variance = BUDGET_SPREAD.variance(squares, now.size + before.size - 2)
    return effect(float(now.mean() - before.mean()), variance * (1 / now.size + 1 / before.size))


@dataclass(frozen=True, slots=True, eq=False)
class IncidentHours:
    """Weekly hours with an incident, and how many incidents they were, on one side."""

    hours: Floats
    incidents: float

    @property
    def log_variance(self) -> float:
        """Of the log of the mean week: from the weeks' scatter, but never less than so many incidents allow."""
        mean = float(self.hours.mean())
        scatter = float(self.hours.var(ddof=1)) if self.hours.size > 1 else 0.0
        return max(scatter / (self.hours.size * mean**2), 1 / self.incidents)


def incident_effect(recent: IncidentHours, baseline: IncidentHours) -> Effect | None:
    """Of reliability without objectives: mean weekly incident hours; up is worse. None without hours on a side."""
    if not (recent.hours.any() and baseline.hours.any()):
        return None
    estimate = log(float(recent.hours.mean())) - log(float(baseline.hours.mean()))
    return effect(estimate, recent.log_variance + baseline.log_variance)
