"""The local workspace page and the small JSON API behind it: what was posted, and a way to type a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.demo import presses
from bot.demo.asked import answered
from bot.demo.slack_standin import SlackStandIn
from bot.demo.slack_standin.record import Message, standing

STATIC = Path(__file__).parent / "static"
COMMAND = "/dora"
# The page loads nothing from elsewhere, runs no script but its own, and can't be framed.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def routes(slack: SlackStandIn, suggestions: Sequence[str]) -> list[BaseRoute]:
    """The page of this workspace, with commands to choose from."""

    async def workspace(_: Request) -> Response:
        channels = [asdict(channel) for channel in slack.workspace.channels]
        return JSONResponse({"name": slack.workspace.name, "channels": channels, "suggestions": list(suggestions)})

    async def messages(request: Request) -> Response:
        return JSONResponse(_news(slack.messages, request.query_params.get("after", "")))

    async def command(request: Request) -> Response:
        return await answered(request, lambda asked: _send(slack, str(asked.get("channel")), str(asked.get("text"))))

    return [
        Route("/", _page),
        Route("/workspace", workspace),
        Route("/workspace/messages", messages),
        Route("/workspace/commands", command, methods=["POST"]),
        *presses.routes(slack),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _news(messages: Sequence[Message], after: str) -> Mapping[str, Any]:
    """What came or changed since the page saw so many of them, as it stands now, and how many there are to see."""
    seen = int(after) if re.fullmatch(r"[0-9]{1,9}", after) else 0
    fresh = {message.ts for message in messages[seen:]}
    stands = (asdict(message) for message in standing(messages) if message.ts in fresh)
    return {"seen": len(messages), "messages": list(stands)}


async def _page(_: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers=HEADERS)


def _send(slack: SlackStandIn, channel: str, typed: str) -> str | None:
    """Send what was typed to the bot; what Slack would say where that fails."""
    word, _, text = typed.partition(" ")
    if not word.startswith("/"):
        return f"Only commands are sent from this page; try {COMMAND} help."
    if word != COMMAND:
        return f"{word} is not a command here; try {COMMAND} help."
    if slack.workspace.channel(channel) is None:
        return "There is no such channel."
    return presses.problem_of(slack.command(word, text.strip(), channel), COMMAND)
