"""A CircleCI source as the settings open it, with time that passes only by waiting."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.source import Ask, Page, Span, Stream
from integrations.circleci import CircleCI, CircleCISettings
from integrations.http import Patience
from integrations.settings import Opening
from tests.contract.circleci.circleci_server import ENVIRON, SETTINGS

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=UTC)


def settings(url: str = "https://circleci.com", **changes: Any) -> CircleCISettings:
    return CircleCISettings.model_validate({**SETTINGS, "url": url, **changes})


def opened(url: str, **changes: Any) -> CircleCI:
    patience = Patience(now=NOW.timestamp, sleep=lambda _seconds: None)
    secret = {f"env:{name}": value for name, value in ENVIRON.items()}
    return settings(url, **changes).opened(Opening(secret=secret.__getitem__, patience=patience))


def serving(httpserver: HTTPServer, answering: Callable[[Request], Response]) -> str:
    httpserver.expect_request(re.compile("/api/v2/.*")).respond_with_handler(answering)
    return httpserver.url_for("").rstrip("/")


def the_stream(source: CircleCI) -> Stream:
    (stream,) = source.streams()
    return stream


def fetched(source: CircleCI, token: str | None = None) -> Page:
    return the_stream(source).fetch(Ask(span=Span(NOW - timedelta(days=28), NOW), token=token))
