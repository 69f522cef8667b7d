"""The full answer for one team, in Slack."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks import limits
from bot.blocks.block import Block, label, listing, paragraphs, small_print, table, text
from bot.blocks.charts import bars
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn, whole_lines
from bot.page import Chart, Listing, Page, Row, page
from bot.team_report import TeamReport

# Of each list of the page: characters in all, and of one item.
_GROUNDS = (
    (limits.LIST, limits.LINE),
    (limits.LIST, limits.SHORT_LINE),
    (limits.SHORT_LIST, limits.SHORT_LINE),
)
_BESIDES = (
    (limits.LIST, limits.LINE),
    (limits.SIDE_LIST, limits.SHORT_LINE),
    (limits.SIDE_LIST, limits.SHORT_LINE),
    (limits.SIDE_LIST, limits.SHORT_LINE),
)


def message(report: TeamReport) -> Message:
    """The answer as blocks, with its summary and its words."""
    shown = page(report)
    words = whole_lines((mrkdwn(line, limits.FIRST_STEP) for line in _lines(shown)), limits.FALLBACK_TEXT)
    return Message(_summary(shown), tuple(_blocks(shown)), words)


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
    yield from charted(shown.charts[: limits.CHARTS])
    yield small_print(shown.meanings, limits.SHORT_LINE)
    yield from (small_print(shown.stages) for _ in shown.stages[:1])
    yield small_print([" · ".join(shown.footer)], limits.FIRST_STEP)


def _lists(shown: Page) -> Iterable[Block]:
    yield from grounds(shown.grounds, shown.reasons)
    yield from _listings(shown.besides, _BESIDES)


def grounds(lists: Iterable[Listing], reasons: Iterable[tuple[str, str]]) -> Iterable[Block]:
    """What an answer rests on and advises against, and why it is the answer."""
    yield from _listings(lists, _GROUNDS)
    yield paragraphs(*([label(f"{title}:"), text(sentence)] for title, sentence in reasons))


def _listings(lists: Iterable[Listing], sizes: Iterable[tuple[int, int]]) -> Iterable[Block]:
    for (title, items), (room, limit) in zip(lists, sizes, strict=True):
        if items:
            yield listing(title, items, room, limit)


def charted(charts: Iterable[Chart]) -> Iterable[Block]:
    """Each chart with its figures in words: a chart has no text of its own for those who can't see it."""
    for chart in charts:
        yield bars(chart)
        yield small_print([chart.says], limits.LINE)


def _lines(shown: Page) -> Iterable[str]:
    yield from (shown.headline, f"[{shown.pattern}]", shown.investment, shown.first_step)
    yield from (_row(row) for row in shown.rows)
    yield shown.rework
    yield f"{shown.question} {shown.net}"
    yield from (chart.says for chart in shown.charts)
    reasons = ((title, (sentence,)) for title, sentence in shown.reasons)
    for title, items in (*shown.grounds, *reasons, *shown.besides):
        yield from (f"{title.partition(',')[0]}: {item}" for item in items[: limits.ITEMS])
    yield shown.footer[0]


def _cells(row: Row) -> tuple[str, ...]:
    *cells, reads_as = row.cells
    return (*cells, "; ".join((reads_as, *row.remarks)))


def _row(row: Row) -> str:
    name, value, before, trend, reads_as = _cells(row)
    return f"{name}: {value}; before {before}; trend {trend}; reads as {reads_as}"
