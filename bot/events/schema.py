"""The JSON Schema (draft 2020-12) of an event, generated from the models; pure."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from bot.events import Event

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def event_schema() -> dict[str, Any]:
    """What one line of an event file may hold."""
    schema: dict[str, Any] = TypeAdapter(Event).json_schema(by_alias=True)
    return {
        "$schema": _DRAFT,
        "title": "Quintet event",
        "description": "One line of an event file: one event, newline-delimited JSON, UTF-8. "
        "A reference is another event's kind:source:id, or its bare id.",
        **schema,
    }
