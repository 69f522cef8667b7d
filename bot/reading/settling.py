"""Which window settles a level: the shortest whose data are sure enough, each longer one content with less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.metrics.level import Level
from bot.metrics.measure import Metric
from bot.reading.posteriors import POSTERIORS, Posterior
from bot.reading.sight import Sight


@dataclass(frozen=True, slots=True)
class Rung:
    """A window of the ladder: it settles at `certainty`; the longest one also takes few data, with more caution."""

    days: int
    certainty: float
    longest: bool = False


FIRST = Rung(28, 0.95)
LADDER = (FIRST, Rung(91, 0.90), Rung(182, 0.80, longest=True))

FREQUENCY_POOR_AT_ONCE = 0.98  # in the shortest window: one quiet month is no slow team
FEW_DATA_POOR = 0.95  # the certainty that poor needs in the longest window where data are few
LEAST_FAILURES = 2  # one failure of a handful of deployments makes no poor rate

# What the shorter windows need, and under what the longest one is careful: deployments, changes, incidents.
NEEDED: Mapping[Metric, int] = {Metric.CHANGE_FAILURE_RATE: 20, Metric.LEAD_TIME: 10, Metric.RECOVERY_TIME: 3}
FEW: Mapping[Metric, int] = {Metric.CHANGE_FAILURE_RATE: 10, Metric.LEAD_TIME: 10, Metric.RECOVERY_TIME: 3}


@dataclass(frozen=True, slots=True)
class Settled:
    """A level and the window and posterior that settled it."""

    level: Level
    rung: Rung
    posterior: Posterior
    few: bool

    @property
    def certainty(self) -> float:
        """The posterior of the side taken."""
        return self.posterior.of(self.level)


def ladder(window_days: int | None) -> tuple[Rung, ...]:
    """The windows that are tried in turn; a fixed one is judged as the longest is."""
    return LADDER if window_days is None else (Rung(window_days, LADDER[-1].certainty, longest=True),)


def settle(metric: Metric, sight: Sight, rungs: tuple[Rung, ...]) -> Settled | None:
    """The first window that settles the level; None where none does."""
    for rung in rungs:
        posterior = POSTERIORS[metric](sight, sight.window(rung.days))
        level = None if posterior is None else side(metric, rung, posterior)
        if posterior is not None and level is not None:
            return Settled(level, rung, posterior, few=rung.longest and posterior.n < FEW.get(metric, 0))
    return None


def side(metric: Metric, rung: Rung, posterior: Posterior) -> Level | None:
    """The level on which one window is sure enough. It never contradicts the value that people see beside it."""
    if not rung.longest and posterior.n < NEEDED.get(metric, 0):
        return None
    if posterior.of(Level.HEALTHY) >= rung.certainty and not posterior.poor:
        return Level.HEALTHY
    if posterior.worse >= _poor_from(metric, rung, posterior) and posterior.poor:
        return None if _one_failure_of_few(metric, posterior) else Level.POOR
    return None


def _poor_from(metric: Metric, rung: Rung, posterior: Posterior) -> float:
    if rung is FIRST and metric is Metric.DEPLOYMENT_FREQUENCY:
        return FREQUENCY_POOR_AT_ONCE
    few = rung.longest and posterior.n < FEW.get(metric, 0)
    return max(rung.certainty, FEW_DATA_POOR) if few else rung.certainty


def _one_failure_of_few(metric: Metric, posterior: Posterior) -> bool:
    few = metric is Metric.CHANGE_FAILURE_RATE and posterior.n < FEW[metric]
    return few and posterior.failed < LEAST_FAILURES
