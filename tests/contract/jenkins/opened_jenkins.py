"""A Jenkins source as the settings open it, and its streams read to their end as a sync reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer

from bot.source import Ask, Page, Span, Stream
from integrations.http import Patience
from integrations.jenkins import JenkinsSettings
from integrations.jenkins.source import Jenkins
from integrations.settings import Opening
from tests.contract.jenkins.jenkins_server import ENVIRON, jenkins

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3_000)


def settings(url: str = "http://ci.example.com", **changes: Any) -> JenkinsSettings:
    given = {"kind": "jenkins", "url": url, "user": "env:JENKINS_USER", "token": "env:JENKINS_TOKEN", "jobs": ["*"]}
    return JenkinsSettings.model_validate(given | changes)


def opened(url: str, **changes: Any) -> Jenkins:
    patience = Patience(now=NOW.timestamp, sleep=lambda _seconds: None)
    secret = {f"env:{name}": value for name, value in ENVIRON.items()}
    return settings(url, **changes).opened(Opening(secret=secret.__getitem__, patience=patience))


def serving(
    httpserver: HTTPServer,
    jobs: Mapping[str, Sequence[Any]],
    stages: Sequence[Mapping[str, Any]] = (),
    /,
    **changes: Any,
) -> Jenkins:
    httpserver.expect_request("").respond_with_handler(jenkins(jobs, stages))
    return opened(httpserver.url_for("/"), **changes)


def pages(stream: Stream, start: datetime = LONG_AGO, end: datetime = NOW, token: str | None = None) -> Iterator[Page]:
    """The pages of one span."""
    while True:
        page = stream.fetch(Ask(span=Span(start, end), token=token))
        yield page
        if page.done:
            return
        token = page.token


def fetched(stream: Stream) -> Page:
    """The one page that it has."""
    (page,) = pages(stream)
    return page


def read(source: Jenkins) -> Page:
    """The page of the one stream that it has."""
    (stream,) = source.streams()
    return fetched(stream)
