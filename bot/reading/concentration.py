"""Whether one service, or one burst, explains what is poor or worse by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bot.calendar import DAY, HOUR, WEEK, Window
from bot.metrics.facts import Facts
from bot.metrics.level import Level, LevelVerdict, Trend, TrendVerdict
from bot.metrics.measure import Metric
from bot.regression.eras import Eras, eras
from bot.regression.shares import rise_probability, share
from bot.teams import Bands, Team

CONCERNS = (Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME, Metric.LEAD_TIME)  # the first that is poor or worse
LEAST = {Metric.CHANGE_FAILURE_RATE: 5, Metric.RECOVERY_TIME: 3, Metric.LEAD_TIME: 5}  # that the rest has to hold
BEYOND = 1.10
SURE = 0.95
BURST_FAILURES = 3
BURST_WEEKS = 3  # a window has to be longer than the burst to tell it from the rest


@dataclass(frozen=True, slots=True)
class Sample:
    """One observation of a metric: the service, when it counts, and its value (1 and 0 for failed and sound)."""

    service: str
    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Concern:
    """The metric in question, how bad is told from good, and the samples of its window."""

    metric: Metric
    bad: Callable[[Sequence[Sample]], bool | None]
    samples: tuple[Sample, ...]
    window: Window

    @property
    def services(self) -> tuple[str, ...]:
        """The services that its window holds, in order of name."""
        return tuple(sorted({sample.service for sample in self.samples if sample.at in self.window}))

    def without(self, service: str) -> list[Sample]:
        """The samples of every other service."""
        return [sample for sample in self.samples if sample.service != service]

    def apart(self, service: str) -> bool:
        """Whether a service surely fails more often than the rest: a few sound deployments tell nothing."""
        if self.metric is not Metric.CHANGE_FAILURE_RATE:
            return True
        inside = [sample for sample in self.samples if sample.at in self.window]
        here, rest = (
            share(bool(sample.value) for sample in inside if (sample.service == service) is own)
            for own in (True, False)
        )
        return rise_probability(here, rest) >= SURE


def concern(
    facts: Facts, team: Team, levels: Mapping[Metric, LevelVerdict], trends: Mapping[Metric, TrendVerdict]
) -> Concern | None:
    """The first of failure rate, recovery and lead time that is poor, else the first that got worse."""
    for metric in CONCERNS:
        level = levels.get(metric)
        if level is not None and level.level is Level.POOR:
            return _poor(metric, samples(metric, facts), level.window, team.bands)
    for metric in CONCERNS:
        trend = trends.get(metric)
        if trend is not None and trend.trend is Trend.WORSENING:
            return _worse(metric, samples(metric, facts), eras(facts, team, trends, metric))
    return None


def one_service(about: Concern | None) -> str | None:
    """The only service without which the rest is neither poor nor worse; None where that is no single one."""
    if about is None or len(about.services) < 2 or not about.bad(about.samples):
        return None
    alone = [
        service for service in about.services if about.apart(service) and about.bad(about.without(service)) is False
    ]
    return alone[0] if len(alone) == 1 else None


@dataclass(frozen=True, slots=True)
class Burst:
    """The seven days with the most failures, of all failures of a window."""

    start: float
    failures: int
    of: int
    explains: bool


def burst(facts: Facts, about: Concern | None, window: Window) -> Burst | None:
    """The worst seven days of a window; None with too few failures to tell."""
    if about is not None and about.metric is Metric.CHANGE_FAILURE_RATE:
        window, found = about.window, about.samples
    else:
        about, found = None, samples(Metric.CHANGE_FAILURE_RATE, facts)
    failed = sorted(sample.at for sample in found if sample.value and sample.at in window)
    if len(failed) < BURST_FAILURES:
        return None
    start = max(failed, key=lambda at: (sum(at <= other < at + WEEK for other in failed), -at))
    most = sum(start <= other < start + WEEK for other in failed)
    rest = [sample for sample in found if not start <= sample.at < start + WEEK]
    explains = about is not None and window.weeks >= BURST_WEEKS and most >= BURST_FAILURES and not about.bad(rest)
    return Burst(start, most, len(failed), explains)


def samples(metric: Metric, facts: Facts) -> tuple[Sample, ...]:
    """Every observation of a metric that names a service."""
    return tuple(SAMPLES[metric](facts))


def value(metric: Metric, found: Iterable[Sample], window: Window) -> float | None:
    """The failure rate, or the median duration; None with too few."""
    values = [sample.value for sample in found if sample.at in window]
    if len(values) < LEAST[metric]:
        return None
    return sum(values) / len(values) if metric is Metric.CHANGE_FAILURE_RATE else median(values)


def _poor(metric: Metric, found: tuple[Sample, ...], window: Window, bands: Bands) -> Concern:
    band = {
        Metric.CHANGE_FAILURE_RATE: bands.change_failure_rate,
        Metric.RECOVERY_TIME: bands.recovery_hours * HOUR,
        Metric.LEAD_TIME: bands.lead_time_days * DAY,
    }[metric]

    def bad(kept: Sequence[Sample]) -> bool | None:
        now = value(metric, kept, window)
        return None if now is None else now > band

    return Concern(metric, bad, found, window)


def _worse(metric: Metric, found: tuple[Sample, ...], spans: Eras) -> Concern:
    def bad(kept: Sequence[Sample]) -> bool | None:
        now = value(metric, kept, spans.recent)
        before = None if spans.baseline is None else value(metric, kept, spans.baseline)
        return None if now is None or before is None else now > BEYOND * before

    return Concern(metric, bad, found, spans.recent)


def _failures(facts: Facts) -> Iterable[Sample]:
    for fact in facts.deployments:
        if fact.successful and fact.planned:
            yield Sample(fact.service, fact.finished_at, float(fact.failure is not None))


def _recoveries(facts: Facts) -> Iterable[Sample]:
    for fact in facts.recoveries:
        if fact.seconds is not None and fact.ended_at is not None and not fact.open:
            yield Sample(fact.service, fact.ended_at, fact.seconds)


def _lead_times(facts: Facts) -> Iterable[Sample]:
    for change in facts.changes:
        if change.lead_time is not None and change.delivered_at is not None and change.delivered_by is not None:
            yield Sample(change.delivered_by.service, change.delivered_at, change.lead_time)


SAMPLES: Mapping[Metric, Callable[[Facts], Iterable[Sample]]] = {
    Metric.CHANGE_FAILURE_RATE: _failures,
    Metric.RECOVERY_TIME: _recoveries,
    Metric.LEAD_TIME: _lead_times,
}
