"""What is served over HTTP: Slack's requests, events, whether the process lives and can serve, and its figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.body import RefusedError, bounded_body
from bot.errors import QuintetError
from bot.events_door import EventsDoor

# A slash command takes some 2 KB; Slack cuts what people type far below this.
LARGEST_BODY = 256 * 1024
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


def web_app(
    ready: Callable[[], Sequence[str]],
    slack: App | None = None,
    signing_secret: str = "",
    events: EventsDoor | None = None,
) -> Starlette:
    """The HTTP side; Slack may come by socket.

    `ready` names the jobs that fail, and raises a QuintetError that says why nothing can be served.
    """
    routes = [
        Route("/healthz", _health),
        Route("/readyz", _readiness(ready)),
        Route("/metrics", _metrics),
    ]
    if events is not None:
        routes.append(Route("/v1/events", events.post, methods=["POST"]))
    if slack is not None:
        routes.append(Route("/slack/events", _slack_events(slack, SignatureVerifier(signing_secret)), methods=["POST"]))
    return Starlette(routes=routes)


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _readiness(ready: Callable[[], Sequence[str]]) -> Callable[[Request], object]:
    async def readiness(_request: Request) -> Response:
        try:
            failing = await run_in_threadpool(ready)
        except QuintetError as error:
            return JSONResponse({"status": "not ready", "why": str(error)}, status_code=503)
        # Still ready: what fails is tried again, and a restart would mend none of it.
        return JSONResponse({"status": "ready", "failing": list(failing)})

    return readiness


def _slack_events(slack: App, verifier: SignatureVerifier) -> Callable[[Request], object]:
    async def events(request: Request) -> Response:
        try:
            body = _text(await bounded_body(request, LARGEST_BODY))
            _require_signature(request, body, verifier)
            asked = _bolt_request(request, body)
        except RefusedError as refused:
            return JSONResponse({"error": str(refused)}, status_code=refused.status)
        # Bolt is not async: on the event loop it would hold up everybody else's acknowledgement.
        return _response(await run_in_threadpool(slack.dispatch, asked))

    return events


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "The request is not UTF-8.") from None


def _require_signature(request: Request, body: str, verifier: SignatureVerifier) -> None:
    """Before anything of the body is parsed. The verifier takes well-formed headers alone; others it raises on."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    well_formed = _TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)
    if not well_formed or not verifier.is_valid(body, timestamp, signature):
        raise RefusedError(401, "The request is not signed by Slack, or too old.")


def _bolt_request(request: Request, body: str) -> BoltRequest:
    try:
        headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
        return BoltRequest(body=body, query=request.url.query, headers=headers)
    except (ValueError, TypeError, AttributeError, RecursionError):  # what its parser raises on JSON of another shape
        raise RefusedError(400, "The request can't be read.") from None


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, status_code=answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response
