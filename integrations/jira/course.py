"""An issue's history -> when it was acknowledged, mitigated and resolved, and how often it changed hands; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from integrations.items import Item
from integrations.jira.statuses import Stage, Statuses
from integrations.jira.values import time

_OF_JIRA = ("resolution", "status", "assignee")  # in this order: a status may need the resolution set along with it


@dataclass(slots=True)
class Course:
    """What happened to an issue up to now. What it was given when it was opened is not in its history."""

    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    reassignments: int = 0
    _has_ended: bool = False
    _has_resolution: bool = False
    _holder: str | None = None

    @classmethod
    def of(cls, histories: Iterable[Item], statuses: Statuses) -> Course:
        course = cls()
        for at, item in _in_order(histories):
            before, after = item.get("from"), item.get("to")
            match item["field"]:
                case "resolution":
                    course._has_resolution = bool(after)
                case "status":
                    name = item.get("toString")
                    course._enter(statuses.stage(after, name, None, has_resolution=course._has_resolution), at)
                case _:
                    course._hand_over(before, after)
        return course

    def _enter(self, stage: Stage, at: datetime) -> None:
        """A move from one end to another, as a migrated workflow makes them, ends nothing again."""
        match stage:
            case "resolved" | "cancelled":
                self.resolved_at = self.resolved_at or at
                self._has_ended = True
            case "mitigated":
                self.mitigated_at, self.resolved_at = self.mitigated_at or at, None
            case "open" | "acknowledged":
                self.mitigated_at = self.resolved_at = None
                if stage == "acknowledged" and not self._has_ended:
                    self.acknowledged_at = self.acknowledged_at or at
            case "closed":
                pass

    def _hand_over(self, before: str | None, after: str | None) -> None:
        """Accounts are compared, and forgotten with this object."""
        held = self._holder or before
        if held and after and after != held:
            self.reassignments += 1
        self._holder = after or held


def _in_order(histories: Iterable[Item]) -> Iterator[tuple[datetime, Item]]:
    """The changes of Jira's own fields, oldest first: Cloud's list begins with the newest, its other answers do not."""
    dated = [(time(history["created"]), _number(history), history) for history in histories]
    for at, _, history in sorted(dated, key=lambda each: each[:2]):
        items = [item for item in history["items"] if item["field"] in _OF_JIRA and item.get("fieldtype") != "custom"]
        yield from ((at, item) for item in sorted(items, key=lambda item: _OF_JIRA.index(item["field"])))


def _number(history: Item) -> tuple[int, str]:
    """Ids count up; compared as numbers are, without being taken for some."""
    id_ = str(history.get("id", ""))
    return len(id_), id_
