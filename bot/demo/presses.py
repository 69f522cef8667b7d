"""Buttons and windows for the workspace page: what is pressed or filled in there goes to the bot as Slack sends it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.demo.asked import Asked, answered_with
from bot.demo.slack_standin import Ack, SlackStandIn
from bot.demo.slack_standin.press import element_at
from bot.demo.slack_standin.record import standing
from bot.demo.slack_standin.state import TRIGGER_SECONDS
from bot.demo.slack_standin.windows import values

_BUTTON, _WINDOW = "The button", "The window"
_SILENCE = f"The bot took it and has not answered within {TRIGGER_SECONDS:.0f} seconds. Press again if nothing comes."

Shown = Mapping[str, Any]


def routes(slack: SlackStandIn) -> list[BaseRoute]:
    """A press is answered with the window that it opens, where it opens one."""

    async def press(request: Request) -> Response:
        return await answered_with(request, lambda asked: _press(slack, asked))

    async def window(request: Request) -> Response:
        return await answered_with(request, lambda asked: _fill(slack, asked))

    return [
        Route("/workspace/presses", press, methods=["POST"]),
        Route("/workspace/windows", window, methods=["POST"]),
    ]


def problem_of(ack: Ack, asked: str) -> str | None:
    """What Slack would say where the bot did not take what was asked of it."""
    if ack.status == 0:
        return f"{asked} failed: the bot did not answer in time."
    return None if ack.status == 200 else f"{asked} failed: the bot answered with status {ack.status}."


def _press(slack: SlackStandIn, asked: Asked) -> Shown:
    where = (asked.get("channel"), asked.get("ts"))
    message = next((each for each in standing(slack.messages) if (each.channel, each.ts) == where), None)
    button = element_at(message, str(asked.get("block_id")), str(asked.get("action_id"))) if message else None
    if message is None or button is None:
        return {"problem": "That button is gone.", "window": None}
    press = slack.press_of(message, button)
    problem = problem_of(slack.interact(press.payload(slack.workspace)), _BUTTON)
    if not problem and not slack.state.answered(press.trigger_id, press.response_url):
        problem = _SILENCE
    opened = slack.state.window_by(press.trigger_id)
    return {"problem": problem, "window": opened and opened.view}


def _fill(slack: SlackStandIn, asked: Asked) -> Shown:
    window = next((each for each in slack.state.windows if each.id == asked.get("window")), None)
    if window is None:
        return {"problem": "That window is gone.", "errors": {}}
    ack = slack.send_window(window, values(window.view, lambda block, action: _given(asked, block, action)))
    return {"problem": problem_of(ack, _WINDOW), "errors": _errors(ack)}


def _given(asked: Asked, block: str, action: str) -> object:
    """What stands in a field, where something does: text, or the values of what is ticked."""
    found: object = asked
    for name in ("values", block, action):
        found = cast("Mapping[str, object]", found).get(name) if isinstance(found, dict) else None
    return cast("object", found) if isinstance(found, str | list) and found else None


def _errors(ack: Ack) -> Mapping[str, str]:
    """What the bot holds against what was given, by block."""
    if ack.status != 200 or not ack.content_type.startswith("application/json"):
        return {}
    return json.loads(ack.body).get("errors") or {}
