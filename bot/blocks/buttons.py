"""Buttons, and what each says when it is pressed: its value comes back from Slack, and is read as what it may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.blocks.block import Block, fitted
from bot.blocks.message import Message
from bot.schedule import Kind
from bot.words import buttons as words

BUTTON_TEXT = 75
ACTIONS = 25
_VALUE = 2_000
_Short = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Act(StrEnum):
    """What a button does. The names stay: buttons of old messages are pressed years later."""

    WHY = "quintet_why"
    TURN = "quintet_turn"
    FAILED = "quintet_failed"
    NOT_FAILED = "quintet_not_failed"
    NOT_CAUSED = "quintet_not_caused"
    TAKE_BACK = "quintet_take_back"
    SHARE = "quintet_share"
    TEST = "quintet_test"
    CHANGE = "quintet_change"
    RIGHT = "quintet_right"
    WRONG = "quintet_wrong"
    KNOWN = "quintet_known"
    SNOOZE = "quintet_snooze"


class EventTold(BaseModel):
    """What names one event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: _Short
    kind: _Short
    id: _Short


class About(BaseModel):
    """What a button is about: a team, and whatever else the act needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    team: str
    as_of: datetime | None = None
    week: date | None = None
    kind: Kind | None = None
    event: EventTold | None = None
    page: Annotated[int, Field(ge=0, le=1_000)] = 0

    @property
    def value(self) -> str:
        return self.model_dump_json(exclude_defaults=True)

    @property
    def fits(self) -> bool:
        """Whether a button can carry it: names from outside may hold what takes six characters each."""
        return len(self.value) <= _VALUE

    @classmethod
    def of(cls, value: object) -> Self | None:
        """What a value says; None where it is none of ours."""
        if not isinstance(value, str) or len(value) > _VALUE:
            return None
        try:
            return cls.model_validate_json(value)
        except ValidationError:
            return None


def button(act: Act, label: str, about: About) -> Block:
    """One button; the label says to everybody what it does."""
    text = {"type": "plain_text", "text": fitted(label, BUTTON_TEXT), "emoji": False}
    return {"type": "button", "action_id": act.value, "text": text, "value": about.value}


def row(buttons: Iterable[tuple[Act, str, About]]) -> tuple[Block, ...]:
    """Buttons side by side; no row where none can carry what it is about.

    Slack wants another `action_id` for each: several of one act are counted.
    """
    made = [button(*each) for each in buttons if each[2].fits][:ACTIONS]
    for place, each in enumerate(made):
        if each["action_id"] in {earlier["action_id"] for earlier in made[:place]}:
            each["action_id"] += f":{place}"
    return ({"type": "actions", "elements": made},) if made else ()


def act_of(action_id: object) -> Act | None:
    """What the pressed button does."""
    name = action_id.partition(":")[0] if isinstance(action_id, str) else ""
    return Act(name) if name in set(Act) else None


def with_row(message: Message, actions: Iterable[Block]) -> Message:
    """The message with buttons below it."""
    return replace(message, blocks=(*message.blocks, *actions))


def without_rows(message: Message) -> Message:
    """The message as one that nobody can answer."""
    return replace(message, blocks=tuple(block for block in message.blocks if block["type"] != "actions"))


def answer_actions(team: str, as_of: datetime) -> tuple[Block, ...]:
    """Below the answer to a question about a team."""
    about = About(team=team, as_of=as_of)
    return row([(Act.WHY, words.WHY, about), (Act.SHARE, words.SHARE, about)])
