"""How the list of incidents is asked for: one request a page, by when an issue last changed, and without a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.source import Ask, Span
from tests.contract.jira.conftest import LAST_WEEKS, NOW, Connect, ids
from tests.contract.jira.jira_server import ENVIRON, Edition, JiraStandIn, issue, server, touch

SOME = {"components": [{"name": "checkout"}]}
HOUR = timedelta(hours=1)


def standin(edition: Edition, count: int) -> JiraStandIn:
    """Number 1 changed last, an hour ago, and each one an hour before the one before."""
    return JiraStandIn(edition, [issue(f"OPS-{number}", NOW - number * HOUR, **SOME) for number in range(1, count + 1)])


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_page_is_a_request(connect: Connect, edition: Edition, count: int, pages: int) -> None:
    connected = connect(standin(edition, count))
    read = connected.pages()
    assert sorted(ids(read)) == sorted(f"OPS-{number}" for number in range(1, count + 1))
    assert len(read) == pages
    assert sum("search" in path for path in connected.server.asked) == pages


def test_statuses_are_asked_for_once_and_only_where_an_issue_needs_them(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, 250))
    connected.pages()
    assert sum(path.endswith("/status") for path in connected.server.asked) == 1
    idle = connect(standin(edition, 0))
    idle.pages()
    assert [path.rpartition("/")[2] for path in idle.server.asked] in (["jql"], ["search"])


def test_fields_are_asked_for_by_their_ids(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, 1))
    connected.pages()
    assert not [path for path in connected.server.asked if path.endswith("/field")]


def test_a_span_is_read_from_its_start_up_to_and_without_its_end(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, 10))
    assert ids(connected.pages(Span(NOW - 4 * HOUR, NOW - 2 * HOUR))) == ["OPS-3", "OPS-4"]


def test_spans_that_follow_one_another_yield_everything_once(connect: Connect, edition: Edition) -> None:
    connected = connect(server(300, NOW, edition))
    ends = [NOW - timedelta(weeks=4) * number for number in range(27)]
    read = [page for end in ends for page in connected.pages(Span(end - timedelta(weeks=4), end))]
    assert sorted(ids(read)) == sorted(one["key"] for one in connected.server.issues)


def edited(connected: JiraStandIn, number: int) -> None:
    """Somebody writes a comment now: it moves to the head of the list, or out of an older span."""
    touch(next(one for one in connected.issues if one["key"] == f"OPS-{number}"), NOW - timedelta(seconds=1))


def deleted(connected: JiraStandIn, number: int) -> None:
    connected.issues = [one for one in connected.issues if one["key"] != f"OPS-{number}"]


def retyped(connected: JiraStandIn, number: int) -> None:
    next(one for one in connected.issues if one["key"] == f"OPS-{number}")["fields"]["issuetype"] = {"name": "Task"}


def opened(connected: JiraStandIn, number: int) -> None:
    connected.issues.append(issue(f"OPS-{number + 1_000}", NOW - timedelta(seconds=2), **SOME))


@pytest.mark.parametrize("change", [edited, deleted, retyped, opened])
@pytest.mark.parametrize("end", [NOW, NOW - timedelta(minutes=30)], ids=["the newest span", "an older span"])
@pytest.mark.parametrize("numbers", [[3], [100], [101], [3, 4, 150, 220], list(range(1, 140))], ids=str)
def test_a_list_that_changes_between_two_pages_loses_nothing_else(
    connect: Connect,
    edition: Edition,
    change: Callable[[JiraStandIn, int], None],
    end: object,
    numbers: list[int],
) -> None:
    """What changes is read by the next sync; everything else is there."""
    connected = connect(standin(edition, 250))

    def between(page: int) -> None:
        for number in numbers[page - 1 :: 2]:
            change(connected.server, number)

    assert isinstance(end, type(NOW))
    read = set(ids(connected.pages(Span(LAST_WEEKS.start, end), between)))
    assert {f"OPS-{number}" for number in range(1, 251)} - {f"OPS-{number}" for number in numbers} <= read


def test_both_changes_at_once_lose_nothing(connect: Connect, edition: Edition) -> None:
    """One that leaves hides behind one that comes in: the length is the same, and so is what lies behind."""
    connected = connect(standin(edition, 250))

    def between(_page: int) -> None:
        deleted(connected.server, 5)
        opened(connected.server, 5)

    assert {f"OPS-{number}" for number in range(1, 251)} - {"OPS-5"} <= set(ids(connected.pages(between=between)))


@pytest.mark.parametrize(
    "jql",
    [
        "project = OPS ORDER BY created",
        "project = OPS order  by created ASC, key",
        'project = OPS AND summary ~ "order by mail" ORDER BY created',
        "project = OPS OR issuetype = Incident",
    ],
)
def test_the_query_keeps_its_conditions_and_not_its_order(connect: Connect, edition: Edition, jql: str) -> None:
    connected = connect(standin(edition, 120), incidents={"jql": jql})
    assert ids(connected.pages()) == [f"OPS-{number}" for number in range(1, 121)]


def test_what_a_stream_yields_is_told_by_its_rule_and_not_by_its_name(connect: Connect, edition: Edition) -> None:
    one = connect(standin(edition, 0), incidents={}).incidents
    other = connect(standin(edition, 0), incidents={"team": "team-x", "covers_from": "2026-03-01"}).incidents
    assert one.name == other.name
    assert one.source == other.source
    assert one.rule != other.rule
    assert (one.covers_from, str(other.covers_from)) == (None, "2026-03-01 00:00:00+00:00")
    assert (one.covers.teams, other.covers.teams) == ((), ("team-x",))


def test_since_when_incidents_are_kept_changes_no_rule(connect: Connect, edition: Edition) -> None:
    one = connect(standin(edition, 0), incidents={}).incidents
    assert one.rule == connect(standin(edition, 0), incidents={"covers_from": "2026-03-01"}).incidents.rule


def test_the_edition_is_told_by_the_server_where_the_settings_leave_it_out(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, 120), edition=None, user="env:JIRA_USER")
    assert len(ids(connected.pages())) == 120
    assert sum("serverInfo" in path for path in connected.server.asked) == (1 if edition == "cloud" else 0)


def test_an_idle_sync_takes_two_requests(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, 10))
    stream = connected.incidents
    assert stream.recheck is not None
    stream.recheck([f"OPS-{number}" for number in range(1, 11)], NOW)
    stream.fetch(Ask(span=Span(NOW, NOW + HOUR)))
    assert connected.jira.requests == 2


def test_a_token_of_data_center_goes_alone_or_with_its_user(connect: Connect, edition: Edition) -> None:
    connected = connect(standin(edition, 1), user="env:JIRA_USER", environ=ENVIRON)
    assert ids(connected.pages()) == ["OPS-1"]
