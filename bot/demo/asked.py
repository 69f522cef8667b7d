"""What the workspace page asks for: taken from the page alone, a few words of JSON, and answered with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.body import RefusedError, bounded_body

_LARGEST = 256 * 1024


Asked = dict[str, Any]


async def answered(request: Request, act: Callable[[Asked], str | None]) -> Response:
    """Do what is asked; `problem` says what is wrong, where something is. `act` may wait for others."""
    return await answered_with(request, lambda asked: {"problem": act(asked)})


async def answered_with(request: Request, act: Callable[[Asked], Mapping[str, Any]]) -> Response:
    """The same for what is answered with more than a problem."""
    try:
        asked = await _asked(request)
    except RefusedError as refused:
        return JSONResponse({"problem": str(refused)}, status_code=refused.status)
    return JSONResponse(await run_in_threadpool(act, asked))


async def _asked(request: Request) -> Asked:
    if not _from_the_page(request):
        raise RefusedError(403, "Only the page itself may ask for that.")
    body = await bounded_body(request, _LARGEST)
    try:
        asked = from_json(body)  # unlike json.loads it takes no half of a character, which nobody could write down
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise RefusedError(400, "The request can't be read.")
    return cast("Asked", asked)


def _from_the_page(request: Request) -> bool:
    """A page of another site can send neither this content type unasked nor this origin."""
    origin = request.headers.get("origin", "")
    is_json = request.headers.get("content-type", "") == "application/json"
    return is_json and origin in ("", f"http://{request.headers.get('host')}")
