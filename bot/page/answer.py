"""A report as a page: plain sentences and rows in the order in which every surface shows them; layout comes later."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.metrics.level import Level
from bot.metrics.measure import Metric
from bot.page.charts import Chart, charts
from bot.page.rows import Row, heads, parts, rows
from bot.team_report import LeadTimePart, MetricPart, RecoveryTimePart, Stage, TeamReport
from bot.words import alternatives, figures, investments, metrics, readings
from bot.words.net import QUESTION

Listing = tuple[str, tuple[str, ...]]  # a title and what stands below it


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a full answer says, in order."""

    headline: str
    pattern: str
    investment: str
    first_step: str
    why: str
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

    @property
    def grounds(self) -> tuple[Listing, ...]:
        """What the answer rests on, and what it advises against."""
        return (
            ("For", self.evidence),
            ("Against, or another explanation", self.against),
            ("Not yet", self.not_yet),
        )

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Why this is the answer, in a sentence each."""
        return (
            ("Why this first", self.why),
            ("Confidence", self.confidence),
            ("Would change our mind", self.mind),
        )

    @property
    def besides(self) -> tuple[Listing, ...]:
        """What else there is to know."""
        return (
            ("Missing", self.missing),
            ("Also", self.then),
            ("Keep an eye on", self.watch),
            ("Note", self.notes),
        )


# Later rules that say no more than that a value or its level is not known, which its row says with the reason.
NOT_KNOWN = frozenset({"U2", "U3", "U4", "U5"})


def page(report: TeamReport) -> Page:
    """The page of a report."""
    reading = report.reading
    return Page(
        headline=reading.says,
        pattern=_pattern(report),
        investment=f"{investments.lead(reading.next_investment.key)}: {reading.next_investment.title}.",
        first_step=_first_step(report),
        heads=heads(report),
        rows=rows(report),
        rework=_rework(report),
        question=QUESTION,
        net=report.net.says,
        why=reading.next_investment.why,
        evidence=tuple(each.claim for each in reading.evidence),
        against=_against(report),
        not_yet=tuple(f"{each.what} {each.why}" for each in reading.not_yet),
        confidence=reading.confidence_says,
        mind=reading.would_change_our_mind,
        missing=tuple(f"{each.missing} {each.effect} {each.fix}" for each in report.data),
        then=tuple(each.says for each in reading.then if each.rule not in NOT_KNOWN),
        watch=report.watch,
        notes=report.notes,
        meanings=tuple(f"{metrics.name(metric)}: {part.says}" for metric, part in parts(report).items()),
        stages=_stages(report),
        charts=charts(report.history),
        footer=_footer(report),
    )


def _pattern(report: TeamReport) -> str:
    """The pattern's name; beside it what the levels match by themselves, or come nearest to where none is named."""
    reading = report.reading
    if reading.nearest is not None and reading.pattern is None:
        if any(part.level == Level.UNKNOWN for part in _differing(report)):
            return reading.title
        differs = ", ".join(metrics.subject(Metric(name)) for name in reading.nearest.differs_in)
        return f"{reading.title}; nearest named pattern: {reading.nearest.title} (differs in {differs})"
    if reading.level_pattern is not None and reading.level_pattern != reading.pattern:
        return f"{reading.title}; the levels read {readings.pattern(reading.level_pattern)}"
    return reading.title


def _differing(report: TeamReport) -> tuple[MetricPart, ...]:
    """The metrics in which the nearest pattern differs; a pattern is near to nothing that is not known."""
    near = report.reading.nearest
    names = near.differs_in if near is not None else ()
    return tuple(part for metric, part in parts(report).items() if metric.value in names)


def _first_step(report: TeamReport) -> str:
    """Keeping things as they are has no first step."""
    investment = report.reading.next_investment
    return investment.first_step if investment.key in investments.STEADY else f"First step: {investment.first_step}"


def _against(report: TeamReport) -> tuple[str, ...]:
    """What speaks against first, then what was looked at and explains nothing; in one line what can't be told."""
    against = report.reading.against
    looked_at = sorted((each for each in against if each.checked), key=lambda each: not each.supports)
    untold = alternatives.untold(each.claim for each in against if not each.checked)
    return (*(each.claim for each in looked_at), *untold)


def _rework(report: TeamReport) -> str:
    rework = report.metrics.rework_rate
    if rework.value is None:
        return "Rework: not known."
    return f"Rework: {figures.percent(rework.value)} of {figures.count(rework.n, 'deployment')}."


def _stages(report: TeamReport) -> tuple[str, ...]:
    parts: tuple[LeadTimePart | RecoveryTimePart, ...] = (report.metrics.lead_time, report.metrics.recovery_time)
    subjects = ("Lead time", "Recovery")
    told = (
        f"{subject} goes to (share, median): {_shares(part.stages)}."
        for subject, part in zip(subjects, parts, strict=True)
    )
    return tuple(line for line, part in zip(told, parts, strict=True) if _known(part.stages))


def _known(stages: dict[str, Stage]) -> list[tuple[str, Stage]]:
    known = [(name, stage) for name, stage in stages.items() if stage.share]
    return sorted(known, key=lambda found: (-(found[1].share or 0.0), found[0]))


def _shares(stages: dict[str, Stage]) -> str:
    return "; ".join(f"{name.replace('_', ' ')} {_share(stage)}" for name, stage in _known(stages))


def _share(stage: Stage) -> str:
    share = figures.percent(stage.share or 0.0)
    return share if stage.median is None else f"{share}, {figures.duration(stage.median)}"


def _footer(report: TeamReport) -> tuple[str, ...]:
    zone = ZoneInfo(report.timezone)
    seen = [each.last_event for each in report.sources if each.last_event is not None]
    latest = (f"newest event {figures.clock(max(seen), zone)}",) if seen else ()
    read = [each.last_synced for each in report.sources if each.last_synced is not None]
    fresh = (f"sources read {figures.clock(min(read), zone)}",) if read else ()
    return (
        f"{report.name}: figures to {figures.clock(report.as_of, zone)}",
        *latest,
        *fresh,
        "lead time and time to recovery: medians",
        "before: the trend's baseline, up to two years",
        "trends compare the last 13 weeks with it",
        "failure hours: deployments × failure rate × mean recovery, an index",
        "definitions: docs/metrics.md",
    )
