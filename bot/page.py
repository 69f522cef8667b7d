"""A report as a page: plain sentences and rows in the order in which every surface shows them; layout comes later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.team_report import (
    ChangeFailureRatePart,
    LeadTimePart,
    MetricPart,
    RecoveryTimePart,
    ReliabilityPart,
    Stage,
    TeamReport,
    WeekPart,
)
from bot.words import figures, metrics
from bot.words.net import QUESTION

CHART_WEEKS = 12
# Two points are a line, not a course.
LEAST_POINTS = 3


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


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values, one for each of the chart's weeks."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures by week, oldest first; at least one series, each with a value for every week."""

    title: str
    unit: str
    weeks: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def highest(self) -> float:
        return max(value for series in self.series for value in series.values)

    @property
    def says(self) -> str:
        """The chart in words."""
        told = "; ".join(f"{each.name} {_listed(each.values)}" for each in self.series)
        return f"{self.title}, {self.weeks[0]} to {self.weeks[-1]}: {told}."


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a full answer says, in order."""

    headline: str
    pattern: str
    investment: str
    first_step: str
    heads: Row
    rows: tuple[Row, ...]
    rework: str
    question: str
    net: str
    evidence: tuple[str, ...]
    against: tuple[str, ...]
    not_yet: tuple[str, ...]
    confidence: str
    mind: str
    missing: tuple[str, ...]
    then: tuple[str, ...]
    watch: tuple[str, ...]
    notes: tuple[str, ...]
    meanings: tuple[str, ...]
    stages: tuple[str, ...]
    charts: tuple[Chart, ...]
    footer: tuple[str, ...]


def page(report: TeamReport) -> Page:
    """The page of a report."""
    reading, days = report.reading, _usual_days(report)
    return Page(
        headline=reading.says,
        pattern=_pattern(report),
        investment=f"Invest next in: {reading.next_investment.title}.",
        first_step=f"First step: {reading.next_investment.first_step}",
        heads=Row("Metric", f"Last {metrics.window(days)}", "Before", "Trend", "Reads as"),
        rows=tuple(_row(metric, part, days) for metric, part in _parts(report).items()),
        rework=_rework(report),
        question=QUESTION,
        net=report.net.says,
        evidence=(reading.next_investment.why, *(each.claim for each in reading.evidence)),
        against=tuple(
            each.claim for each in sorted(reading.against, key=lambda each: (not each.supports, not each.checked))
        ),
        not_yet=tuple(f"{each.what} {each.why}" for each in reading.not_yet),
        confidence=reading.confidence_says,
        mind=reading.would_change_our_mind,
        missing=tuple(f"{each.missing} {each.effect} {each.fix}" for each in report.data),
        then=tuple(each.says for each in reading.then),
        watch=report.watch,
        notes=report.notes,
        meanings=tuple(f"{metrics.name(metric)}: {part.says}" for metric, part in _parts(report).items()),
        stages=_stages(report),
        charts=_charts(report.history),
        footer=_footer(report),
    )


def _parts(report: TeamReport) -> dict[Metric, MetricPart]:
    return {metric: getattr(report.metrics, metric.value) for metric in Metric}


def _usual_days(report: TeamReport) -> float:
    """The window that most rows have; theirs is the column's name."""
    return Counter(part.window.days for part in _parts(report).values()).most_common(1)[0][0]


def _pattern(report: TeamReport) -> str:
    """The pattern's name; beside it what the levels match by themselves, or come nearest to."""
    reading = report.reading
    if reading.nearest is None:
        return reading.title
    differs = ", ".join(metrics.subject(Metric(name)) for name in reading.nearest.differs_in)
    return f"{reading.title}; nearest named pattern: {reading.nearest.title} (differs in {differs or 'nothing'})"


def _row(metric: Metric, part: MetricPart, days: float) -> Row:
    before = part.baseline.value if part.baseline else None
    return Row(
        name=f"{metrics.name(metric)}{_basis(part)}",
        value=_value(metric, part) + ("" if part.window.days == days else f", {metrics.window(part.window.days)}"),
        before=metrics.value(metric, before),
        trend=metrics.trend(metric, Trend(part.trend)),
        reads_as=_level(part),
        remarks=_remarks(metric, part, before),
    )


