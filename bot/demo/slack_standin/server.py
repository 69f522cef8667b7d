"""The stand-in itself: its endpoints on a free port, in a thread of their own, and the ways to send as Slack sends."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute

from bot.demo.slack_standin import response_urls, web_api
from bot.demo.slack_standin.faults import ClosableConnection
from bot.demo.slack_standin.post import RefusedError, take
from bot.demo.slack_standin.press import Press, element, submission
from bot.demo.slack_standin.record import Message, Record, Refusal
from bot.demo.slack_standin.script import Script
from bot.demo.slack_standin.sender import ACK_SECONDS, Ack, SignedRequest, SlashCommand, send, signed
from bot.demo.slack_standin.socket_mode import SocketMode
from bot.demo.slack_standin.state import State, Window
from bot.demo.slack_standin.windows import values
from bot.demo.slack_standin.workspace import Workspace

_HERE = ("127.0.0.1", "localhost", "::1", "[::1]")
# Who listens there wants to be reached from elsewhere, under whatever name.
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  nothing is bound here


class SlackStandIn:
    """Slack, as far as the bot knows it.

    Give the bot `api_url`, the tokens and the signing secret of `workspace`; set `events_url` to the bot's
    address of `POST /slack/events` once it is known.
    """

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        stamps: Callable[[], float] | None = None,
    ) -> None:
        """`clock` is for what has to happen in time; `stamps` for the times that messages carry, if they are others."""
        self.workspace = workspace or Workspace()
        self.clock = clock
        self.state = State(self.workspace, clock, Record(stamps or clock))
        self.socket_mode = SocketMode()
        self.events_url = ""
        self._also: list[BaseRoute] = []
        self._listening = socket.create_server((host, port))
        self._listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as the bot's own server has it
        self.host, self.port = self._listening.getsockname()[:2]
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.url}/api/"

    @property
    def script(self) -> Script:
        return self.state.script

    @property
    def messages(self) -> Sequence[Message]:
        return self.state.record.messages

    @property
    def refusals(self) -> Sequence[Refusal]:
        return self.state.record.refusals

    def wait_for(self, messages: int = 0, refusals: int = 0, seconds: float = 10.0) -> Sequence[Message]:
        """The messages, once there are so many of them and of the refusals, or when the time is over."""
        return self.state.record.wait_for(messages, refusals, seconds)

    def slash_command(self, command: str, text: str = "", channel: str = "") -> SlashCommand:
        """A command as typed in a channel (the first one where none is named), with a response_url of its own."""
        where = self.workspace.channel(channel) if channel else self.workspace.channels[0]
        if where is None:
            raise LookupError(f"No channel {channel} in this workspace.")
        url = self.url + self.state.open_response_url(where)
        return SlashCommand(command, text, where, url, f"{next(self.state.numbers)}.stand-in")

    def signed(self, command: SlashCommand, at: float | None = None) -> SignedRequest:
        """The HTTP request that carries the command."""
        fields = command.fields(self.workspace)
        return signed(fields, self.workspace.signing_secret, self.clock() if at is None else at)

    def command(self, command: str, text: str = "", channel: str = "") -> Ack:
        """Type a command: sent over HTTP, and what the ack says is recorded as a message."""
        typed = self.slash_command(command, text, channel)
        ack = send(self.signed(typed), self.events_url)
        self._show(_said(ack), typed)
        return ack

    def command_over_socket(self, command: str, text: str = "", channel: str = "") -> dict[str, Any] | None:
        """Type a command: delivered to a connected app; its ack, or none where none came in time."""
        typed = self.slash_command(command, text, channel)
        envelope = {
            "type": "slash_commands",
            "envelope_id": f"envelope-{next(self.state.numbers)}",
            "accepts_response_payload": True,
            "payload": typed.fields(self.workspace),
        }
        ack = self.socket_mode.deliver(envelope, ACK_SECONDS)
        self._show((ack or {}).get("payload") or {}, typed)
        return ack

    def press(self, message: Message, label: str, nth: int = 0) -> Ack:
        """Press a button of a message: sent over HTTP."""
        pressed = self.pressed(message, label, nth).payload(self.workspace)
        return self.interact(pressed)

    def press_over_socket(self, message: Message, label: str, nth: int = 0) -> dict[str, Any] | None:
        """Press a button of a message: delivered to a connected app; its ack, or none where none came in time."""
        return self.socket_mode.deliver(
            {
                "type": "interactive",
                "envelope_id": f"envelope-{next(self.state.numbers)}",
                "accepts_response_payload": False,
                "payload": self.pressed(message, label, nth).payload(self.workspace),
            },
            ACK_SECONDS,
        )

    def pressed(self, message: Message, label: str, nth: int = 0) -> Press:
        """A press of the button of this label."""
        return self.press_of(message, element(message, label, nth))

    def press_of(self, message: Message, button: dict[str, Any]) -> Press:
        """A press with a response_url of its own."""
        where = self.workspace.channel(message.channel)
        if where is None:
            raise LookupError(f"No channel {message.channel} in this workspace.")
        url = self.url + self.state.open_response_url(where, message.ts)
        return Press(message, button, where, url, self.state.open_trigger())

    def wait_for_window(self, windows: int = 1, seconds: float = 10.0) -> Window:
        """The newest window, once there are so many."""
        with self.state.opened:
            self.state.opened.wait_for(lambda: len(self.state.windows) >= windows, timeout=seconds)
            return self.state.windows[windows - 1]

    def submit(self, window: Window, given: dict[str, Any]) -> Ack:
        """Send a window with what was given in its only field."""
        field = window.view["blocks"][0]
        values = {field["block_id"]: {field["element"]["action_id"]: {"type": field["element"]["type"], **given}}}
        return self.send_window(window, values)

    def fill(self, window: Window, **given: str | list[str]) -> Ack:
        """Send a window with what was given in each of its fields, by its block; of options, their values."""
        return self.send_window(window, values(window.view, lambda block, _: given.get(block)))

    def send_window(self, window: Window, values: dict[str, Any]) -> Ack:
        """Send a window with what was given in its fields."""
        return self.interact(submission(self.workspace, window.view, values))

    def interact(self, payload: dict[str, Any]) -> Ack:
        """Send an interaction over HTTP as Slack does: one field that holds JSON, signed."""
        fields = {"payload": json.dumps(payload)}
        return send(signed(fields, self.workspace.signing_secret, self.clock()), self.events_url)

    def serve_also(self, routes: Sequence[BaseRoute]) -> None:
        """Serve more from the same address, such as a page; before the start."""
        self._also.extend(routes)

    def app(self) -> Starlette:
        """No page of another site reaches it under a name that its owner points at this machine."""
        names = ["*"] if self.host in _EVERYWHERE else [*_HERE, self.host]
        trusted = Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)
        return Starlette(routes=self._routes(), middleware=[trusted])

    def start(self) -> Self:
        config = uvicorn.Config(
            self.app(),
            http=ClosableConnection,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],), name="slack-stand-in")
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
        self._listening.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _routes(self) -> list[BaseRoute]:
        slack = (*web_api.routes(self.state), *response_urls.routes(self.state), *self.socket_mode.routes())
        return [*slack, *self._also]

    def _show(self, payload: dict[str, Any], typed: SlashCommand) -> None:
        if not payload.get("text") and not payload.get("blocks"):
            return
        ephemeral = payload.get("response_type", "ephemeral") != "in_channel"
        try:
            take(self.state, payload, Message("ack", "", "", "", ephemeral=ephemeral), typed.channel.id)
        except RefusedError:
            return  # recorded as refused; Slack shows nothing either


def _said(ack: Ack) -> dict[str, Any]:
    """What an ack asks Slack to show: plain text, or JSON like that of a response_url."""
    if ack.status != 200 or not ack.body:
        return {}
    return json.loads(ack.body) if ack.content_type.startswith("application/json") else {"text": ack.body.decode()}
