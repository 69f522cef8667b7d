"""A PagerDuty source as the settings open it, and its stream read to its end as a sync reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer

from bot.events import Incident
from bot.source import Ask, Page, Span, Stream
from integrations.http import Patience
from integrations.pagerduty import PagerDutySettings
from integrations.pagerduty.source import PagerDuty
from integrations.settings import Opening
from tests.contract.pagerduty.pagerduty_server import ENVIRON, pagerduty

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=UTC)


def settings(url: str = "http://pagerduty.example.com", **changes: Any) -> PagerDutySettings:
    given = {"kind": "pagerduty", "url": url, "token": "env:PAGERDUTY_TOKEN"}
    return PagerDutySettings.model_validate(given | changes)


def opened(url: str, **changes: Any) -> PagerDuty:
    patience = Patience(now=NOW.timestamp, sleep=lambda _seconds: None)
    secret = {f"env:{name}": value for name, value in ENVIRON.items()}
    return settings(url, **changes).opened(Opening(secret=secret.__getitem__, patience=patience))


def serving(
    httpserver: HTTPServer,
    incidents: Sequence[dict[str, Any]],
    logs: Mapping[str, Sequence[dict[str, Any]]] | None = None,
    /,
    **changes: Any,
) -> PagerDuty:
    httpserver.expect_request("").respond_with_handler(pagerduty(incidents, logs or {}))
    return opened(httpserver.url_for("/"), **changes)


def the_stream(source: PagerDuty) -> Stream:
    (stream,) = source.streams()
    return stream


def pages(stream: Stream, start: datetime = NOW - timedelta(weeks=4), end: datetime = NOW) -> list[Page]:
    """The pages of one span."""
    found = [stream.fetch(Ask(span=Span(start, end)))]
    while not found[-1].done:
        found.append(stream.fetch(Ask(span=Span(start, end), token=found[-1].token)))
    return found


def read(source: PagerDuty) -> Page:
    """The one page of the last four weeks."""
    (page,) = pages(the_stream(source))
    return page


def incidents_of(page: Page) -> list[Incident]:
    return [event for event in page.events if isinstance(event, Incident)]