def _basis(part: MetricPart) -> str:
    if not isinstance(part, ReliabilityPart) or part.basis is None:
        return ""
    return " (SLO)" if part.basis == "slo" else " (from incidents)"


def _value(metric: Metric, part: MetricPart) -> str:
    """The value with its count."""
    told = metrics.value(metric, part.value)
    if part.value is None or metric is Metric.RELIABILITY:
        return told
    if isinstance(part, ChangeFailureRatePart):
        return f"{told} ({part.failed:,} of {part.n:,})"
    return f"{told} ({part.n:,})"


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
        part.why_unknown,
    ]
    return tuple(remark for remark in remarks if remark)


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


def _rework(report: TeamReport) -> str:
    rework = report.metrics.rework_rate
    if rework.value is None:
        return "Rework: not known."
    return f"Rework: {figures.percent(rework.value)} of {figures.count(rework.n, 'deployment')}."


def _stages(report: TeamReport) -> tuple[str, ...]:
    parts: tuple[LeadTimePart | RecoveryTimePart, ...] = (report.metrics.lead_time, report.metrics.recovery_time)
    subjects = ("Lead time", "Recovery")
    told = (f"{subject} goes to: {_shares(part.stages)}." for subject, part in zip(subjects, parts, strict=True))
    return tuple(line for line, part in zip(told, parts, strict=True) if _known(part.stages))


def _known(stages: dict[str, Stage]) -> list[tuple[str, Stage]]:
    known = [(name, stage) for name, stage in stages.items() if stage.share]
    return sorted(known, key=lambda found: (-(found[1].share or 0.0), found[0]))


def _shares(stages: dict[str, Stage]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_share(stage)}" for name, stage in _known(stages))


def _share(stage: Stage) -> str:
    share = figures.percent(stage.share or 0.0)
    return share if stage.median is None else f"{share} (median {figures.duration(stage.median)}, n {stage.n:,})"


def _charts(history: Sequence[WeekPart]) -> tuple[Chart, ...]:
    """Of the last 12 weeks. A week that a series does not know is left out of them all."""
    weeks = history[-CHART_WEEKS:]
    hours = [(week, week.failure_hours) for week in weeks if week.failure_hours is not None]
    failed = [(week, week.failed) for week in weeks if week.failed is not None]
    return tuple(
        chart
        for chart in (
            _chart("Failure hours a week", "hours", hours, {"Failure hours": [amount for _, amount in hours]}),
            _chart(
                "Deployments and failed deployments a week",
                "deployments",
                failed,
                {
                    "Deployments": [float(week.deployments) for week, _ in failed],
                    "Failed": [float(amount) for _, amount in failed],
                },
            ),
        )
        if chart is not None
    )


def _chart(
    title: str, unit: str, points: Sequence[tuple[WeekPart, float]], series: dict[str, list[float]]
) -> Chart | None:
    if len(points) < LEAST_POINTS:
        return None
    weeks = tuple(_week(week.week) for week, _ in points)
    return Chart(title, unit, weeks, tuple(Series(name, tuple(values)) for name, values in series.items()))


def _week(iso: str) -> str:
    """A week by its Monday: 26 Oct."""
    monday = date.fromisoformat(iso)
    return f"{monday.day} {figures.MONTHS[monday.month - 1][:3]}"


def _listed(values: Sequence[float]) -> str:
    return ", ".join(figures.number(value) for value in values)


def _footer(report: TeamReport) -> tuple[str, ...]:
    zone = ZoneInfo(report.timezone)
    seen = [each.last_event for each in report.sources if each.last_event is not None]
    latest = (f"newest event {figures.clock(max(seen), zone)}",) if seen else ()
    return (
        f"{report.name}: figures to {figures.clock(report.as_of, zone)}",
        *latest,
        "before: the trend's baseline, up to two years",
        "trends compare the last 13 weeks with it",
        "failure hours: deployments × failure rate × mean recovery, an index",
        "definitions: docs/metrics.md",
    )
