"""The few blocks that answers are made of, as plain dicts, each within Slack's limits whatever it is given.

All text goes into fields that Slack shows as they are (rich text, raw text, plain text): none is read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, islice
from typing import Any

from bot.blocks import limits
from bot.blocks.texts import opens, plain
from bot.words.visible import cut

Block = dict[str, Any]
# What stands where there is nothing to say: Slack refuses an empty field.
EMPTY = "–"


def fitted(text: str, limit: int) -> str:
    """Harmless text of at least one and at most so many characters."""
    return cut(plain(text), limit) or EMPTY


def text(content: str, limit: int = limits.LINE, *, bold: bool = False) -> Block:
    """A piece of rich text."""
    element: Block = {"type": "text", "text": fitted(content, limit)}
    return {**element, "style": {"bold": True}} if bold else element


def link(content: str, url: str | None, limit: int = limits.LINE) -> Block:
    """A piece of rich text that opens a page; plain where the address is none that Slack would open."""
    shown = text(content, limit)
    return {"type": "link", "url": url, "text": shown["text"]} if url is not None and opens(url) else shown


def label(content: str) -> Block:
    """Our own words that lead a line, with the space after them."""
    return {"type": "text", "text": f"{content} ", "style": {"bold": True}}


def paragraphs(*lines: Sequence[Block]) -> Block:
    """Lines of rich text."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(line)} for line in lines]}


def listing(title: str, items: Sequence[str], room: int, limit: int = limits.LINE) -> Block:
    """A titled list of at most so many characters that names how many items it leaves out; it has at least one."""
    return bullets(title, [text(item, limit) for item in bounded([fitted(item, limit) for item in items], room)])


def bullets(title: str, items: Iterable[Block]) -> Block:
    """A titled list of pieces of rich text."""
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [label(title)]},
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [{"type": "rich_text_section", "elements": [item]} for item in items],
            },
        ],
    }


def bounded(items: Sequence[str], room: int) -> list[str]:
    """The items that fit; a last line counts those left out."""
    used = accumulate(map(len, items))
    most = sum(total <= room for total in islice(used, limits.ITEMS))
    kept = list(items[: max(most, 1)])
    return kept if len(kept) == len(items) else [*kept, f"and {len(items) - len(kept):,} more"]


def small_print(lines: Sequence[str], limit: int = limits.LINE) -> Block:
    """Context in small print."""
    shown = lines[: limits.CONTEXT_ELEMENTS]
    return {
        "type": "context",
        "elements": [{"type": "plain_text", "text": fitted(line, limit), "emoji": False} for line in shown],
    }


def table(rows: Sequence[Sequence[str]]) -> Block:
    """A table whose first row is its head and whose last column holds the remarks."""
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True} for _ in rows[0][: limits.TABLE_COLUMNS]],
        "rows": [_cells(row) for row in rows[: limits.TABLE_ROWS]],
    }


def _cells(row: Sequence[str]) -> list[Block]:
    cells = row[: limits.TABLE_COLUMNS]
    widths = [limits.CELL] * (len(cells) - 1) + [limits.LAST_CELL]
    return [{"type": "raw_text", "text": fitted(cell, width)} for cell, width in zip(cells, widths, strict=True)]
