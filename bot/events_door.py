"""POST /v1/events: whoever has a configured credential may send events, in every mode of `serve`."""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.body import RefusedError, Room, bounded_body
from bot.errors import StoreError
from bot.receive import ReceivedReport
from bot.source import BodyError, Received, Receiver
from bot.telemetry import EVENT_POSTS

LARGEST_EVENTS = 5 * 2**20  # bytes; some 20,000 events, and more than any pipeline has to say at once
FROM_ANYBODY = 32 * 2**20  # bytes held of bodies whose signature can't be checked before they are there whole
AT_ONCE = 2  # bodies that are stored at a time: there is one writer, and answers to /dora need threads too
_TRY_AGAIN = {"Retry-After": "60"}
_log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EventsDoor:
    """What is behind the address. Nothing of a body is parsed before it is known whose it is."""

    receivers: Sequence[Receiver]
    store: Callable[[Received], ReceivedReport]
    clock: Callable[[], datetime]
    _room: Room = field(default_factory=lambda: Room(FROM_ANYBODY))
    _turns: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))

    async def post(self, request: Request) -> Response:
        sender = ""
        try:
            receiver, body = await self._received(request)
            sender = receiver.name
            async with self._turns:
                report = await run_in_threadpool(self._stored, receiver, request, body)
        except RefusedError as refused:
            later = _TRY_AGAIN if refused.status == 503 else None
            return _ended(sender, "refused", JSONResponse({"error": str(refused)}, refused.status, later))
        except BodyError as bad:
            return _ended(sender, "malformed", JSONResponse(_problems(bad), 400))
        except StoreError as down:
            return _ended(sender, "unavailable", JSONResponse({"error": str(down)}, 503, _TRY_AGAIN))
        except ClientDisconnect:
            return _ended(sender, "refused", Response(status_code=400))
        return _ended(sender, "accepted", JSONResponse(report.as_json()))

    async def _received(self, request: Request) -> tuple[Receiver, bytes]:
        if not self.receivers:
            raise RefusedError(404, "No webhook is configured; add a source of kind webhook to quintet.yaml.")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise RefusedError(415, "The body is compressed; send it as it is.")
        with self._room.held() as holding:
            has_token = bool(self._accepting(request, b""))
            body = await bounded_body(request, LARGEST_EVENTS, None if has_token else holding)
            # Hashing a large body takes longer than the event loop may be held up.
            accepting = await run_in_threadpool(self._accepting, request, body)
        if not accepting:
            raise RefusedError(
                401, "No webhook knows this credential. Send its token as a bearer token, or a signature of just now."
            )
        return accepting[0], body

    def _accepting(self, request: Request, body: bytes) -> Sequence[Receiver]:
        """All are asked: how long it takes tells nothing about which one came near."""
        now = self.clock()
        return [receiver for receiver in self.receivers if receiver.accepts(request.headers, body, now)]

    def _stored(self, receiver: Receiver, request: Request, body: bytes) -> ReceivedReport:
        report = self.store(receiver.receive(request.headers, body))
        _log.info(
            "Events were received.",
            action="events_received",
            source=receiver.name,
            read=report.counts.read,
            new=report.counts.new,
            updated=report.counts.updated,
        )
        return report


def _ended(sender: str, outcome: str, response: Response) -> Response:
    EVENT_POSTS.labels(sender, outcome).inc()
    return response


def _problems(bad: BodyError) -> dict[str, object]:
    errors = [{"line": each.line, "field": each.field, "message": each.message} for each in bad.problems]
    return {"errors": errors, "unsaid": bad.unsaid} if bad.unsaid else {"errors": errors}
