"""Streams of a GitLab server that holds a few items."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.source import Page
from tests.contract.gitlab.gitlab_items import Item, environment
from tests.contract.gitlab.gitlab_server import GitLabServer
from tests.contract.gitlab.opened_gitlab import NOW, fetched, opened, stream

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
AT = NOW - DAY
ENVIRONMENTS = [environment(1, "production-eu", "production"), environment(2, "review/7", "development")]


def serving(httpserver: HTTPServer, answering: Callable[[Request], Response]) -> str:
    httpserver.expect_request("/api/v4/user").respond_with_handler(answering)
    httpserver.expect_request("/api/graphql").respond_with_handler(answering)
    for path in ("/api/v4/projects", "/api/v4/groups"):
        httpserver.expect_request(re.compile(f"{path}/.*")).respond_with_handler(answering)
    return httpserver.url_for("/").rstrip("/")


def read(
    httpserver: HTTPServer, ending: str, *items: Item, parts: Mapping[str, object] | None = None, **changes: Any
) -> Page:
    """One page of a stream whose list holds these items."""
    name = {"deployments": "deployments", "runs": "pipelines", "incidents": "issues", "changes": "merge_requests"}[
        ending
    ]
    rollouts = changes.get("deployments", {}).get("from", "deployments")
    if ending == "deployments":
        name = {"deployments": "deployments", "job": "jobs", "pipeline": "pipelines", "release": "releases"}[rollouts]
    lists = {name: items, "environments": ENVIRONMENTS}
    url = serving(httpserver, GitLabServer(lists, (parts or {}).get))
    return fetched(stream(opened(url, **changes), ending))


def asked(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]
