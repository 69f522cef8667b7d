"""The methods of Slack's Web API that the bot calls (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.demo.slack_standin import conversations, windows
from bot.demo.slack_standin.faults import befall
from bot.demo.slack_standin.post import Payload, RefusedError, take
from bot.demo.slack_standin.record import Message
from bot.demo.slack_standin.script import Fault, RateLimited, is_taken
from bot.demo.slack_standin.state import State

Answer = dict[str, Any]


def routes(state: State) -> list[Route]:
    async def call(request: Request) -> Response:
        return await _call(state, request)

    return [Route("/api/{method}", call, methods=["GET", "POST"])]


async def _call(state: State, request: Request) -> Response:
    name = request.path_params["method"]
    payload = await _payload(request)
    fault = _fault(state, name, payload)
    if fault and not is_taken(fault):
        return await befall(request, fault)
    answer = _answer(state, request, name, payload)
    told = {"x-oauth-scopes": ",".join(state.workspace.scopes)}  # on every answer, as Slack does
    return await befall(request, fault) if fault else JSONResponse(answer, headers=told)


def _fault(state: State, name: str, payload: Payload) -> Fault | None:
    """What befalls this call: as the script has it, or for the sake of the pace."""
    script = state.script
    if name in _READS:
        return script.reads.popleft() if script.reads else None
    if name not in _POSTS:
        return None
    if fault := script.next_fault():
        return fault
    where = state.workspace.channel(str(payload.get("channel")))
    wait = script.pace.wait(where.id, state.clock()) if script.pace and where else 0
    return RateLimited(wait) if wait else None


def _answer(state: State, request: Request, name: str, payload: Payload) -> Answer:
    if name not in _METHODS:
        return _error("unknown_method")
    wanted, scope, method = _METHODS[name]
    if problem := _token_problem(state, request, payload, wanted):
        return _error(problem)
    if scope and scope not in state.workspace.scopes:
        return {**_error("missing_scope"), "needed": scope, "provided": ",".join(state.workspace.scopes)}
    try:
        return {"ok": True, **method(state, request, payload)}
    except RefusedError as refused:
        return _error(refused.why.error or "", refused.why.messages)


def _token_problem(state: State, request: Request, payload: Payload, wanted: str) -> str | None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ") or payload.get("token", "")
    if not token:
        return "not_authed"
    if token not in (state.workspace.bot_token, state.workspace.app_token):
        return "invalid_auth"
    return None if token.startswith(wanted) else "not_allowed_token_type"


async def _payload(request: Request) -> Payload:
    """A JSON body or a form whose structured fields hold JSON: slack_sdk sends either."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return json.loads(body) if body else {}
    fields = {**request.query_params, **dict(parse_qsl(body.decode()))}
    return {key: json.loads(value) if key in ("blocks", "metadata") else value for key, value in fields.items()}


def _error(error: str, messages: tuple[str, ...] = ()) -> Answer:
    detail = {"errors": list(messages), "response_metadata": {"messages": list(messages)}} if messages else {}
    return {"ok": False, "error": error, **detail}


def _auth_test(state: State, request: Request, _: Payload) -> Answer:
    workspace = state.workspace
    return {
        "url": str(request.base_url),
        "team": workspace.name,
        "user": "quintet",
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def _connections_open(_: State, request: Request, __: Payload) -> Answer:
    return {"url": f"ws://{request.url.netloc}/link/?ticket=stand-in&app_id=stand-in"}


def _post_message(state: State, _: Request, payload: Payload) -> Answer:
    return _posted(_take(state, payload, Message("chat.postMessage", "", "", "")))


def _post_ephemeral(state: State, _: Request, payload: Payload) -> Answer:
    if payload.get("user") != state.workspace.user_id:
        return _error("user_not_in_channel")
    message = _take(state, payload, Message("chat.postEphemeral", "", "", "", ephemeral=True))
    return {"message_ts": message.ts}


def _update(state: State, _: Request, payload: Payload) -> Answer:
    where = state.workspace.channel(str(payload.get("channel")))
    ts = str(payload.get("ts"))
    if where is None or not state.record.has(where.id, ts):
        return _error("message_not_found")
    return _posted(_take(state, payload, Message("chat.update", "", ts, "")))


def _history(state: State, _: Request, payload: Payload) -> Answer:
    return conversations.history(state, payload)


def _replies(state: State, _: Request, payload: Payload) -> Answer:
    return conversations.replies(state, payload)


def _conversations(state: State, _: Request, payload: Payload) -> Answer:
    return conversations.of_the_bot(state, payload)


def _conversation(state: State, _: Request, payload: Payload) -> Answer:
    return conversations.about(state, payload)


def _open_view(state: State, _: Request, payload: Payload) -> Answer:
    return windows.opened(state, payload)


def _take(state: State, payload: Payload, message: Message) -> Message:
    return take(state, payload, message, str(payload.get("channel", "")))


def _posted(message: Message) -> Answer:
    warned = {"warning": ",".join(message.warnings)} if message.warnings else {}
    content = {"type": "message", "ts": message.ts, "text": message.text, "blocks": list(message.blocks)}
    return {"channel": message.channel, "ts": message.ts, "message": content, **warned}


_POSTS = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update"})
_READS = frozenset({"conversations.history", "conversations.replies"})
# Each with the kind of token and the scope that it needs.
_METHODS: dict[str, tuple[str, str | None, Callable[[State, Request, Payload], Answer]]] = {
    "auth.test": ("xoxb-", None, _auth_test),
    "apps.connections.open": ("xapp-", None, _connections_open),
    "chat.postMessage": ("xoxb-", "chat:write", _post_message),
    "chat.postEphemeral": ("xoxb-", "chat:write", _post_ephemeral),
    "chat.update": ("xoxb-", "chat:write", _update),
    "conversations.history": ("xoxb-", "channels:history", _history),
    "conversations.replies": ("xoxb-", "channels:history", _replies),
    "views.open": ("xoxb-", None, _open_view),
    "conversations.info": ("xoxb-", "channels:read", _conversation),
    "users.conversations": ("xoxb-", "channels:read", _conversations),
}
