"""Somebody who posts events, and a bot that takes them: served as the process serves it, on a real database."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from bot.events import Event
from bot.events_door import EventsDoor
from bot.receive import ReceivedReport, store_received
from bot.source import Received
from bot.store.database import Database
from bot.store.events import stored_bodies
from bot.teams import Team
from bot.web import web_app
from integrations.settings import Opening
from integrations.webhook import Webhook, WebhookSettings
from tests.slack.conftest import Client, Reply, served

TOKEN, SECRET = "the-token", "the-secret"
ENVIRON = {"env:TOKEN": TOKEN, "env:SECRET": SECRET, "env:OTHER": "another-token"}
BEARER = {"authorization": f"Bearer {TOKEN}"}
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
TEAM = Team("team-x", "Team X", ("shop",))


def webhook(**changes: Any) -> Webhook:
    given = {"kind": "webhook", "name": "deploys", "token": "env:TOKEN", "secret": "env:SECRET"}
    return WebhookSettings.model_validate(given | changes).receiver(Opening(secret=ENVIRON.__getitem__))


def signature(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(NOW.timestamp() if at is None else at))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"x-quintet-timestamp": stamp, "x-quintet-signature": f"sha256={digest}"}


def deployment(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "deployment",
        "id": "d-1",
        "service": "shop",
        "status": "success",
        "finished_at": "2026-11-02T09:30:00Z",
    } | changes


@dataclass(frozen=True)
class Bot:
    """What was posted, and what is stored of it."""

    http: Client
    database: Database

    def post(self, body: object, headers: Mapping[str, str] = BEARER) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post("/v1/events", data, headers)

    @property
    def events(self) -> list[Event]:
        with self.database.reading() as connection:
            return [EVENT.validate_json(body) for body in stored_bodies(connection, None, None)]


@dataclass
class Store:
    """The database of the test that is running: a server is started once for many."""

    database: Database | None = None

    def __call__(self, received: Received) -> ReceivedReport:
        assert self.database is not None
        return store_received(self.database, received, (TEAM,))


@contextmanager
def listening(
    store: Store, receivers: Sequence[Webhook], clock: Callable[[], datetime] = lambda: NOW
) -> Iterator[Client]:
    door = EventsDoor(receivers, store, clock)
    with served(web_app(tuple, events=door)) as http:
        yield http
