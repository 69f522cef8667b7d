"""What windows are made of, and those that ask for a day or a reason: what they show, and what comes back; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.blocks.block import Block, fitted
from bot.blocks.buttons import About, Act
from bot.reply import Stance
from bot.words import replies as words

STANCES = {Act.WRONG: Stance.WRONG, Act.KNOWN: Stance.KNOWN}
_WEEK, _YEAR = timedelta(weeks=1), timedelta(days=366)
# What somebody types; no longer than a message shows.
_MOST_TYPED = 250
FIELD = "given"
# https://docs.slack.dev/reference/views/modal-views
_TITLE = 24
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


def window(carried: Carried, today: date) -> Block:
    """The window that a button opens."""
    if carried.act is Act.SNOOZE:
        picker = {"type": "datepicker", "initial_date": (today + _WEEK).isoformat()}
        return modal(carried, words.SNOOZE_TITLE, [field(FIELD, words.UNTIL, picker)])
    stance = STANCES[carried.act]
    typed = {"type": "plain_text_input", "multiline": True, "max_length": _MOST_TYPED}
    return modal(carried, words.TITLES[stance], [field(FIELD, words.WHY[stance], typed)])


def carried_by(view: Mapping[str, Any]) -> Carried | None:
    """None of a window that is none of ours."""
    try:
        return Carried.model_validate_json(str(view.get("private_metadata") or ""))
    except ValidationError:
        return None


def filled(carried: Carried, view: Mapping[str, Any], today: date) -> Filled | dict[str, str] | None:
    """What was given, or what is wrong with it, by field; None where the window asks for neither day nor reason."""
    given = given_in(view, FIELD)
    if carried.act is Act.SNOOZE:
        day = _day(given.get("selected_date"))
        fits = day is not None and today < day <= today + _YEAR
        return Filled(carried, day, None) if fits else {FIELD: words.LATER}
    return Filled(carried, None, _typed(given.get("value"))) if carried.act in STANCES else None


def modal(carried: Carried, title: str, fields: Sequence[Block]) -> Block:
    """A window with its fields."""
    return {
        "type": "modal",
        "callback_id": carried.act.value,
        "private_metadata": carried.model_dump_json(exclude_defaults=True),
        "title": plain_text(fitted(title, _TITLE)),
        "submit": plain_text(words.KEEP),
        "close": plain_text(words.CANCEL),
        "blocks": list(fields),
    }


def field(name: str, asks: str, element: Mapping[str, object], *, optional: bool = False) -> Block:
    """A field of a window, and its only element, by one name."""
    block: Block = {"type": "input", "block_id": name, "label": plain_text(asks)}
    return {**block, "element": {**element, "action_id": name}, **({"optional": True} if optional else {})}


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def given_in(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What was given in a field."""
    found: object = view.get("state")
    for step in ("values", name, name):
        found = cast("Mapping[str, object]", found).get(step) if isinstance(found, dict) else None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _typed(value: object) -> str | None:
    return (value[:_MOST_TYPED].strip() or None) if isinstance(value, str) else None
