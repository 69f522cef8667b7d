"""The windows that ask for a day or a reason, and what comes back from them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.blocks.buttons import About, Act
from bot.reply import Stance
from bot.words import replies as words

STANCES = {Act.WRONG: Stance.WRONG, Act.KNOWN: Stance.KNOWN}
_WEEK, _YEAR = timedelta(weeks=1), timedelta(days=366)
# What somebody types; no longer than a message shows.
_MOST_TYPED = 250
FIELD = "given"
_Text = Annotated[str, StringConstraints(max_length=1_000)]


class Carried(BaseModel):
    """What a window carries from the press that opened it: all that is needed once it is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: Act
    about: About
    channel: _Text
    name: _Text
    response_url: _Text


@dataclass(frozen=True, slots=True)
class Filled:
    """A window that was sent: a day, or a reason."""

    carried: Carried
    day: date | None
    why: str | None


def window(carried: Carried, today: date) -> dict[str, Any]:
    """The window that a button opens."""
    if carried.act is Act.SNOOZE:
        picker = {"type": "datepicker", "action_id": FIELD, "initial_date": (today + _WEEK).isoformat()}
        return _window(carried, words.SNOOZE_TITLE, words.UNTIL, picker)
    stance = STANCES[carried.act]
    typed = {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "max_length": _MOST_TYPED}
    return _window(carried, words.TITLES[stance], words.WHY[stance], typed)


def filled(view: Mapping[str, Any]) -> Filled | None:
    """What was given; None for a window that is none of ours."""
    try:
        carried = Carried.model_validate_json(str(view.get("private_metadata") or ""))
    except ValidationError:
        return None
    given = _given(view)
    if carried.act is Act.SNOOZE:
        return Filled(carried, _day(given.get("selected_date")), None)
    return Filled(carried, None, _typed(given.get("value"))) if carried.act in STANCES else None


def wrong(given: Filled, today: date) -> dict[str, str] | None:
    """What is wrong with it, by field; None where nothing is."""
    if given.carried.act is not Act.SNOOZE:
        return None
    fits = given.day is not None and today < given.day <= today + _YEAR
    return None if fits else {FIELD: words.LATER}


def _window(carried: Carried, title: str, asks: str, element: Mapping[str, object]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": carried.act.value,
        "private_metadata": carried.model_dump_json(exclude_defaults=True),
        "title": _plain(title),
        "submit": _plain(words.KEEP),
        "close": _plain(words.CANCEL),
        "blocks": [{"type": "input", "block_id": FIELD, "label": _plain(asks), "element": dict(element)}],
    }


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _given(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the one field that our windows have."""
    found: object = view.get("state")
    for name in ("values", FIELD, FIELD):
        found = cast("Mapping[str, object]", found).get(name) if isinstance(found, dict) else None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _typed(value: object) -> str | None:
    return (value[:_MOST_TYPED].strip() or None) if isinstance(value, str) else None
