"""A Slack that is only as large as one test needs: an address to answer to, and requests as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from pytest_httpserver import HTTPServer
from starlette.applications import Starlette
from werkzeug import Request, Response

from bot.blocks.message import Message
from bot.process import _address, _listening, _start_http
from bot.slack.actions import Buttons
from bot.slack.app import Dora, bolt_app
from bot.slack.delivery import Responder
from bot.slack.pool import AnswerPool
from bot.slack.replying import Replies
from bot.slack.subscribing import Subscribing
from bot.slack.windows import Windows
from bot.store.database import Database
from bot.store.schema import open_database
from bot.team_report import TeamReport
from bot.teams import Team
from bot.web import web_app

SIGNING_SECRET = "the-signing-secret"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEAM = Team("team-x", "Team X", ("checkout",), channel="#team-x")


def signed(body: bytes, at: float | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """The headers under which Slack sends a body."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


@dataclass(frozen=True)
class Reply:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Client:
    """What talks HTTP to the bot."""

    address: str

    def get(self, path: str) -> Reply:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return Reply(answer.status, answer.read().decode(), dict(answer.getheaders()))
        finally:
            connection.close()


@contextmanager
def served(web: Starlette) -> Iterator[Client]:
    """The HTTP side, served as the process serves it."""
    with _listening("127.0.0.1", 0) as listener:
        stop = _start_http(web, listener)
        try:
            yield Client(_address(listener))
        finally:
            stop()


@dataclass
class Inbox:
    """Where answers arrive; it replies as told, and then takes everything."""

    url: str
    posts: list[dict[str, Any]] = field(default_factory=list)
    replies: deque[Response] = field(default_factory=deque)

    def then(self, status: int, body: object = "ok", **headers: str) -> None:
        """How the next post is received."""
        text = body if isinstance(body, str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies.append(Response(text, status, named))

    def take(self, request: Request) -> Response:
        self.posts.append(json.loads(request.get_data()))
        return self.replies.popleft() if self.replies else Response("ok")

    @property
    def texts(self) -> list[str]:
        return [post["text"] for post in self.posts]


@pytest.fixture
def inbox(httpserver: HTTPServer) -> Inbox:
    received = Inbox(httpserver.url_for("/commands/T0/1/secret-path"))
    httpserver.expect_request("/commands/T0/1/secret-path", "POST").respond_with_handler(received.take)
    return received


@dataclass
class Workspace:
    """Somebody who types /dora, and the bot that answers."""

    http: Client
    pool: AnswerPool
    inbox: Inbox

    def types(self, text: str, channel: str = "general", **changes: str) -> Reply:
        """Type /dora and some words; the bot's reply to the request itself."""
        fields = {
            "command": "/dora",
            "text": text,
            "channel_id": "C0",
            "channel_name": channel,
            "user_id": "U0",
            "team_id": "T0",
            "response_url": self.inbox.url,
            "trigger_id": "1.2",
            **changes,
        }
        body = urlencode(fields).encode()
        return self.http.post("/slack/events", body, signed(body))

    def answers(self) -> list[dict[str, Any]]:
        """What was posted once every answer is made."""
        self.pool.drain()
        return self.inbox.posts


Answer = Callable[[Team, datetime], TeamReport]


@pytest.fixture
def bare_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty one; the answers of these tests are made without it."""
    with closing(open_database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'bare.db')}")) as opened:
        yield opened


@pytest.fixture
def workspace(inbox: Inbox, httpserver: HTTPServer, bare_database: Database) -> Iterator[Callable[..., Workspace]]:
    """A workspace whose bot answers in a given way."""
    with ExitStack() as until_closed:

        def open_workspace(answer: Answer, pool: AnswerPool | None = None) -> Workspace:
            api_url, answers = httpserver.url_for("/api/"), pool or AnswerPool()
            replies = Replies(answers, Responder(api_url))
            subscribing = Subscribing(
                bare_database, (), lambda: (TEAM,), lambda _: True, lambda *_: (Message("Last week."),)
            )
            parts = (lambda: (TEAM,), answer, lambda: NOW, replies, subscribing)
            windows = Windows(bare_database, lambda: (TEAM,), lambda: NOW, replies, subscribing, lambda *_: True)
            tokens = {"bot_token": "xoxb-test", "signing_secret": SIGNING_SECRET}
            app = bolt_app(Dora(*parts), Buttons(bare_database, *parts, windows), api_url=api_url, **tokens)
            http = until_closed.enter_context(served(web_app(tuple, app, SIGNING_SECRET)))
            until_closed.callback(answers.drain)
            return Workspace(http, answers, inbox)

        yield open_workspace
