"""The five metrics as rows of words, and what stands beside each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.team_report import ChangeFailureRatePart, MetricPart, RecoveryTimePart, ReliabilityPart, TeamReport
from bot.words import figures, metrics
from bot.words.letters import small

NO_TREND = "no trend yet"


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
    """One row for each metric. What an earlier row said already is not said again."""
    days = _usual_days(report)
    said = dict[str, str]()
    return tuple(_once(_row(metric, part, days), metric, said) for metric, part in parts(report).items())


def _once(row: Row, metric: Metric, said: dict[str, str]) -> Row:
    """The row with a reference in place of each remark that another row made; `said` learns the new ones."""
    first = {remark: said.setdefault(remark, metrics.subject(metric)) for remark in row.remarks}
    told = (remark if first[remark] == metrics.subject(metric) else _as_for(remark, first[remark]) for remark in first)
    return replace(row, remarks=tuple(told))


def _as_for(remark: str, other: str) -> str:
    return f"{NO_TREND}, as for {other}" if remark.startswith(NO_TREND) else f"as for {other}"


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
        name=_name(metric, part),
        value=_value(metric, part, days),
        before=metrics.value(metric, before).removesuffix(" a week"),
        trend=metrics.trend(metric, Trend(part.trend)),
        reads_as=_level(part),
        remarks=_remarks(metric, part, before),
    )


def _name(metric: Metric, part: MetricPart) -> str:
    measured = isinstance(part, ReliabilityPart) and part.basis == "slo" and part.value is not None
    return f"{metrics.name(metric)} (SLO)" if measured else metrics.name(metric)


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
        *(_promised(part) if isinstance(part, ReliabilityPart) else ()),
        _held(part),
        metrics.disagreement(metric, Trend(part.trend), part.value, before, part.window.days),
        part.why_unknown or _no_trend(part),
    ]
    first, *more = [remark for remark in remarks if remark] or [""]
    return (first, *map(small, more)) if first else ()


def _no_trend(part: MetricPart) -> str | None:
    if part.trend_why_unknown is None:
        return None
    return f"{NO_TREND}: {small(part.trend_why_unknown)}"


def _held(part: MetricPart) -> str | None:
    """Where the value alone would read otherwise, or is not known, the level is the one that was settled last."""
    return f"it read {part.level} when it was last sure" if part.level_held else None


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


def _promised(part: ReliabilityPart) -> tuple[str | None, ...]:
    """What the value is, where no objective measures it, and what was promised."""
    from_incidents = part.basis == "incidents" and part.value is not None
    return ("the time without incidents" if from_incidents else None, _objective(part))


def _objective(part: ReliabilityPart) -> str | None:
    if part.objective is None:
        return None
    objective = f"objective {figures.availability(part.objective)}"
    if part.budget_left is None:
        return objective
    return f"{objective} {'missed' if part.budget_left < 0 else 'met'}"
