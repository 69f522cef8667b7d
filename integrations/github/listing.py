"""Lists that GitHub sorts newest first: read from the top, until what is older than the span begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.events import Event
from bot.source import Ask, Page
from integrations.github.graph import Problem
from integrations.items import Item, Name, Reading, aside


@dataclass(frozen=True, slots=True)
class Cut:
    """The items of a page that lie within the span or after it, and where the list goes on after them."""

    items: Sequence[Item]
    token: str | None
    done: bool
    spoiled: Sequence[tuple[Item, str]] = ()
    """What GitHub itself could not give whole, with its reason."""


def newest_first(ask: Ask, connection: Item, problems: Sequence[Problem], listed_at: str) -> Cut:
    """Cut a page of edges at the span's start; the next older span goes on with the first one that lies before it.

    Cursors of these lists stand for a time and an id, so that nothing is skipped when the list changes meanwhile.
    """
    spoilt_by = {problem.place: problem for problem in problems if problem.place is not None}
    items: list[Item] = []
    spoiled: list[tuple[Item, str]] = []
    token = ask.token
    for place, edge in enumerate(connection["edges"]):
        node = edge["node"]
        if node is not None and datetime.fromisoformat(node[listed_at]) < ask.span.start:
            return Cut(items, token, done=True, spoiled=spoiled)
        token = edge["cursor"]
        if node is None or place in spoilt_by:
            spoiled.append((node or {"id": edge["cursor"]}, _spoilt(spoilt_by.get(place))))
        else:
            items.append(node)
    return Cut(items, token, done=not connection["pageInfo"]["hasNextPage"], spoiled=spoiled)


def read(
    cut: Cut, reading: Reading, name: Name, parse: Callable[[Item], Iterable[Event]], event_id: Name | None = None
) -> None:
    """Read the items of a page; what GitHub itself could not give whole is set aside with its reason."""
    reading.read(cut.items, name, parse, event_id)
    reading.set_aside.extend(aside(item, name, event_id, reason) for item, reason in cut.spoiled)


def page(reading: Reading, cut: Cut, open_since: datetime | None = None) -> Page:
    return replace(reading.page, token=cut.token, done=cut.done, open_since=open_since)


def _spoilt(problem: Problem | None) -> str:
    return f"GitHub could not give it whole: {problem.says if problem else 'no reason given'}"
