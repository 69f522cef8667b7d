"""Jenkins: a list whose places move while it is read, page by page and span by span, without a hole."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.source import Ask, Span
from tests.contract.jenkins.jenkins_server import SETTINGS, build, builds, server
from tests.contract.jenkins.opened_jenkins import LONG_AGO, NOW, fetched, opened, pages, serving

Builds = list[dict[str, Any]]
KIND = "hudson.model.FreeStyleBuild"


def numbers(found: Any) -> list[int]:
    return [int(event.id) for page in found for event in page.events]


def add_newer(held: Builds) -> None:
    held[:0] = [build(held[0]["number"] + more, NOW, KIND) for more in (3, 2, 1)]


def delete_newer(held: Builds) -> None:
    del held[3:90]


def delete_the_last_one_read(held: Builds) -> None:
    del held[100]


def rotate(held: Builds) -> None:
    del held[120:]


def delete_all_but_few(held: Builds) -> None:
    del held[2:-30]


def leave(_held: Builds) -> None:
    pass


@pytest.mark.parametrize(
    "change", [leave, add_newer, delete_newer, delete_the_last_one_read, rotate, delete_all_but_few]
)
def test_what_stays_is_yielded_whatever_happens_between_two_pages(
    httpserver: HTTPServer, change: Callable[[Builds], None]
) -> None:
    held = builds(350, NOW, KIND)
    (stream,) = serving(httpserver, {"checkout": held}).streams()
    read = pages(stream)
    first = next(read)
    change(held)
    found = numbers([first, *read])
    assert {each["number"] for each in held if each["number"] <= 350} <= set(found)
    assert len(found) == len(set(found))


def test_a_page_is_one_request_and_asks_once_more_for_the_last_build_read(httpserver: HTTPServer) -> None:
    source = serving(httpserver, {"checkout": builds(250, NOW, KIND)})
    (stream,) = source.streams()
    assert len(numbers(pages(stream))) == 250
    ranges = [request.args["tree"].rpartition("]")[2] for request, _ in httpserver.log[1:]]
    assert ranges == ["{0,101}", "{100,201}", "{200,301}"]
    assert source.requests == 4


def test_older_spans_go_on_where_the_newer_one_ended(httpserver: HTTPServer) -> None:
    (stream,) = serving(httpserver, {"checkout": builds(900, NOW, KIND)}).streams()
    token: str | None = None
    found: list[int] = []
    cuts = [NOW - timedelta(weeks=weeks) for weeks in range(0, 264, 4)]
    for end, start in itertools.pairwise(cuts):
        read = list(pages(stream, start, end, token))
        token = read[-1].token
        found += numbers(read)
    assert found == list(range(900, 0, -1))


def test_the_end_of_the_list_is_asked_for_once(httpserver: HTTPServer) -> None:
    source = serving(httpserver, {"checkout": builds(5, NOW, KIND)})
    (stream,) = source.streams()
    token = fetched(stream).token
    before = source.requests
    assert not numbers(pages(stream, LONG_AGO - timedelta(weeks=4), LONG_AGO, token))
    assert source.requests == before


def test_an_idle_stream_costs_one_request(httpserver: HTTPServer) -> None:
    source = serving(httpserver, {"checkout": builds(5, NOW - timedelta(days=2), KIND)})
    (stream,) = source.streams()
    before = source.requests
    (page,) = pages(stream, NOW - timedelta(hours=1), NOW)
    assert not page.events
    assert source.requests == before + 1


def test_a_job_without_builds_is_read_to_its_end(httpserver: HTTPServer) -> None:
    (stream,) = serving(httpserver, {"checkout": []}).streams()
    page = fetched(stream)
    assert (page.events, page.done) == ((), True)


def test_a_build_without_a_time_neither_ends_a_span_nor_is_lost(httpserver: HTTPServer) -> None:
    held = builds(4, NOW, KIND)
    held[1]["timestamp"] = None
    (stream,) = serving(httpserver, {"checkout": held}).streams()
    page = stream.fetch(Ask(span=Span(LONG_AGO, NOW)))
    assert numbers([page]) == [4, 2, 1]
    assert [aside.id for aside in page.set_aside] == ["checkout #3"]


@pytest.mark.parametrize("items", [1, 40, 1_000])
def test_the_server_of_these_tests_is_read_whole(httpserver: HTTPServer, items: int) -> None:
    httpserver.expect_request("").respond_with_handler(server(items, NOW))
    streams = opened(httpserver.url_for("/"), **SETTINGS).streams()
    counts = {stream.name: sum(len(page.events) for page in pages(stream)) for stream in streams}
    few = min(items, 10)
    assert counts == {"shop/deploy-checkout": few, "shop/checkout": items, "shop/basket/main": few}
