"""The demo's clock for the workspace page: what it shows, and where it can be moved."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.demo.asked import answered
from bot.demo.moves import Moves
from bot.demo.organisation import BERLIN


def routes(moves: Moves) -> list[BaseRoute]:
    """A move is begun and goes on; `moving` says until when."""

    async def clock(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(_shown, moves))

    async def move(request: Request) -> Response:
        return await answered(request, lambda asked: moves.begin(str(asked.get("to"))))

    return [Route("/workspace/clock", clock), Route("/workspace/clock", move, methods=["POST"])]


def _shown(moves: Moves) -> dict[str, Any]:
    return {
        "now": moves.clock.now().isoformat(timespec="seconds"),
        "zone": BERLIN.key,
        "moving": moves.moving,
        "problem": moves.problem,
        "steps": [{"key": step.key, "label": step.label} for step in moves.steps()],
    }
