"""The full answer for one team, in Slack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.blocks import limits
from bot.blocks.block import Block, label, listing, paragraphs, small_print, table, text
from bot.blocks.charts import bars
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn
from bot.page import Page, Row, page
from bot.team_report import TeamReport
from bot.words.visible import ELLIPSIS


def message(report: TeamReport) -> Message:
    """The answer as blocks, with its summary and its words."""
    shown = page(report)
    return Message(_summary(shown), tuple(_blocks(shown)), _words(shown))


def _summary(shown: Page) -> str:
    return mrkdwn(f"{shown.headline} {shown.investment} {shown.first_step}", limits.SUMMARY_TEXT)


def _blocks(shown: Page) -> Iterable[Block]:
    yield paragraphs([text(shown.headline, limits.HEADLINE, bold=True)])
    yield small_print([shown.pattern], limits.PATTERN)
    yield paragraphs(
        [text(shown.investment, limits.INVESTMENT, bold=True)],
        [text(shown.first_step, limits.FIRST_STEP)],
    )
    yield table([shown.heads.cells, *map(_cells, shown.rows)])
    yield small_print([shown.rework])
    yield paragraphs([label(shown.question), text(shown.net, limits.NET)])
    yield from _lists(shown)
    yield from _charts(shown)
    yield small_print(shown.meanings, limits.SHORT_LINE)
    yield from (small_print(shown.stages) for _ in shown.stages[:1])
    yield small_print([" · ".join(shown.footer)], limits.FIRST_STEP)


def _lists(shown: Page) -> Iterable[Block]:
    before = (
        ("For", shown.evidence, limits.LIST, limits.LINE),
        ("Against, or another explanation", shown.against, limits.LIST, limits.SHORT_LINE),
        ("Not yet", shown.not_yet, limits.SHORT_LIST, limits.SHORT_LINE),
    )
    after = (
        ("Missing", shown.missing, limits.LIST, limits.LINE),
        ("Also", shown.then, limits.SIDE_LIST, limits.SHORT_LINE),
        ("Keep an eye on", shown.watch, limits.SIDE_LIST, limits.SHORT_LINE),
        ("Note", shown.notes, limits.SIDE_LIST, limits.SHORT_LINE),
    )
    yield from _listings(before)
    yield paragraphs(
        [label("Why this first:"), text(shown.why)],
        [label("Confidence:"), text(shown.confidence)],
        [label("Would change our mind:"), text(shown.mind)],
    )
    yield from _listings(after)


def _listings(lists: Iterable[tuple[str, Sequence[str], int, int]]) -> Iterable[Block]:
    return (listing(title, items, room, limit) for title, items, room, limit in lists if items)


def _charts(shown: Page) -> Iterable[Block]:
    """Each chart with its figures in words: a chart has no text of its own for those who can't see it."""
    for chart in shown.charts[: limits.CHARTS]:
        yield bars(chart)
        yield small_print([chart.says], limits.LINE)


def _words(shown: Page) -> str:
    """Whole lines, the most important first, as many as one message takes."""
    kept: list[str] = []
    room = limits.FALLBACK_TEXT
    for line in (mrkdwn(each, limits.FIRST_STEP) for each in _lines(shown)):
        room -= len(line) + 1
        if room < 0:
            return "\n".join((*kept, ELLIPSIS))
        kept.append(line)
    return "\n".join(kept)


def _lines(shown: Page) -> Iterable[str]:
    yield from (shown.headline, f"[{shown.pattern}]", shown.investment, shown.first_step)
    yield from (_row(row) for row in shown.rows)
    yield shown.rework
    yield f"{shown.question} {shown.net}"
    yield from (chart.says for chart in shown.charts)
    titled = {
        "For": shown.evidence,
        "Against": shown.against,
        "Not yet": shown.not_yet,
        "Why this first": (shown.why,),
        "Confidence": (shown.confidence,),
        "Would change our mind": (shown.mind,),
        "Missing": shown.missing,
        "Also": shown.then,
        "Keep an eye on": shown.watch,
        "Note": shown.notes,
    }
    yield from (f"{title}: {item}" for title, items in titled.items() for item in items[: limits.ITEMS])
    yield shown.footer[0]


def _cells(row: Row) -> tuple[str, ...]:
    *cells, reads_as = row.cells
    return (*cells, "; ".join((reads_as, *row.remarks)))


def _row(row: Row) -> str:
    name, value, before, trend, reads_as = _cells(row)
    return f"{name}: {value}; before {before}; trend {trend}; reads as {reads_as}"
