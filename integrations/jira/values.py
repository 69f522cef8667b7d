"""What a field of an issue holds: a time or words, in whichever of Jira's shapes; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

_NAMES = ("value", "name", "key")  # an option's, a component's or priority's, a project's
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_MILLISECONDS = 1e11  # 1973; a smaller number counts something else


def part(value: object) -> Mapping[str, Any]:
    """An object within an object; empty where there is null in its place, as often there is."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def time(value: object) -> datetime:
    """An instant; ValueError where it is none, such as a day, a time without an offset or one beyond all calendars."""
    try:
        if isinstance(value, int | float) and value >= _EARLIEST_MILLISECONDS:
            return _EPOCH + timedelta(milliseconds=value)
        at = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except OverflowError:
        pass
    raise ValueError("no time with an offset")


def words(value: object) -> tuple[str, ...]:
    """The texts of a field: of a list of options, of one option, or of a plain text. No database stores a NUL."""
    if isinstance(value, list):
        return tuple(word for each in cast("list[object]", value) for word in words(each))
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return words(next((fields[name] for name in _NAMES if fields.get(name)), None))
    text = "" if value is None else str(value).replace("\0", "").strip()
    return (text,) if text else ()


def word(value: object) -> str | None:
    """The first of its texts."""
    return next(iter(words(value)), None)
