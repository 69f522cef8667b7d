"""Windows that an app opens (https://docs.slack.dev/reference/views/modal-views), each with Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from bot.demo.slack_standin.post import Payload, RefusedError
from bot.demo.slack_standin.press import block_name
from bot.demo.slack_standin.shape import BlockId, PlainText, Shape, words
from bot.demo.slack_standin.state import TRIGGER_SECONDS, State
from bot.demo.slack_standin.verdict import Verdict

# What each kind of field calls what was given.
_GIVEN_AS = {
    "datepicker": "selected_date",
    "plain_text_input": "value",
    "static_select": "selected_option",
    "checkboxes": "selected_options",
}


class Title(PlainText):
    text: Annotated[str, words(24)]


class Asked(PlainText):
    text: Annotated[str, words(2000)]


class DatePicker(Shape):
    type: Literal["datepicker"]
    action_id: BlockId
    initial_date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None


class TextInput(Shape):
    type: Literal["plain_text_input"]
    action_id: BlockId
    initial_value: Annotated[str, words(3000)] | None = None
    multiline: bool = False
    max_length: Annotated[int, Field(ge=1, le=3000)] | None = None


class OptionText(PlainText):
    text: Annotated[str, words(75)]


class Option(Shape):
    text: OptionText
    value: Annotated[str, words(150)]


class Select(Shape):
    type: Literal["static_select"]
    action_id: BlockId
    options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=100)]
    initial_option: Option | None = None

    @model_validator(mode="after")
    def _starts_with_an_option(self) -> Self:
        if self.initial_option is not None and self.initial_option not in self.options:
            raise ValueError("must start with one of its options")
        return self


class Checkboxes(Shape):
    type: Literal["checkboxes"]
    action_id: BlockId
    options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=10)]
    initial_options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=10)] | None = None

    @model_validator(mode="after")
    def _starts_with_options(self) -> Self:
        if not set(self.initial_options or ()) <= set(self.options):
            raise ValueError("must start with some of its options")
        return self


class Input(Shape):
    type: Literal["input"]
    block_id: BlockId | None = None
    label: Asked
    element: Annotated[DatePicker | TextInput | Select | Checkboxes, Field(discriminator="type")]
    optional: bool = False


class Modal(Shape):
    type: Literal["modal"]
    callback_id: BlockId
    private_metadata: Annotated[str, StringConstraints(max_length=3000)] = ""
    title: Title
    submit: Title
    close: Title | None = None
    blocks: Annotated[tuple[Input, ...], Field(min_length=1, max_length=100)]


def opened(state: State, payload: Payload) -> dict[str, Any]:
    """A trigger opens one window, within three seconds."""
    at = state.triggers.pop(str(payload.get("trigger_id")), None)
    if at is None or state.clock() - at > TRIGGER_SECONDS:
        raise RefusedError(Verdict("expired_trigger_id"))
    view = payload.get("view")
    try:
        Modal.model_validate_json(json.dumps(view))
    except ValidationError as refused:
        raise RefusedError(Verdict("invalid_arguments", (str(refused),))) from None
    return {"view": state.open_window(str(payload["trigger_id"]), dict(view or {})).view}


def values(view: dict[str, Any], given: Callable[[str, str], object]) -> dict[str, Any]:
    """The fields of a window with what is `given` in each, by its block and its action, as Slack sends them.

    Of options, their values are given.
    """
    fields = [(block_name(block, place), block["element"]) for place, block in enumerate(view["blocks"])]
    return {
        block: {element["action_id"]: _value(element, given(block, element["action_id"]))} for block, element in fields
    }


def _value(element: dict[str, Any], given: object) -> dict[str, Any]:
    kind, options = element["type"], element.get("options", ())
    if kind == "static_select":
        given = next((option for option in options if option["value"] == given), None)
    elif kind == "checkboxes":
        given = [option for option in options if isinstance(given, list) and option["value"] in given]
    return {"type": kind, _GIVEN_AS[kind]: given}
