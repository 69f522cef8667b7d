"""Events as newline-delimited JSON: lines in, canonical lines out; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.events import BaseEvent, Deployment, Event, GateWait

_OFFSET = re.compile(r'[+-]\d\d:\d\d"')  # how a time that is not in UTC ends


def canonical(event: Event) -> str:
    """The one way to write an event: defaults left out, times in UTC. Equal events have equal texts."""
    text = _json(event)
    return _json(_in_utc(event)) if _OFFSET.search(text) else text


def _json(event: BaseEvent) -> str:
    return event.__pydantic_serializer__.to_json(event, by_alias=True, exclude_defaults=True).decode()


def _in_utc(event: BaseEvent) -> BaseEvent:
    times = {name: value.astimezone(UTC) for name, value in event if isinstance(value, datetime)}
    if isinstance(event, Deployment):
        return event.model_copy(update={**times, "gate_waits": tuple(map(_wait_in_utc, event.gate_waits))})
    return event.model_copy(update=times)


def _wait_in_utc(wait: GateWait) -> GateWait:
    return wait.model_copy(update={name: value.astimezone(UTC) for name, value in wait if isinstance(value, datetime)})
