"""References between events: `kind:source:id`, or a bare id that is looked for in its own source first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Never, Protocol, TypeVar

from bot.events import BaseEvent


class Named(Protocol):
    """What a reference can point at."""

    @property
    def event(self) -> BaseEvent: ...
    @property
    def key(self) -> str: ...
    @property
    def known_at(self) -> float: ...
    @property
    def services(self) -> tuple[str, ...]: ...


Row = TypeVar("Row", bound=Named)
Row_co = TypeVar("Row_co", bound=Named, covariant=True)


@dataclass(frozen=True, slots=True)
class Reference(Generic[Row_co]):
    """What a reference may mean. `own` wins, else the single one of `others`; only what was known then counts."""

    own: Row_co | None = None
    others: tuple[Row_co, ...] = ()
    given: bool = True

    @property
    def candidates(self) -> tuple[Row_co, ...]:
        """Everything it could come to mean as more becomes known."""
        return self.others if self.own is None else (self.own, *self.others)

    def target(self, as_of: float) -> Row_co | None:
        """The event it points at; None where there is none, or more than one."""
        matches = self._matches(as_of)
        return matches[0] if len(matches) == 1 else None

    def ambiguous(self, as_of: float) -> bool:
        """Whether several events match it."""
        return len(self._matches(as_of)) > 1

    def unresolved(self, as_of: float) -> bool:
        """Whether it was given, and no event matches it."""
        return self.given and not self._matches(as_of)

    def _matches(self, as_of: float) -> tuple[Row_co, ...]:
        if self.own is not None and self.own.known_at < as_of:
            return (self.own,)
        return tuple(row for row in self.others if row.known_at < as_of)


NOTHING: Reference[Never] = Reference(given=False)


class Directory(Generic[Row]):
    """The events of one kind by name, sorted out once something refers. Only those that the team knows of are in it."""

    def __init__(self, kind: str, rows: Collection[Row]) -> None:
        self._kind = kind
        self._rows = rows

    @cached_property
    def _by_key(self) -> dict[str, Row]:
        return {row.key: row for row in self._rows}

    @cached_property
    def _by_id(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._by_key.values():
            found[row.event.id].append(row)
        return found

    def look_up(
        self, text: str | None, source: str, services: Collection[str], *, apart_from: str = ""
    ) -> Reference[Row]:
        """What a text written by `source` about `services` (none: any) means. An event never refers to itself."""
        if text is None:
            return NOTHING
        own = self._by_key.get(text) or self._by_key.get(f"{self._kind}:{source}:{text}")
        others = (
            row for row in self._by_id.get(text, ()) if not services or not set(services).isdisjoint(row.services)
        )
        return Reference(
            own=own if own is not None and own.key != apart_from else None,
            others=tuple(row for row in others if row is not own and row.key != apart_from),
        )
