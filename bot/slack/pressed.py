"""What Slack sends when somebody presses a button: read as what it may be, and nothing else; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from bot.blocks.buttons import About, Act, act_of
from bot.decisions.channels import Place


@dataclass(frozen=True, slots=True)
class Pressed:
    """`message` is the ts of the message that the button stands in, `by` the id of who pressed it."""

    act: Act
    about: About
    by: str
    place: Place
    message: str
    response_url: str
    trigger: str


def pressed(body: Mapping[str, Any]) -> Pressed | None:
    """None for a button that is none of ours, or whose value is not one that we make."""
    action = _first(body.get("actions"))
    act, about = act_of(action.get("action_id")), About.of(action.get("value"))
    if act is None or about is None:
        return None
    channel, container = part(body.get("channel")), part(body.get("container"))
    return Pressed(
        act=act,
        about=about,
        by=_text(part(body.get("user")).get("id")),
        place=Place(_text(channel.get("id")), frozenset({_text(channel.get("name"))} - {"", "privategroup"})),
        message=_text(container.get("message_ts")),
        response_url=_text(body.get("response_url")),
        trigger=_text(body.get("trigger_id")),
    )


def _first(actions: object) -> Mapping[str, Any]:
    return part(cast("list[object]", actions)[0]) if isinstance(actions, list) and actions else {}


def part(value: object) -> Mapping[str, Any]:
    """A part of what Slack sent, where it is an object."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value[:4_000] if isinstance(value, str) else ""
