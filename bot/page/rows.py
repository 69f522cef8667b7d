"""The five metrics as rows of words, and what stands beside each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.team_report import ChangeFailureRatePart, MetricPart, RecoveryTimePart, ReliabilityPart, TeamReport
from bot.words import figures, metrics


@dataclass(frozen=True, slots=True)
class Row:
    """One metric. No cell is empty; the remarks belong beside the last one."""

    name: str
    value: str
    before: str
    trend: str
    reads_as: str
    remarks: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.value, self.before, self.trend, self.reads_as)


def rows(report: TeamReport) -> tuple[Row, ...]:
    """One row for each metric."""
    days = _usual_days(report)
    return tuple(_row(metric, part, days) for metric, part in parts(report).items())


def heads(report: TeamReport) -> Row:
    """The names of the columns."""
    return Row("Metric", f"Last {metrics.window(_usual_days(report))}", "Before", "Trend", "Reads as")


def parts(report: TeamReport) -> dict[Metric, MetricPart]:
    """The five, in the order in which people read them."""
    return {metric: getattr(report.metrics, metric.value) for metric in Metric}


def _usual_days(report: TeamReport) -> float:
    """The window that most known values have; theirs is the column's name."""
    known = [part.window.days for part in parts(report).values() if part.value is not None]
    return Counter(known).most_common(1)[0][0] if known else report.metrics.deployment_frequency.window.days


def _row(metric: Metric, part: MetricPart, days: float) -> Row:
    before = part.baseline.value if part.baseline else None
    return Row(
        name=f"{metrics.name(metric)}{_basis(part)}",
        value=_value(metric, part, days),
        before=metrics.value(metric, before),
        trend=metrics.trend(metric, Trend(part.trend)),
        reads_as=_level(part),
        remarks=_remarks(metric, part, before),
    )


def _basis(part: MetricPart) -> str:
    if not isinstance(part, ReliabilityPart) or part.basis is None or part.value is None:
        return ""
    return " (SLO)" if part.basis == "slo" else " (from incidents)"


def _value(metric: Metric, part: MetricPart, days: float) -> str:
    """The value with its count, and its window where that is not the column's."""
    told = metrics.value(metric, part.value)
    if part.value is None:
        return told
    window = "" if part.window.days == days else f", {metrics.window(part.window.days)}"
    return f"{told}{_count(metric, part)}{window}"


def _count(metric: Metric, part: MetricPart) -> str:
    if isinstance(part, ChangeFailureRatePart):
        return f" ({part.failed:,} of {part.n:,})"
    return "" if metric is Metric.RELIABILITY else f" ({part.n:,})"


def _level(part: MetricPart) -> str:
    untested = isinstance(part, RecoveryTimePart) and part.untested
    return metrics.reads_as(Level(part.level), borderline=part.borderline, untested=untested)


def _remarks(metric: Metric, part: MetricPart, before: float | None) -> tuple[str, ...]:
    """What belongs beside the level: an interval, what is open, an objective, why it is unknown."""
    remarks = [
        _interval(part) if isinstance(part, ChangeFailureRatePart) else None,
        _open(part) if isinstance(part, RecoveryTimePart) else None,
        _objective(part) if isinstance(part, ReliabilityPart) else None,
        metrics.disagreement(metric, Trend(part.trend), part.value, before, part.window.days),
        part.why_unknown or _no_trend(part),
    ]
    return tuple(remark for remark in remarks if remark)


def _no_trend(part: MetricPart) -> str | None:
    return None if part.trend_why_unknown is None else f"no trend yet: {part.trend_why_unknown}"


def _interval(part: ChangeFailureRatePart) -> str | None:
    if part.interval is None:
        return None
    low, high = part.interval
    return f"90% interval {figures.percent(low)} to {figures.percent(high)}"


def _open(part: RecoveryTimePart) -> str | None:
    if not part.open:
        return None
    oldest = "" if part.oldest_open is None else f", the oldest for {figures.duration(part.oldest_open)}"
    return f"{part.open:,} still open{oldest}"


def _objective(part: ReliabilityPart) -> str | None:
    if part.objective is None:
        return None
    objective = f"objective {figures.availability(part.objective)}"
    if part.budget_left is None:
        return objective
    return f"{objective} {'missed' if part.budget_left < 0 else 'met'}"
