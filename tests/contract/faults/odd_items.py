"""Items of any source that can't be read any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from bot.events import Event
from integrations.items import Item, Name, Reading

_read = Reading.read


def unreadable(
    reading: Reading,
    items: Iterable[Item],
    name: Name,
    parse: Callable[[Item], Iterable[Event]],
    event_id: Name | None = None,
) -> None:
    """Two of three items that would have been an event are odd now."""
    numbers = count()

    def parsed(item: Item) -> Iterable[Event]:
        events = list(parse(item))
        if events and next(numbers) % 3 != 2:
            raise ValueError("odd")
        return events

    _read(reading, items, name, parsed, event_id)
