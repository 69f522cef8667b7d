"""Issues with a label become incidents, and what becomes of them later is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.errors import SourceError
from bot.source import Coverage
from tests.contract.github.github_items import BOT, event, iso, issue, labelled, nodes
from tests.contract.github.github_server import GitHubServer
from tests.contract.github.opened_github import DAY, HOUR, NOW, Read, history, opened, read, the_stream

AT = NOW - 2 * DAY
RULE: dict[str, Any] = {"labels": ["incident", "outage"]}


def incidents(httpserver: HTTPServer, *issues: dict[str, Any], **rule: Any) -> Read:
    source = opened(httpserver, GitHubServer(issues=list(issues)), incidents=RULE | rule)
    return read(the_stream(source, "incidents"))


def labels(*names: str) -> dict[str, Any]:
    return nodes(*({"name": name} for name in names))


def test_a_closed_issue_is_a_resolved_incident(httpserver: HTTPServer) -> None:
    incident = incidents(httpserver, issue(3, AT)).only
    assert (incident.source, incident.id, incident.service, incident.status, incident.title) == (
        "github:acme/checkout",
        "acme/checkout#3",
        "checkout",
        "resolved",
        "Cards are charged twice",
    )
    assert (incident.opened_at, incident.resolved_at, incident.started_at) == (AT, AT + 3 * HOUR, None)
    assert (incident.severity, incident.acknowledged_at, incident.detected_by, incident.reassignments) == (
        None,
        None,
        None,
        0,
    )


ASSIGNED, HANDED_ON = event("AssignedEvent", AT + HOUR), event("AssignedEvent", AT + 2 * HOUR)
TAKEN_OFF = event("UnassignedEvent", AT + 2 * HOUR)
MITIGATED = labelled(AT + 2 * HOUR, "Mitigated")
OPEN = {"state": "OPEN", "closedAt": None, "stateReason": None}


@pytest.mark.parametrize(
    ("special", "field", "value"),
    [
        (OPEN, "status", "open"),
        (OPEN, "resolved_at", None),
        (OPEN | {"stateReason": "REOPENED"}, "status", "open"),
        ({"stateReason": "NOT_PLANNED"}, "status", "cancelled"),
        ({"stateReason": "DUPLICATE"}, "status", "cancelled"),
        ({"stateReason": "DUPLICATE"}, "resolved_at", None),
        ({"stateReason": None}, "status", "resolved"),
        ({"closedAt": None}, "resolved_at", None),
        ({"closedAt": iso(AT - HOUR)}, "resolved_at", None),
        ({"title": "支付服务中断"}, "title", "支付服务中断"),
        ({"title": ""}, "title", None),
        ({"author": BOT}, "detected_by", "alert"),
        ({"author": None}, "detected_by", None),
        ({"labels": labels("incident", "SEV-1")}, "severity", "SEV-1"),
        ({"timelineItems": nodes(HANDED_ON, ASSIGNED)}, "acknowledged_at", AT + HOUR),
        ({"timelineItems": nodes(ASSIGNED, HANDED_ON)}, "reassignments", 0),
        ({"timelineItems": nodes(ASSIGNED, HANDED_ON, TAKEN_OFF)}, "reassignments", 1),
        ({"timelineItems": nodes(ASSIGNED, TAKEN_OFF)}, "reassignments", 0),
        ({"labels": labels("outage", "mitigated"), "timelineItems": nodes(MITIGATED)}, "mitigated_at", AT + 2 * HOUR),
        ({"labels": labels("outage"), "timelineItems": nodes(MITIGATED)}, "mitigated_at", None),
        ({"labels": labels("outage", "mitigated")}, "mitigated_at", None),
    ],
)
def test_state_labels_and_timeline_tell_the_course_of_an_incident(
    httpserver: HTTPServer, *, special: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(incidents(httpserver, issue(3, AT, **special)).only, field) == value


def test_an_end_before_the_beginning_is_left_out_and_counted(httpserver: HTTPServer) -> None:
    found = incidents(httpserver, issue(3, AT, closedAt=iso(AT - HOUR)))
    assert found.noted == {"closed before it was opened; when it was closed is left out": 1}


@pytest.mark.parametrize(
    ("given", "rule", "services", "team"),
    [
        ([], {}, ("checkout",), None),
        (["service/pay"], {}, ("checkout",), None),
        (["service/pay"], {"service": "service/*"}, ("pay",), None),
        (["Service/pay", "service/web"], {"service": "service/*"}, ("pay", "web"), None),
        ([], {"service": "service/*"}, ("checkout",), None),
        ([], {"service": "service/*", "team": "team-x"}, (), "team-x"),
        (["service/pay"], {"service": "service/*", "team": "team-x"}, ("pay",), None),
        ([], {"team": "team-x"}, (), "team-x"),
    ],
)
def test_labels_name_the_service_else_the_team_else_the_repository(
    httpserver: HTTPServer, *, given: list[str], rule: dict[str, Any], services: tuple[str, ...], team: str | None
) -> None:
    incident = incidents(httpserver, issue(3, AT, labels=labels("incident", *given)), **rule).only
    assert (incident.all_services, incident.team) == (services, team)


@pytest.mark.parametrize(
    ("rule", "covers"),
    [
        ({}, Coverage(services=("checkout",))),
        ({"service": "service/*"}, Coverage(services=("*", "checkout"))),
        ({"team": "team-x"}, Coverage(teams=("team-x",))),
    ],
)
def test_a_stream_says_what_its_incidents_may_be_about(
    httpserver: HTTPServer, rule: dict[str, Any], covers: Coverage
) -> None:
    source = opened(httpserver, GitHubServer(), incidents=RULE | rule)
    assert the_stream(source, "incidents").covers == covers


def test_since_when_incidents_are_recorded_is_a_day_in_utc(httpserver: HTTPServer) -> None:
    """Another day says nothing of what is an incident, so that nothing has to be read again for it."""
    one, other = (
        the_stream(opened(httpserver, GitHubServer(), incidents=RULE | {"covers_from": day}), "incidents")
        for day in ("2026-03-01", "2026-04-01")
    )
    assert one.covers_from == datetime(2026, 3, 1, tzinfo=UTC)
    assert one.rule == other.rule


def test_any_of_the_labels_makes_an_issue_an_incident(httpserver: HTTPServer) -> None:
    given = [issue(1, AT), issue(2, AT, labels=labels("outage")), issue(4, AT, labels=labels("bug"))]
    assert sorted(incidents(httpserver, *given).events) == ["acme/checkout#1", "acme/checkout#2"]


def test_incidents_are_read_back_to_the_first_one(httpserver: HTTPServer) -> None:
    given = [issue(number, NOW - number * DAY) for number in range(1, 151)]
    source = opened(httpserver, GitHubServer(issues=given), incidents=RULE)
    assert len(history(the_stream(source, "incidents")).events) == 150


def test_known_incidents_are_asked_for_by_number_and_told_as_they_are_now(httpserver: HTTPServer) -> None:
    kept = [issue(1, AT), issue(2, AT - 9 * DAY)]
    no_more = issue(3, AT, labels=labels("bug"))
    moved = issue(4, AT, repository={"nameWithOwner": "acme/other"})
    answers = GitHubServer(issues=[*kept, no_more, moved])
    recheck = the_stream(opened(httpserver, answers, incidents=RULE), "incidents").recheck
    assert recheck is not None
    page = recheck([f"acme/checkout#{number}" for number in (1, 2, 3, 4, 5)], AT)
    assert [each.id for each in page.events] == ["acme/checkout#1"]
    assert page.gone == ("acme/checkout#3", "acme/checkout#4", "acme/checkout#5")


def test_many_known_incidents_are_asked_for_fifty_at_once(httpserver: HTTPServer) -> None:
    answers = GitHubServer(issues=[issue(number, AT) for number in range(1, 121)])
    recheck = the_stream(opened(httpserver, answers, incidents=RULE), "incidents").recheck
    assert recheck is not None
    page = recheck([f"acme/checkout#{number}" for number in range(1, 121)], AT)
    assert (len(page.events), page.gone, len(answers.asked)) == (120, (), 3)


def test_an_incident_that_github_fails_to_give_is_not_taken_for_gone(httpserver: HTTPServer) -> None:
    answers = GitHubServer(issues=[issue(1, AT)])
    answers.errors = [{"type": "INTERNAL", "message": "timed out", "path": ["repository", "i1"]}]
    recheck = the_stream(opened(httpserver, answers, incidents=RULE), "incidents").recheck
    assert recheck is not None
    with pytest.raises(SourceError, match=r"could not say what became of the incidents of acme/checkout: timed out"):
        recheck(["acme/checkout#1"], AT)
