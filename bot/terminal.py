"""The full answer as a terminal page: the same sentences in the same order as in Slack, readable without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.page import Chart, Page, page
from bot.team_report import TeamReport
from bot.words.visible import cut, visible

BARS = "▁▂▃▄▅▆▇█"
# Of one sentence; a page stays a page whatever a source calls its services.
LONGEST = 600
MOST = 12
# Columns of our own words, which are short: at 80 columns only what stands beside them may wrap.
UNBROKEN = ("Metric", "Trend")


def render(report: TeamReport) -> RenderableType:
    """A page for a console of any width from 80 on. Text from outside is shown as it is, never as markup."""
    shown = page(report)
    return Group(*_head(shown), _table(shown), *_remarks(shown), *_body(shown), *_tail(shown))


def _head(shown: Page) -> Iterable[RenderableType]:
    yield line(shown.headline, "bold")
    yield line(f"[{shown.pattern}]", "dim")
    yield line(shown.investment, "bold")
    yield line(shown.first_step)
    yield Text()


def _table(shown: Page) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for head in shown.heads.cells:
        table.add_column(line(head), header_style="dim", overflow="fold", no_wrap=head in UNBROKEN)
    for row in shown.rows:
        table.add_row(*map(line, row.cells))
    return table


def _remarks(shown: Page) -> Iterable[RenderableType]:
    yield Text()
    for row in shown.rows:
        if row.remarks:
            yield titled(f"{row.name}:", "; ".join(row.remarks))
    yield line(shown.rework)


def _body(shown: Page) -> Iterable[RenderableType]:
    yield Text()
    yield titled(shown.question, shown.net)
    for title, items in shown.grounds:
        yield from listed(title, items)
    yield Text()
    for title, sentence in shown.reasons:
        yield titled(f"{title}:", sentence)
    for title, items in shown.besides:
        yield from listed(title, items)


def _tail(shown: Page) -> Iterable[RenderableType]:
    for each in shown.charts:
        yield Text()
        yield from drawn(each)
    yield from listed("What each means given the other four", (*shown.meanings, *shown.stages))
    yield Text()
    yield line(" · ".join(shown.footer), "dim")


def listed(title: str, items: Sequence[str]) -> Iterable[RenderableType]:
    if not items:
        return
    yield Text()
    yield line(title, "bold")
    for item in _bounded(items):
        yield Padding(titled("-", item), (0, 0, 0, 2))


def _bounded(items: Sequence[str]) -> Sequence[str]:
    """At most so many, and how many more there are."""
    return items if len(items) <= MOST else (*items[: MOST - 1], f"and {len(items) - MOST + 1:,} more")


def drawn(chart: Chart) -> Iterable[RenderableType]:
    for series in chart.series:
        yield Text(f"{series.name:<15}{_bars(series.values, chart.highest)}")
    yield line(chart.says, "dim")


def _bars(values: Sequence[float], highest: float) -> str:
    """One bar a week; all series of a chart share a scale, and nothing at all is a space."""
    steps = len(BARS) - 1
    return "".join(BARS[round(value / highest * steps)] if value else " " for value in values)


def titled(title: str, sentence: str) -> Text:
    return Text.assemble((visible(title), "bold"), " ", line(sentence))


def line(sentence: str, style: str = "") -> Text:
    """Never parsed for markup; cut where no sentence of ours reaches."""
    return Text(cut(visible(sentence), LONGEST), style=style)
