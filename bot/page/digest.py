"""A digest as a page: plain sentences and rows in the order in which every surface shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.digest_report import Digest, Figure, Precision
from bot.metrics.level import Trend
from bot.metrics.measure import Metric
from bot.page.answer import Listing, Page, page
from bot.page.charts import Chart
from bot.page.rows import Row, parts, rows
from bot.team_report import ChangeFailureRatePart, MetricPart, Mover
from bot.words import digest as words
from bot.words import figures, investments, precision
from bot.words.letters import small, stopped

FOUR_WEEKS = 28
_SENTENCES = re.compile(r"(?<=[.?]) (?=[A-Z])")
MOST_MOVERS = 3
MOST_WATCHED = 3
MOST_SAID = 3  # the others are counted among the corrections


@dataclass(frozen=True, slots=True)
class DigestPage:
    """Everything a digest says; `details` stand in its thread."""

    head: str
    says: str
    investment: str
    first_step: str
    corrections: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    net: tuple[str, str]
    charts: tuple[Chart, ...]
    movers: tuple[Mover, ...]
    said: tuple[Mover, ...]
    watch: tuple[str, ...]
    missing: tuple[str, ...]
    footer: tuple[str, ...]
    details: Details


@dataclass(frozen=True, slots=True)
class Details:
    """What the answer to `/dora` says beyond the digest."""

    grounds: tuple[Listing, ...]
    reasons: tuple[tuple[str, str], ...]
    besides: tuple[Listing, ...]
    meanings: tuple[str, ...]
    stages: tuple[str, ...]
    rework: str
    charts: tuple[Chart, ...]
    footer: tuple[str, ...]


def digest_page(digest: Digest) -> DigestPage:
    """The page of a digest."""
    shown = page(digest.report)
    above = f"{shown.headline} {shown.investment} {shown.first_step}"
    table = tuple(_row(digest, metric, row, above) for metric, row in zip(Metric, rows(digest.report), strict=True))
    gaps, more = _gaps(digest, f"{above} {' '.join(row[-1] for row in table)}")
    return DigestPage(
        head=f"{digest.name} · {words.week_of(digest.week)}: {_course(digest)}",
        says=shown.headline,
        investment=shown.investment,
        first_step=shown.first_step,
        corrections=digest.corrections,
        heads=words.heads(digest.week),
        rows=table,
        net=(shown.question, shown.net),
        charts=shown.charts[:1],
        movers=digest.movers[:MOST_MOVERS],
        said=digest.said[:MOST_SAID],
        watch=digest.watch[:MOST_WATCHED],
        missing=(*gaps, *((words.more_missing(len(more), of=len(gaps)),) if more else ())),
        footer=(*pings(digest.precision), f"figures to {_as_of(digest)} · {words.DETAILS}"),
        details=_details(digest, shown, more),
    )


def pings(told: Precision | None) -> tuple[str, ...]:
    """What became of the bot's own pings, where it is time to tell of it."""
    if told is None:
        return ()
    answers = told.model_dump(include={"right", "known", "wrong", "unanswered"})
    return (precision.told(told.until, told.told, **answers),)


def _as_of(digest: Digest) -> str:
    return figures.clock(digest.report.as_of, ZoneInfo(digest.zone))


def _course(digest: Digest) -> str:
    """How the reading stands to that of a week ago, and since when it holds."""
    title, course = digest.report.reading.title, digest.course
    if digest.quiet:
        return f"{words.quiet(title, course.streak_weeks, whole=course.streak_whole)}{_open_end(digest)}"
    if course.changed == "still":
        return words.still(title, course.streak_weeks, whole=course.streak_whole)
    return stopped(title) if course.earlier is None else words.turned(title, course.earlier)


def _open_end(digest: Digest) -> str:
    """What a quiet week leaves open."""
    key = digest.report.reading.next_investment.key
    return "" if key in investments.STEADY else f" {investments.lead(key)}: {investments.title(key)}."


def _row(digest: Digest, metric: Metric, row: Row, above: str) -> tuple[str, ...]:
    part, told = parts(digest.report)[metric], digest.figures[metric.value]
    before = part.baseline.value if part.baseline else None
    return (
        row.name,
        _cell(metric, told.week, 7),
        _cell(metric, told.four_weeks, FOUR_WEEKS),
        words.trend(metric, Trend(part.trend), before),
        "; ".join((_reads_as(metric, part, row), *(small(each) for each in _unsaid(row.remarks, above)))),
    )


def _cell(metric: Metric, figure: Figure, days: float) -> str:
    if metric is Metric.DEPLOYMENT_FREQUENCY and figure.value is not None and days < FOUR_WEEKS:
        return f"{figure.n:,}"
    told = words.cell(metric, figure.value, figure.n, figure.failed, figure.why)
    short = figure.value is not None and figure.days < days
    return f"{told}, {figures.count(round(figure.days), 'day')}" if short else told


def _reads_as(metric: Metric, part: MetricPart, row: Row) -> str:
    """The level, with the value that it was settled on where four weeks were not enough for it."""
    if part.value is None or part.window.days <= FOUR_WEEKS:
        return row.reads_as
    return words.over(row.reads_as, part.window.days, words.cell(metric, part.value, part.n, _failed(part), None))


def _failed(part: MetricPart) -> int | None:
    return part.failed if isinstance(part, ChangeFailureRatePart) else None


def _gaps(digest: Digest, above: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The most damaging gap, unless the next step asks for data itself; and those that are left to the thread."""
    first = 0 if digest.report.reading.next_investment.key in investments.DATA else 1
    return _unsaid(digest.gaps[:first], above), _unsaid(digest.gaps[first:], above)


def _unsaid(told: Iterable[str], above: str) -> tuple[str, ...]:
    """Each without the sentences that stand above; nothing of one of which nothing is left."""
    said = above.lower()
    kept = (
        " ".join(sentence for sentence in _SENTENCES.split(each) if sentence.lower().rstrip(".") not in said)
        for each in told
    )
    return tuple(filter(None, kept))


def _details(digest: Digest, shown: Page, gaps: tuple[str, ...]) -> Details:
    told_above = {*digest.watch}
    besides = (
        (words.MISSING, gaps),
        ("Also", tuple(line for line in shown.then if line not in told_above)),
        (words.WATCH, digest.watch[MOST_WATCHED:]),
        ("Note", shown.notes),
    )
    return Details(
        grounds=shown.grounds,
        reasons=shown.reasons,
        besides=tuple(listing for listing in besides if listing[1]),
        meanings=shown.meanings,
        stages=shown.stages,
        rework=shown.rework,
        charts=shown.charts[1:],
        footer=shown.footer[1:],
    )
