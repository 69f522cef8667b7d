"""Every source beside the server that its own tests start, opened as the settings open it, with faults to order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.jobs.sync import sync
from bot.source import Source
from bot.store.database import Database
from bot.store.events import stored_bodies
from bot.sync_report import SyncReport
from integrations.http import Patience
from integrations.registry import BY_KIND
from integrations.settings import Opening

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SINCE = NOW - timedelta(weeks=12)

Answers = Callable[[Request], Response]
Fault = Callable[[Request, Answers], Response]
CASES = {"github": 80, "gitlab": 8, "circleci": 12, "jira": 80, "jenkins": 80, "pagerduty": 12, "prometheus": 80}
"""How many items of each are enough to need several requests, and few enough to be killed at each of them."""


def stand_in(kind: str) -> Any:
    """The module of the server that stands in for a system of this kind."""
    return import_module(f"tests.contract.{kind}.{kind}_server")


def opened(kind: str, url: str, patience: Patience) -> Source:
    """As the settings open it, once they lead to this address."""
    settings, secrets = {**stand_in(kind).SETTINGS, "url": url.rstrip("/")}, stand_in(kind).ENVIRON
    opening = Opening(secret=lambda reference: secrets[reference.removeprefix("env:")], patience=patience)
    return BY_KIND[kind].model_validate(settings).opened(opening)


@dataclass(slots=True)
class System:
    """One server with its source; a fault stands in for the answer to some of its requests."""

    kind: str
    httpserver: HTTPServer
    asked: int = 0
    waited: list[float] = field(default_factory=list)
    fault: Fault | None = None
    at: range = range(0)
    answers: Answers = field(init=False)

    def __post_init__(self) -> None:
        self.becomes(CASES[self.kind])
        self.httpserver.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def becomes(self, items: int) -> None:
        self.answers = stand_in(self.kind).server(items, NOW)

    def failing(self, fault: Fault, at: range) -> None:
        """At these requests, counted from 1 from now on."""
        self.asked, self.fault, self.at = 0, fault, at

    def healthy(self) -> None:
        self.fault = None

    def opened(self) -> Source:
        patience = Patience(now=NOW.timestamp, sleep=self.waited.append, jitter=lambda _low, high: high)
        return opened(self.kind, self.httpserver.url_for(""), patience)

    def synced(self, database: Database, at: datetime = NOW, **how: Any) -> SyncReport:
        return sync(database, {self.kind: self.opened}, now=lambda: at, since=SINCE, **how)

    @property
    def secrets(self) -> Mapping[str, str]:
        return stand_in(self.kind).ENVIRON

    def _answer(self, request: Request) -> Response:
        self.asked += 1
        if self.fault and self.asked in self.at:
            return self.fault(request, self.answers)
        return self.answers(request)


def refusing(status: int, **headers: str) -> Fault:
    return lambda _request, _answers: Response('{"message": "no"}', status, headers, content_type="application/json")


def truncated(request: Request, answers: Answers) -> Response:
    whole = answers(request)
    return Response(whole.get_data()[:-7], whole.status_code, content_type="application/json")


def bodies(database: Database) -> list[str]:
    """What is stored, whatever the order in which it came."""
    with database.reading() as connection:
        return sorted(stored_bodies(connection, None, None))


def counting(database: Database) -> list[str]:
    """The keys of what counts."""
    events = map(json.loads, bodies(database))
    return sorted(f"{each['kind']}:{each['id']}" for each in events if not each.get("retracted"))
