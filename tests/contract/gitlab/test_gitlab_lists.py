"""GitLab: its lists are read whole, also while they change."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.source import Ask, Span
from tests.contract.gitlab.gitlab_items import deployment, job, stamp
from tests.contract.gitlab.gitlab_server import GitLabServer, server
from tests.contract.gitlab.opened_gitlab import NOW, opened, pages, stream
from tests.contract.gitlab.reading_gitlab import AT, DAY, HOUR, read, serving


@pytest.mark.parametrize("ending", ["deployments", "changes", "runs", "incidents"])
@pytest.mark.parametrize("items", [0, 1, 100, 260])
def test_spans_and_pages_leave_out_nothing(httpserver: HTTPServer, ending: str, items: int) -> None:
    listed = stream(opened(serving(httpserver, server(items, NOW))), ending)
    cuts = [NOW - timedelta(weeks=weeks) for weeks in (53, 30, 4, 0)]
    spans = itertools.pairwise(cuts)
    found = [event.id for start, end in spans for page in pages(listed, start, end) for event in page.events]
    assert len(found) == len(set(found)) == (items // 10 if ending == "incidents" else items)


def test_many_items_of_one_moment_are_read_by_number(httpserver: HTTPServer) -> None:
    lists = {"deployments": [deployment(number, AT) for number in range(250)], "environments": []}
    listed = stream(opened(serving(httpserver, GitLabServer(lists))), "deployments")
    found = [event.id for page in pages(listed) for event in page.events]
    assert len(set(found)) == 250


def test_an_item_that_changes_between_two_requests_moves_no_other_one_out_of_sight(httpserver: HTTPServer) -> None:
    items = [deployment(number, AT - number * HOUR / 60) for number in range(150)]

    def answering(request: Request) -> Response:
        return GitLabServer({"deployments": items, "environments": []})(request)

    listed = stream(opened(serving(httpserver, answering)), "deployments")
    read_pages = pages(listed)
    found = [event.id for event in next(read_pages).events]
    items[3]["updated_at"] = stamp(NOW + HOUR)
    found += [event.id for page in read_pages for event in page.events]
    assert set(found) == {str(number) for number in range(150)}


@pytest.mark.parametrize("rollouts", [{"from": "job", "job": "deploy"}, {"from": "release"}], ids=["jobs", "releases"])
def test_a_list_without_dates_goes_on_where_the_newer_span_ended(
    httpserver: HTTPServer, rollouts: dict[str, Any]
) -> None:
    at = [NOW - number * DAY / 4 for number in range(230)]
    jobs = [job(230 - number, time) for number, time in enumerate(at)]
    releases = [{"tag_name": f"v{number}", "released_at": stamp(time)} for number, time in enumerate(at)]
    source = opened(serving(httpserver, GitLabServer({"jobs": jobs, "releases": releases})), deployments=rollouts)
    listed = stream(source, "deployments")
    found: set[str] = set()
    token: str | None = None
    cuts = [NOW - timedelta(days=days) for days in (0, 10, 24, 26, 60)]
    for end, start in itertools.pairwise(cuts):
        done = False
        while not done:
            page = listed.fetch(Ask(span=Span(start, end), token=token))
            found |= {event.id for event in page.events}
            token, done = page.token, page.done
    assert len(found) == 230
    assert len(httpserver.log) <= 3 + len(cuts)


def test_an_item_of_another_shape_is_set_aside_without_people(httpserver: HTTPServer) -> None:
    odd = deployment(8, AT, environment=None)
    page = read(httpserver, "deployments", odd, deployment(7, AT))
    assert [event.id for event in page.events] == ["7"]
    (kept,) = page.set_aside
    assert "has another shape than expected" in kept.reason
    assert "ada" not in kept.item
