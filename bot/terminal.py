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
    yield _line(shown.headline, "bold")
    yield _line(f"[{shown.pattern}]", "dim")
    yield _line(shown.investment, "bold")
    yield _line(shown.first_step)
    yield Text()


def _table(shown: Page) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for head in shown.heads.cells:
        table.add_column(_line(head), header_style="dim", overflow="fold", no_wrap=head in UNBROKEN)
    for row in shown.rows:
        table.add_row(*map(_line, row.cells))
    return table


def _remarks(shown: Page) -> Iterable[RenderableType]:
    yield Text()
    for row in shown.rows:
        if row.remarks:
            yield _titled(f"{row.name}:", "; ".join(row.remarks))
    yield _line(shown.rework)


def _body(shown: Page) -> Iterable[RenderableType]:
    yield Text()
    yield _titled(shown.question, shown.net)
    for title, items in shown.grounds:
        yield from _listing(title, items)
    yield Text()
    for title, sentence in shown.reasons:
        yield _titled(f"{title}:", sentence)
    for title, items in shown.besides:
        yield from _listing(title, items)


def _tail(shown: Page) -> Iterable[RenderableType]:
    for chart in shown.charts:
        yield Text()
        yield from _chart(chart)
    yield from _listing("What each means given the other four", (*shown.meanings, *shown.stages))
    yield Text()
    yield _line(" · ".join(shown.footer), "dim")


def _listing(title: str, items: Sequence[str]) -> Iterable[RenderableType]:
    if not items:
        return
    yield Text()
    yield _line(title, "bold")
    for item in _bounded(items):
        yield Padding(_titled("-", item), (0, 0, 0, 2))


def _bounded(items: Sequence[str]) -> Sequence[str]:
    """At most so many, and how many more there are."""
    return items if len(items) <= MOST else (*items[: MOST - 1], f"and {len(items) - MOST + 1:,} more")


def _chart(chart: Chart) -> Iterable[RenderableType]:
    for series in chart.series:
        yield Text(f"{series.name:<15}{_bars(series.values, chart.highest)}")
    yield _line(chart.says, "dim")


def _bars(values: Sequence[float], highest: float) -> str:
    """One bar a week; all series of a chart share a scale, and nothing at all is a space."""
    steps = len(BARS) - 1
    return "".join(BARS[round(value / highest * steps)] if value else " " for value in values)


def _titled(title: str, sentence: str) -> Text:
    return Text.assemble((visible(title), "bold"), " ", _line(sentence))


def _line(sentence: str, style: str = "") -> Text:
    """Never parsed for markup; cut where no sentence of ours reaches."""
    return Text(cut(visible(sentence), LONGEST), style=style)
