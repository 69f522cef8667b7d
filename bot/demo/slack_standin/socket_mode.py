"""Socket Mode: the app connects to the stand-in and gets its commands there (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

Envelope = dict[str, Any]


@dataclass
class SocketMode:
    """The connections that apps hold open, and what they acknowledged."""

    acks: list[Envelope] = field(default_factory=list[Envelope])
    _connected: list[tuple[asyncio.AbstractEventLoop, WebSocket]] = field(
        default_factory=list[tuple[asyncio.AbstractEventLoop, WebSocket]]
    )
    _waiting: dict[str, Future[Envelope]] = field(default_factory=dict[str, Future[Envelope]])
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def routes(self) -> list[WebSocketRoute]:
        return [WebSocketRoute("/link/", self._hold)]

    def wait_for_app(self, seconds: float = 10.0) -> bool:
        """Whether an app is connected, waiting so long for one."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._connected), timeout=seconds)

    def deliver(self, envelope: Envelope, seconds: float) -> Envelope | None:
        """Send an envelope to one connection, as Slack does; the ack, or none within the time."""
        loop, socket = self._connected[0]
        acked = self._waiting[envelope["envelope_id"]] = Future[Envelope]()
        asyncio.run_coroutine_threadsafe(socket.send_text(json.dumps(envelope)), loop).result(seconds)
        try:
            return acked.result(seconds)
        except TimeoutError:
            return None

    async def _hold(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(json.dumps({"type": "hello", "num_connections": 1}))
        connection = (asyncio.get_running_loop(), socket)
        self._connect(connection)
        try:
            while True:
                self._acknowledge(json.loads(await socket.receive_text()))
        except WebSocketDisconnect:
            with self._changed:
                self._connected.remove(connection)

    def _connect(self, connection: tuple[asyncio.AbstractEventLoop, WebSocket]) -> None:
        with self._changed:
            self._connected.append(connection)
            self._changed.notify_all()

    def _acknowledge(self, ack: Envelope) -> None:
        self.acks.append(ack)
        waiting = self._waiting.pop(ack.get("envelope_id", ""), None)
        if waiting:
            waiting.set_result(ack)
