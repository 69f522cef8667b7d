"""How probable it is that a metric is worse than its band, from one window; formulas in docs/statistics.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from scipy.special import betaincc, gammainc, stdtr

from bot.calendar import DAY, HOUR, Window
from bot.metrics.durations import survival_median
from bot.metrics.level import Level
from bot.metrics.measure import Metric
from bot.metrics.spans import frozen, since_first_deployment, unfrozen_weeks
from bot.reading.sight import Sight
from bot.regression.effects import DISPERSION, SPREAD
from bot.regression.log_hours import log_hours_by_week
from bot.regression.samples import Durations, Floats


@dataclass(frozen=True, slots=True)
class Posterior:
    """`worse` is the probability; `poor` says whether the value itself is; `n` counts what the value rests on."""

    worse: float
    poor: bool
    n: int
    failed: int = 0
    inferred: int = 0  # of the failed

    def of(self, level: Level) -> float:
        """The probability of a side."""
        return self.worse if level is Level.POOR else 1 - self.worse

    @property
    def mostly_inferred(self) -> bool:
        """Whether too many failures are told by time alone for a level that is more than borderline."""
        return self.inferred > 0.4 * self.failed


def frequency(sight: Sight, window: Window) -> Posterior | None:
    """Gamma(D + 1/2, weeks): Jeffreys' prior on a Poisson rate. None where a freeze took every day."""
    begun = since_first_deployment(sight.facts, window, sight.team.zone)
    weeks = unfrozen_weeks(sight.team, begun)
    if not weeks or sight.history_start is None:
        return None
    at = sight.deployed.at
    inside = at[(at >= begun.start) & (at < begun.end)]
    count = sum(not frozen(sight.team, float(each)) for each in inside) if sight.team.freezes else inside.size
    expected = sight.team.bands.deployment_frequency_per_week * weeks
    return Posterior(float(gammainc(count + 0.5, expected)), count < expected, count)


def failure_rate(sight: Sight, window: Window) -> Posterior | None:
    """Beta(F + 1/2, D - F + 1/2): Jeffreys' prior on a share. None without deployments."""
    recorded = sight.recorded(window)
    if recorded is None or not sight.visibility.visible:
        return None
    inside = (sight.deployed.at >= recorded.start) & (sight.deployed.at < recorded.end)
    n = int(np.count_nonzero(inside))
    if not n:
        return None
    failed = int(np.count_nonzero(sight.deployed.failed & inside))
    inferred = int(np.count_nonzero(sight.deployed.inferred & inside))
    band = sight.team.bands.change_failure_rate
    worse = float(betaincc(failed + 0.5, n - failed + 0.5, band))
    return Posterior(worse, failed > band * n, n, failed, inferred)


def lead_time(sight: Sight, window: Window) -> Posterior | None:
    """The median of lead times. None without a delivered change."""
    inside = sight.lead_times.within(window)
    if not inside.at.size:
        return None
    band = sight.team.bands.lead_time_days * DAY
    worse = _median_beyond(Metric.LEAD_TIME, sight, window, inside, band)
    return Posterior(worse, float(np.median(inside.seconds)) > band, inside.at.size)


def recovery(sight: Sight, window: Window) -> Posterior | None:
    """The median of recoveries; those that last enter with the time they have lasted, in the last week."""
    recorded = sight.recorded(window)
    if recorded is None:
        return None
    over, lasting = sight.recoveries.within(recorded), sight.still_open
    now = np.full(lasting.size, np.nextafter(sight.as_of, -np.inf))
    known = Durations(np.append(over.at, now), np.append(over.seconds, lasting))
    if not known.at.size:
        return None
    band = sight.team.bands.recovery_hours * HOUR
    worse = _median_beyond(Metric.RECOVERY_TIME, sight, recorded, known, band)
    return Posterior(worse, _longer(over.seconds, lasting, band), known.at.size)


def _longer(over: Floats, lasting: Floats, band: float) -> bool:
    """Whether the median is beyond the band; where most last, it is no shorter than they have lasted so far."""
    median = survival_median(over.tolist(), lasting.tolist())
    return (float(np.median(np.append(over, lasting))) if median is None else median) > band


def _median_beyond(metric: Metric, sight: Sight, window: Window, durations: Durations, band: float) -> float:
    """The probability that the median is beyond the band: Student's t about the mean log, the log-normal's median."""
    n = durations.at.size
    by_week = log_hours_by_week(sight.week_edges, durations.at, durations.log_hours)
    spread = SPREAD[metric]
    variance = spread.variance(by_week.squares_about_mean, n - 1)
    phi = DISPERSION[metric].factor(n / window.weeks, by_week.scatter / variance, by_week.weeks_with_data - 1)
    beyond = by_week.mean - log(band / HOUR)
    return float(stdtr(spread.degrees + n - 1, beyond / sqrt(variance * phi / n)))


POSTERIORS: Mapping[Metric, Callable[[Sight, Window], Posterior | None]] = {
    Metric.DEPLOYMENT_FREQUENCY: frequency,
    Metric.LEAD_TIME: lead_time,
    Metric.CHANGE_FAILURE_RATE: failure_rate,
    Metric.RECOVERY_TIME: recovery,
}
