"""Where an app answers a command or a press later: its response_url (https://docs.slack.dev/interactivity/handling-user-interaction)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.demo.slack_standin.faults import befall
from bot.demo.slack_standin.post import Payload, RefusedError, take
from bot.demo.slack_standin.record import Message
from bot.demo.slack_standin.script import is_taken
from bot.demo.slack_standin.state import ResponseUrl, State


def routes(state: State) -> list[Route]:
    async def respond(request: Request) -> Response:
        return await _respond(state, request)

    return [Route("/commands/{team}/{key}", respond, methods=["POST"])]


async def _respond(state: State, request: Request) -> Response:
    fault = state.script.next_fault()
    if fault and not is_taken(fault):
        return await befall(request, fault)
    answer = _take(state, request.path_params["key"], await request.json())
    return await befall(request, fault) if fault else answer


def _take(state: State, key: str, payload: Payload) -> Response:
    address = state.response_urls.get(key)
    why_not = address.why_not(state.clock()) if address else "invalid_url"
    if address is None or why_not:
        return JSONResponse({"ok": False, "error": why_not}, status_code=404)
    try:
        _post(state, address, payload)
    except RefusedError as refused:
        return JSONResponse({"ok": False, "error": refused.why.error}, status_code=state.script.refusal_status)
    finally:
        state.use(address)
    return PlainTextResponse("ok")


def _post(state: State, address: ResponseUrl, payload: Payload) -> None:
    ephemeral = payload.get("response_type", "ephemeral") != "in_channel"
    ts = address.replaces if payload.get("replace_original") is True else ""
    take(state, payload, Message("response_url", "", ts, "", ephemeral=ephemeral), address.channel.id)
