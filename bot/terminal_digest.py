"""A weekly digest as a terminal page: what the channel reads, and below it what its thread holds."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.digest_report import Digest
from bot.page.digest import Details, DigestPage, digest_page
from bot.terminal import drawn, line, listed, titled
from bot.words import digest as words
from bot.words.said_since import SAID

# Columns of our own words, which are short: at 80 columns only what stands beside them may wrap.
UNBROKEN = 3


def render(digest: Digest) -> RenderableType:
    """A page for a console of any width from 80 on. Text from outside is shown as it is, never as markup."""
    shown = digest_page(digest)
    return Group(*_head(shown), _table(shown), *_body(shown), *_details(shown.details))


def _head(shown: DigestPage) -> Iterable[RenderableType]:
    yield line(shown.head, "bold")
    yield from listed(words.CORRECTED, shown.corrections)
    yield line(shown.says)
    yield line(shown.investment, "bold")
    yield line(shown.first_step)
    yield Text()


def _table(shown: DigestPage) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for place, head in enumerate(shown.heads):
        table.add_column(line(head), header_style="dim", overflow="fold", no_wrap=place < UNBROKEN)
    for row in shown.rows:
        table.add_row(*map(line, row))
    return table


def _body(shown: DigestPage) -> Iterable[RenderableType]:
    yield Text()
    yield titled(*shown.net)
    for chart in shown.charts:
        yield Text()
        yield from drawn(chart)
    for title, events in ((words.MOVED, shown.movers), (SAID, shown.said)):
        yield from listed(title, [each.says if each.url is None else f"{each.says} {each.url}" for each in events])
    yield from listed(words.WATCH, shown.watch)
    yield from listed(words.MISSING, shown.missing)
    for told in shown.footer:
        yield line(told, "dim")


def _details(shown: Details) -> Iterable[RenderableType]:
    for title, items in shown.grounds:
        yield from listed(title, items)
    yield Text()
    for title, sentence in shown.reasons:
        yield titled(f"{title}:", sentence)
    for title, items in shown.besides:
        yield from listed(title, items)
    yield from listed("What each means given the other four", (*shown.meanings, *shown.stages, shown.rework))
