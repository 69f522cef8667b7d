"""The local workspace page and the small JSON API behind it: what was posted, and a way to type a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.demo import presses
from bot.demo.asked import answered
from bot.demo.slack_standin import SlackStandIn
from bot.demo.slack_standin.record import standing

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

    async def messages(_: Request) -> Response:
        return JSONResponse([asdict(message) for message in standing(slack.messages)])

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
