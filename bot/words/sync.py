"""Why a sync took events back, in words; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast


def why_taken_back(taken_back: int, rule_before: str | None, rule: str) -> str:
    """Another rule of the settings, by the names of its keys where it is JSON; else what the server says now."""
    if rule_before is None:
        return f"the server lists {'it' if taken_back == 1 else 'them'} no longer"
    return what_changed(rule_before, rule)


def what_changed(rule_before: str, rule: str) -> str:
    """Between two rules of a stream: the keys of the settings that make the difference."""
    before, now = (dict(_flat(_read(text))) for text in (rule_before, rule))
    changed = sorted(key for key in before.keys() | now.keys() if key and before.get(key) != now.get(key))
    named = " and ".join(filter(None, (", ".join(changed[:-1]), *changed[-1:])))
    return f"{named or 'what the settings ask for'} changed"


def _read(rule: str) -> object:
    try:
        return json.loads(rule)
    except ValueError:
        return None


def _flat(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Nested settings by their dotted keys."""
    if not isinstance(value, Mapping):
        yield key, value
        return
    for name, part in cast("Mapping[str, object]", value).items():
        yield from _flat(part, f"{key}.{name}" if key else name)
