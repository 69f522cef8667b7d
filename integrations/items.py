"""A server's items -> events. What can't be read is set aside with its reason, and never stops the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from bot.events import Event
from bot.events.problems import problem_of_model
from bot.source import SetAside

# What names a person, whatever a server calls it: it is left out of what is kept for a closer look.
_PERSON = frozenset({
    "actor", "assignee", "assignees", "assignments", "author", "author_email", "author_name", "avatar_url", "creator",
    "acknowledgements", "committer", "committer_email", "committer_name", "displayName", "email", "emailAddress",
    "login", "merge_user", "merged_by", "owner", "reporter", "requested_reviewers", "reviewer", "reviewers",
    "started_by", "triggering_actor", "user", "userId", "userName", "username",
})  # fmt: skip
_LONGEST_ITEM = 65_536  # characters kept of an item; enough to see what is wrong with it

Item = Mapping[str, Any]


class PassedOverError(Exception):
    """An item is well, and no event by the rules; the message says why, in words that are the same for its like."""


@dataclass(slots=True)
class Reading:
    """What is read from a page so far."""

    events: list[Event] = field(default_factory=list[Event])
    set_aside: list[SetAside] = field(default_factory=list[SetAside])
    noted: Counter[str] = field(default_factory=Counter[str])

    def read(
        self, items: Iterable[Item], name: Callable[[Item], str], parse: Callable[[Item], Iterable[Event]]
    ) -> None:
        """Parse each item; `name` says what a person would look for."""
        for item in items:
            try:
                self.events.extend(parse(item))
            except PassedOverError as reason:
                self.noted[str(reason)] += 1
            except ValidationError as error:
                said = problem_of_model(error)
                self._keep(item, name, f"{said.field}: {said.message}" if said.field else said.message)
            except KeyError as error:
                self._keep(item, name, f"the field {error.args[0]} is not where it was")
            except (AttributeError, IndexError, TypeError, ValueError) as error:
                self._keep(item, name, f"has another shape than expected: {error}")

    def note(self, reason: str) -> None:
        """Count something that was left out of an event."""
        self.noted[reason] += 1

    def _keep(self, item: Item, name: Callable[[Item], str], reason: str) -> None:
        text = json.dumps(without_people(item), ensure_ascii=False, default=str)
        try:
            known_as = name(item)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            known_as = text
        self.set_aside.append(SetAside(known_as[:200], reason[:400], text[:_LONGEST_ITEM]))


def without_people(item: object) -> object:
    """The same without the fields that name people, at any depth."""
    if isinstance(item, Mapping):
        fields = cast("Mapping[str, object]", item)
        return {name: without_people(value) for name, value in fields.items() if name not in _PERSON}
    if isinstance(item, list):
        return [without_people(each) for each in cast("list[object]", item)]
    return item
