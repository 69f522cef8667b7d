"""The bot as a process: start, serve until told to stop, finish what was begun."""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from threading import Event, Thread
from types import FrameType
from typing import cast

import structlog
import uvicorn
from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from starlette.applications import Starlette

from bot.errors import ServeError
from bot.job_wiring import scheduled
from bot.settings import Settings
from bot.slack.web_api import silent, unreached
from bot.wiring import utc_now, wire

# How soon a thread that computes gives way to one that waits. While answers were being made, an acknowledgement took
# 50 ms at the interpreter's own 5 ms, 20 ms at 1 ms and 4 ms at this; the answers took no longer.
SWITCH_SECONDS = 0.0005
_SLACK_SECONDS = 10
# Connections that are still busy then are cut; an acknowledgement takes milliseconds.
_GRACE_SECONDS = 5

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


def serve(settings: Settings, *, http: bool) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopping(stop))
    with running(settings, http=http) as address, scheduled(settings, utc_now):
        by = "HTTP" if http else "Socket Mode"
        _log.info("Quintet answers /dora.", action="serving", by=by, address=address, teams=len(settings.teams))
        stop.wait()
        _log.info("Quintet finishes its answers and stops.", action="stopping")


@contextmanager
def running(settings: Settings, *, http: bool, clock: Callable[[], datetime] = utc_now) -> Generator[str]:
    """The bot, served while the block runs; yields the address that it listens on."""
    _require_tokens(settings, http=http)
    sys.setswitchinterval(SWITCH_SECONDS)
    with ExitStack() as until_stopped:
        listening = until_stopped.enter_context(_listening(settings.host, settings.port))
        _require_accepted_token(settings)
        bot = wire(settings, http=http, clock=clock)
        until_stopped.callback(bot.close)
        # What is loaded stays to the end; looked through for garbage again and again, it made some answers
        # take twice as long.
        gc.freeze()
        until_stopped.callback(_start_http(bot.web, listening))
        if not http:
            until_stopped.enter_context(_socket_mode(bot.slack, settings))
        yield _address(listening)


def _stopping(stop: Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handle


def _require_tokens(settings: Settings, *, http: bool) -> None:
    """All that are missing, in one sentence."""
    needed: Mapping[str, SecretStr | None] = {
        "SLACK_BOT_TOKEN": settings.bot_token,
        **({"SLACK_SIGNING_SECRET": settings.signing_secret} if http else {"SLACK_APP_TOKEN": settings.app_token}),
    }
    if missing := [name for name, secret in needed.items() if secret is None]:
        way = "HTTP" if http else "Socket Mode"
        raise ServeError(f"{way} needs {' and '.join(missing)}; docs/install.md says where Slack shows them.")


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise cannot_listen(host, port, error) from error
    # Connections inherit it. asyncio sets it only on those of its own making, and without it whoever asks again on one
    # connection waits 40 ms for the rest of an answer.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        yield listener


def cannot_listen(host: str, port: int, error: OSError) -> ServeError:
    unresolved = isinstance(error.__context__, socket.gaierror)  # what `create_server` makes of it is a plain OSError
    if unresolved or error.errno == errno.EADDRNOTAVAIL:
        return ServeError(f"Can't listen on {host}: it is no name or address of this machine; choose one with --host.")
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror  # no errno: a name
    return ServeError(f"Can't listen on {host}, port {port} ({why}); choose another with --port.")


def _address(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _require_accepted_token(settings: Settings) -> None:
    token = settings.bot_token
    with _explained("SLACK_BOT_TOKEN", settings.slack_api_url):
        client = _client(settings, token.get_secret_value() if token else None)
        client.auth_test()  # pyright: ignore[reportUnknownMemberType] - the SDK leaves its keywords' types open


def _start_http(web: Starlette, listener: socket.socket) -> Callable[[], None]:
    """Serve on a thread of its own; returns what stops it."""
    server = uvicorn.Server(
        uvicorn.Config(
            web,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="http")
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join()

    return stop


@contextmanager
def _socket_mode(slack: App, settings: Settings) -> Generator[None]:
    """Connected to Slack while the block runs. The handler's threads begin with it, so it is closed in any case."""
    token = settings.app_token
    handler = SocketModeHandler(
        slack,
        token.get_secret_value() if token else None,
        logger=logging.getLogger("slack_sdk.socket_mode"),
        web_client=_client(settings),
    )
    with closing(handler):
        with _explained("SLACK_APP_TOKEN", settings.slack_api_url):
            handler.connect()
        yield


def _client(settings: Settings, token: str | None = None) -> WebClient:
    return WebClient(token, base_url=settings.slack_api_url, timeout=_SLACK_SECONDS, logger=silent())


@contextmanager
def _explained(token: str, api_url: str) -> Generator[None]:
    """Slack's refusals as sentences; none of them repeats the token."""
    try:
        yield
    except SlackApiError as error:
        reason = cast("SlackResponse", error.response).get("error", "no reason given")
        raise ServeError(f"Slack does not accept {token} ({reason}); copy it again from the app's page.") from None
    except OSError as error:
        raise ServeError(unreached(api_url, error)) from None
