"""What an incident's log says: who noticed it, when someone took it on, how often it changed hands; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from integrations.items import Item
from integrations.pagerduty.answers import part, time_of

_HANDED_OVER = ("assign_log_entry", "escalate_log_entry", "delegate_log_entry")
_BY_HAND = frozenset({"web_trigger", "website", "web", "mobile"})
_ONE_HANDOVER = timedelta(seconds=5)  # an escalation to several people is an entry for each of them
_PERSON = "user"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log, without who wrote it."""

    type: str
    at: datetime
    channel: str | None
    by: str | None
    """What kind of thing wrote it: a user, a service, an integration."""

    @classmethod
    def of(cls, item: Item) -> Self:
        by = part(item, "agent").get("type")
        return cls(
            type=str(item["type"]).removesuffix("_reference"),
            at=time_of(item["created_at"]),
            channel=part(item, "channel").get("type"),
            by=None if by is None else str(by).removesuffix("_reference"),
        )


def acknowledged_at(log: Iterable[Entry]) -> datetime | None:
    """The first time, by anyone; an acknowledgement that ran out does not undo it."""
    return min((entry.at for entry in log if entry.type.startswith("acknowledge")), default=None)


def resolved_at(log: Iterable[Entry]) -> datetime | None:
    """The last time: one that was opened again was not over before."""
    return max((entry.at for entry in log if entry.type == "resolve_log_entry"), default=None)


def detected_by(log: Sequence[Entry]) -> Literal["alert", "person"] | None:
    """By what triggered it first; None where the log does not say."""
    triggers = [entry for entry in log if entry.type == "trigger_log_entry"]
    if not triggers:
        return None
    first = min(triggers, key=lambda entry: entry.at)
    if first.by is None and first.channel is None:
        return None
    return "person" if first.by == _PERSON or (first.by is None and first.channel in _BY_HAND) else "alert"


def reassignments(log: Iterable[Entry]) -> int:
    """How often it was handed over after it was first assigned."""
    times = sorted(entry.at for entry in log if entry.type in _HANDED_OVER)
    handovers = [at for before, at in zip([None, *times], times, strict=False) if _is_apart(before, at)]
    return max(0, len(handovers) - 1)


def _is_apart(before: datetime | None, at: datetime) -> bool:
    return before is None or at - before > _ONE_HANDOVER
