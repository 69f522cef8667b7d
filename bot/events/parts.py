"""Events that each tell a part of one thing (a change is opened, reviewed, merged) -> the one that tells all; pure.

In whatever order the parts come, and however often, the result is the same. A part that can't say yet what an event
must say (a change before its merge) holds a stand-in for it and is retracted: it is kept, counts nowhere, and any part
that knows better replaces what it only stood in for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.events import Deployment, Event, Incident
from bot.events.event import FIRST_TIME

_STAND_INS: Mapping[str, tuple[str, ...]] = {
    "change": ("merged_at",),
    "pipeline_run": ("finished_at", "status"),
    "incident": ("opened_at", "service", "services"),
}
_ENDS = ("finished_at", "mitigated_at", "resolved_at")


def joined(one: Event, other: Event) -> Event:
    """The whole of two parts of one event: the first of two times, the last of two states."""
    fields = {name: _least(value, getattr(other, name)) for name, value in one}
    fields["updated_at"] = max(filter(None, (one.updated_at, other.updated_at)), default=None)
    fields |= _better_known(one, other)
    if isinstance(one, Incident) and isinstance(other, Incident):
        last = max(one, other, key=_last_told)
        fields |= {"status": last.status, "resolved_at": last.resolved_at}
    if isinstance(one, Deployment) and isinstance(other, Deployment) and fields["status"] == "running":
        fields["status"] = max(one.status, other.status)  # what has ended runs no more
    return type(one).model_validate(fields | _possible(fields))


def _possible(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What two clocks that differ make impossible: an incident ends at a time unknown, a run began at one."""
    start = fields.get("started_at")
    early = [name for name in _ENDS if start and fields.get(name) and fields[name] < start]
    return {"started_at" if name == "finished_at" else name: None for name in early}


def _least(one: Any, other: Any) -> Any:  # noqa: ANN401  whatever a field holds
    """The first of two times. Of two texts any will do, as long as it does not depend on which came first."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _better_known(one: Event, other: Event) -> dict[str, Any]:
    """What is known, where one of them has a stand-in; the later stand-in, where both do."""
    names = _STAND_INS.get(one.kind, ())
    if one.retracted != other.retracted:
        knows = other if one.retracted else one
        return {name: getattr(knows, name) for name in names}
    if one.retracted:
        later = max(one, other, key=lambda part: (part.at, part.model_dump_json()))
        return {name: getattr(later, name) for name in names}
    return {}


def _last_told(incident: Incident) -> tuple[Any, str]:
    return incident.updated_at or FIRST_TIME, incident.status
