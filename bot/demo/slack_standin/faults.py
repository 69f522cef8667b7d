"""Scripted faults as they happen on the wire."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.demo.slack_standin.script import Closed, Fault, RateLimited, ServerError

# The key under which a request's scope carries its connection.
_TRANSPORT = "bot.demo.transport"


class ClosableConnection(H11Protocol):
    """HTTP as uvicorn speaks it, except that an endpoint can end the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as the parent has it
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_TRANSPORT] = transport
            await app(scope, receive, send)  # pyright: ignore[reportArgumentType, reportGeneralTypeIssues] - two spellings of ASGI

        self.app = with_transport


async def befall(request: Request, fault: Fault) -> Response:
    """What the caller sees of a fault."""
    match fault:
        case RateLimited(retry_after):
            refused = {"ok": False, "error": "ratelimited"}
            return JSONResponse(refused, status_code=429, headers={"Retry-After": str(retry_after)})
        case ServerError(status=status):
            return PlainTextResponse("upstream error", status_code=status)
        case Closed():
            await request.body()
            request.scope[_TRANSPORT].abort()
            await request.receive()  # until the server has seen that the connection is gone
            return Response()
