"""A GitHub source as the settings open it, with time that passes only by waiting, and the lists that it reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.cursor import Cursor
from bot.events import BaseEvent
from bot.source import Ask, Page, SetAside, Span, Stream
from integrations.github import GitHubSettings
from integrations.github.source import GitHub
from integrations.http import Patience
from integrations.settings import Opening
from tests.contract.github.github_server import ENVIRON, SETTINGS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WEEKS = timedelta(weeks=4)


@dataclass
class Clock:
    """Time that passes only by waiting."""

    at: float = NOW.timestamp()
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    def patience(self) -> Patience:
        return Patience(now=lambda: self.at, sleep=self.sleep, jitter=lambda _low, high: high)


def settings(**changes: Any) -> GitHubSettings:
    given = {**SETTINGS, **changes}
    return GitHubSettings.model_validate({key: value for key, value in given.items() if value is not None})


def opened(
    httpserver: HTTPServer,
    answers: Callable[[Request], Response],
    clock: Clock | None = None,
    secrets: dict[str, str] | None = None,
    **changes: Any,
) -> GitHub:
    httpserver.expect_request(re.compile(".*")).respond_with_handler(answers)
    known = {f"env:{name}": value for name, value in {**ENVIRON, **(secrets or {})}.items()}
    url = changes.pop("url", httpserver.url_for("").rstrip("/"))
    opening = Opening(secret=known.__getitem__, patience=(clock or Clock()).patience())
    return settings(url=url, **changes).opened(opening)


def the_stream(source: GitHub, what: str) -> Stream:
    return next(stream for stream in source.streams() if stream.name == f"acme/checkout {what}")


@dataclass
class Read:
    """All that some pages held."""

    events: dict[str, BaseEvent] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    noted: dict[str, int] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)

    def add(self, page: Page) -> None:
        self.events |= {event.id: event for event in page.events}
        self.set_aside.extend(page.set_aside)
        for reason, count in page.noted.items():
            self.noted[reason] = self.noted.get(reason, 0) + count
        self.pages.append(page)

    @property
    def only(self) -> Any:
        (event,) = self.events.values()
        return event


def read(stream: Stream, start: datetime = NOW - WEEKS, end: datetime = NOW) -> Read:
    """One span, from its first page to its last."""
    found, token = Read(), None
    while True:
        page = stream.fetch(Ask(span=Span(start, end), token=token))
        found.add(page)
        if page.done:
            return found
        token = page.token


def history(stream: Stream, weeks: int = 104, between: Callable[[], None] = lambda: None) -> Read:
    """Everything, slice by slice as a back-fill asks for it; `between` two requests something may happen."""
    found, cursor = Read(), Cursor()
    while (going_on := cursor.begun(NOW, NOW - timedelta(weeks=weeks), stream.overlap)) is not None:
        page = stream.fetch(going_on.ask)
        found.add(page)
        cursor = going_on.after(page)
        between()
    return found
