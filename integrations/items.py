"""A server's items -> events. What can't be read is set aside with its reason, and never stops the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from bot.events import Event
from bot.events.problems import problem_of_model
from bot.source import Page, SetAside
from integrations.answer import on_one_line
from integrations.people import without_addresses, without_people

# What an item of another shape raises where it is read, or where its name is; also the time of a year without a
# calendar, and what is nested too deeply.
_ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_LONGEST_ITEM = 65_536  # characters kept of an item; enough to see what is wrong with it
_LONGEST_NAME = 200
_LONGEST_REASON = 400

Item = Mapping[str, Any]
Name = Callable[[Item], str]


class PassedOverError(Exception):
    """An item is well, and no event by the rules; the message says why, in words that are the same for its like."""


@dataclass(slots=True)
class Reading:
    """What is read from a page so far."""

    events: list[Event] = field(default_factory=list[Event])
    set_aside: list[SetAside] = field(default_factory=list[SetAside])
    noted: Counter[str] = field(default_factory=Counter[str])

    def read(
        self,
        items: Iterable[Item],
        name: Name,
        parse: Callable[[Item], Iterable[Event]],
        event_id: Name | None = None,
    ) -> None:
        """Parse each item; `name` says what a person would look for, and ends with `event_id` unless that is given."""
        for item in items:
            try:
                self.events.extend(parse(item))
            except PassedOverError as reason:
                self.noted[str(reason)] += 1
            except _ODD as error:
                self.set_aside.append(aside(item, name, event_id, _why(error)))

    @property
    def page(self) -> Page:
        """What is read so far, as the whole of a span."""
        return Page(events=tuple(self.events), set_aside=tuple(self.set_aside), noted=dict(self.noted))

    def note(self, reason: str) -> None:
        """Count something that was left out of an event."""
        self.noted[reason] += 1


def aside(item: Item, name: Name, event_id: Name | None, reason: str) -> SetAside:
    """An item that can't be read: without what names a person, and such that both databases take it."""
    kept = _kept(item)
    known_as = _said(item, name)[:_LONGEST_NAME] or kept[:_LONGEST_NAME]
    own_id = _said(item, event_id) if event_id else (known_as.split() or [""])[-1].removeprefix("#")
    return SetAside(known_as, own_id, _shown(reason)[:_LONGEST_REASON], kept)


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        said = problem_of_model(error)
        return f"{said.field}: {said.message}" if said.field else said.message
    if isinstance(error, KeyError):
        return f"the field {error.args[0]} is not where it was"
    return f"has another shape than expected: {error}"


def _said(item: Item, name: Name) -> str:
    """Empty where the item has nothing to be called by."""
    try:
        return _shown(str(name(item)))
    except _ODD:
        return ""


def _kept(item: Item) -> str:
    try:
        return on_one_line(json.dumps(without_people(item), ensure_ascii=False, default=str))[:_LONGEST_ITEM]
    except RecursionError:
        return ""


def _shown(text: str) -> str:
    return without_addresses(on_one_line(text))
