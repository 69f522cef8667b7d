"""A Jira to be asked, once as Cloud and once as Data Center."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Event
from bot.source import Ask, Page, Span, Stream
from integrations.http import Patience
from integrations.jira import JiraSettings
from integrations.jira.source import Jira
from integrations.settings import Opening
from tests.contract.jira.jira_server import ENVIRON, SETTINGS, SETTINGS_DATA_CENTER, Edition, JiraStandIn, Json

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LAST_WEEKS = Span(NOW - timedelta(weeks=4), NOW)


@dataclass
class Connected:
    """A Jira that is served, and the source that asks it."""

    jira: Jira
    server: JiraStandIn

    @property
    def incidents(self) -> Stream:
        return next(stream for stream in self.jira.streams() if stream.name == "incidents")

    @property
    def releases(self) -> Stream:
        return next(stream for stream in self.jira.streams() if stream.name == "SHOP releases")

    def page(self, span: Span = LAST_WEEKS, token: str | None = None) -> Page:
        return self.incidents.fetch(Ask(span=span, token=token))

    def pages(self, span: Span = LAST_WEEKS, between: Callable[[int], None] | None = None) -> list[Page]:
        """All pages of the span; `between` is told how many there were, and may change the server."""
        pages = [self.page(span)]
        while not pages[-1].done:
            if between:
                between(len(pages))
            pages.append(self.page(span, pages[-1].token))
        return pages


Connect = Callable[..., Connected]


@pytest.fixture(params=["cloud", "data_center"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return request.param


@pytest.fixture
def connect(httpserver: HTTPServer, edition: Edition) -> Connect:
    def connected(
        server: JiraStandIn | list[Json], *, environ: Mapping[str, str] = ENVIRON, incidents: Any = None, **changes: Any
    ) -> Connected:
        standin = server if isinstance(server, JiraStandIn) else JiraStandIn(edition, server)
        httpserver.clear()
        httpserver.expect_request(re.compile(".*")).respond_with_handler(standin)
        usual = SETTINGS if edition == "cloud" else SETTINGS_DATA_CENTER
        settings = {**usual, "url": httpserver.url_for("/"), **changes}
        if incidents is not None:
            settings["incidents"] = {"jql": "project = OPS", **incidents}
        model = JiraSettings.model_validate({name: value for name, value in settings.items() if value is not None})
        opening = Opening(
            secret=lambda reference: environ[reference.removeprefix("env:")],
            patience=Patience(now=NOW.timestamp, sleep=lambda _seconds: None, jitter=lambda low, _high: low),
        )
        return Connected(model.opened(opening), standin)

    return connected


def ids(pages: list[Page]) -> list[str]:
    return [event.id for page in pages for event in page.events]


def only(page: Page) -> Event:
    assert not page.set_aside, page.set_aside
    (event,) = page.events
    return event
