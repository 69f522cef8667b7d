"""What becomes of a project's versions: those that are released are deployments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.events import Deployment
from bot.source import Ask, Page, Span
from tests.contract.jira.conftest import LAST_WEEKS, NOW, Connect, Connected, ids
from tests.contract.jira.jira_server import Edition, JiraStandIn, Json, server, version

DAY = timedelta(days=1)


def standin(edition: Edition, *versions: Json) -> JiraStandIn:
    return JiraStandIn(edition, [], list(versions))


def read(connected: Connected, span: Span = LAST_WEEKS) -> list[Page]:
    """All pages of a span, from its beginning."""
    pages = [connected.releases.fetch(Ask(span=span))]
    while not pages[-1].done:
        pages.append(connected.releases.fetch(Ask(span=span, token=pages[-1].token)))
    return pages


def test_a_released_version_is_a_deployment_at_noon_of_its_day(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, version(3, NOW - DAY)))
    (page,) = read(connected)
    assert page.events == (
        Deployment(
            kind="deployment",
            source=connected.releases.source,
            id="20003",
            url=f"{connected.jira.settings.url}/projects/SHOP/versions/20003",
            service="checkout",
            status="success",
            finished_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
            version="shop 3",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "noted", "gone"),
    [
        ({"released": False}, "not released", ("20003",)),
        ({"released": True, "releaseDate": None}, "released without a date", ()),
        ({"releaseDate": "2026-11-30"}, "its release date is still to come", ()),
        ({"releaseDate": "2026-11-02"}, "its release date is still to come", ()),
    ],
)
def test_what_is_no_release_yet_is_counted(
    connect: Connect, edition: Edition, changes: dict[str, Any], noted: str, gone: tuple[str, ...]
) -> None:
    (page,) = read(connect(standin(edition, version(3, NOW - DAY) | changes)))
    assert (page.events, page.set_aside, page.noted) == ((), (), {noted: 1})
    assert page.gone == gone


def test_a_date_that_is_none_is_set_aside(connect: Connect, edition: Edition) -> None:
    (page,) = read(connect(standin(edition, version(1, NOW - DAY), version(3, NOW) | {"releaseDate": "soon"})))
    assert [kept.id for kept in page.set_aside] == ["shop 3"]
    assert ids([page]) == ["20001"]


def test_rules_name_the_service_by_the_version(connect: Connect, edition: Edition) -> None:
    rules = [{"match": "web *", "service": "web"}, {"match": "shop 2", "service": "{project}/{version}"}]
    connected = connect(
        standin(edition, version(1, NOW - DAY), version(2, NOW - 2 * DAY), version(3, NOW) | {"name": "web 9"}),
        releases={"projects": ["SHOP"], "service": rules},
    )
    (page,) = read(connected, Span(LAST_WEEKS.start, NOW + DAY))
    assert [event.all_services for event in page.events] == [("web",), ("SHOP/shop 2",)]
    assert page.noted == {"no rule of releases.service matches its name": 1}
    assert connected.releases.covers.services == ("web", "*/*")


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 400])
def test_the_whole_history_takes_a_request_a_page(connect: Connect, edition: Edition, count: int) -> None:
    """The spans go back four weeks at a time, each from where the one after it ended."""
    connected = connect(standin(edition, *(version(number, NOW - DAY * (number + 1)) for number in range(count))))
    pages: list[Page] = []
    token = None
    for weeks in range(0, 104, 4):
        end = NOW - timedelta(weeks=weeks)
        while True:
            pages.append(connected.releases.fetch(Ask(span=Span(end - timedelta(weeks=4), end), token=token)))
            token = pages[-1].token
            if pages[-1].done:
                break
    assert sorted(ids(pages)) == sorted(one["id"] for one in connected.server.versions)
    assert connected.jira.requests == max(1, -(-count // 50))


def test_a_span_ends_where_the_list_is_older(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, *(version(number, NOW - DAY * (number + 1)) for number in range(400))))
    assert len(read(connected)) == 1
    assert len(read(connected, Span(NOW - 120 * DAY, NOW))) == 3


def test_a_version_that_is_deleted_between_two_pages_hides_no_other(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, *(version(number, NOW - DAY * (number + 1)) for number in range(120))))
    everything = Span(NOW - 200 * DAY, NOW)
    pages = [connected.releases.fetch(Ask(span=everything))]
    while not pages[-1].done:
        del connected.server.versions[: 2 if len(pages) < 4 else 0]
        pages.append(connected.releases.fetch(Ask(span=everything, token=pages[-1].token)))
    assert {one["id"] for one in connected.server.versions} <= set(ids(pages))


def test_a_survey_counts_the_versions_of_each_project_and_shows_the_last_ones(
    connect: Connect, edition: Edition
) -> None:
    (found,) = connect(server(800, NOW, edition)).jira.survey(LAST_WEEKS)
    assert (found.where, found.setting) == ("SHOP versions", {"releases": {"projects": ["SHOP"]}})
    assert found.count == 8
    assert found.last[0] == f"shop 0 on {date(2026, 10, 31)}"
    assert len(found.last) == 5
