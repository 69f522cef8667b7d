"""A GitLab source as the settings open it, with time that passes only by waiting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.source import Ask, Page, Span, Stream
from integrations.gitlab import GitLabSettings
from integrations.gitlab.source import GitLab
from integrations.http import Patience
from integrations.settings import Opening
from tests.contract.gitlab.gitlab_server import ENVIRON, SETTINGS

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=UTC)


def settings(url: str = "https://gitlab.example.com", **changes: Any) -> GitLabSettings:
    return GitLabSettings.model_validate({**SETTINGS, "url": url, **changes})


def opened(url: str, **changes: Any) -> GitLab:
    patience = Patience(now=NOW.timestamp, sleep=lambda _seconds: None)
    secret = {f"env:{name}": value for name, value in ENVIRON.items()}
    return settings(url, **changes).opened(Opening(secret=secret.__getitem__, patience=patience))


def stream(source: GitLab, ending: str) -> Stream:
    (found,) = (each for each in source.streams() if each.name.endswith(ending))
    return found


def pages(listed: Stream, start: datetime = NOW - timedelta(days=28), end: datetime = NOW) -> Iterator[Page]:
    """The pages of one span."""
    token: str | None = None
    while True:
        page = listed.fetch(Ask(span=Span(start, end), token=token))
        yield page
        if page.done:
            return
        token = page.token


def fetched(listed: Stream) -> Page:
    (page,) = pages(listed)
    return page
