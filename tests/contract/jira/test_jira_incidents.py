"""What becomes of an issue: when it was acknowledged, mitigated and solved, whose it is, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.events import Incident
from tests.contract.jira.conftest import Connect, only
from tests.contract.jira.jira_server import (
    DOING,
    DONE,
    EASED,
    NEW,
    Json,
    edit,
    history,
    issue,
    move,
    stamp,
)

OPENED = datetime(2026, 10, 20, 8, tzinfo=UTC)
SOME = {"components": [{"name": "checkout"}]}


def at(minutes: float) -> datetime:
    return OPENED + timedelta(minutes=minutes)


def test_an_issue_becomes_an_incident(connect: Connect) -> None:
    log = [
        move(at(10), NEW, DOING, ("assignee", None, "anna")),
        move(at(60), DOING, DONE, ("resolution", None, "1")),
    ]
    connected = connect([issue("OPS-7", OPENED, log, **SOME, summary="付款失败")])
    event = only(connected.page())
    assert isinstance(event, Incident)
    assert event == Incident(
        kind="incident",
        source=event.source,
        id="OPS-7",
        url=f"{connected.jira.settings.url}/browse/OPS-7",
        updated_at=at(60),
        service="checkout",
        opened_at=OPENED,
        acknowledged_at=at(10),
        resolved_at=at(60),
        severity="严重",
        status="resolved",
        reassignments=0,
        title="付款失败",
    )


MOVED = [
    pytest.param([], {"status": "open"}, id="nothing happened"),
    pytest.param([move(at(5), NEW, DOING)], {"acknowledged_at": at(5), "status": "open"}, id="taken on"),
    pytest.param(
        [move(at(5), NEW, DOING), move(at(9), DOING, NEW), move(at(20), NEW, DOING)],
        {"acknowledged_at": at(5)},
        id="the first time it was taken on counts",
    ),
    pytest.param([move(at(30), NEW, DONE)], {"resolved_at": at(30), "status": "resolved"}, id="solved at once"),
    pytest.param(
        [move(at(30), NEW, DONE), move(at(40), DONE, DOING)],
        {"resolved_at": None, "status": "open", "acknowledged_at": None},
        id="open again: taking it on late says nothing of the first time",
    ),
    pytest.param(
        [move(at(30), NEW, DONE), move(at(40), DONE, DOING), move(at(50), DOING, DONE)],
        {"resolved_at": at(50), "status": "resolved"},
        id="solved twice: the last time counts",
    ),
    pytest.param(
        [move(at(30), NEW, "6", ("resolution", None, "1")), move(at(9_000), "6", DONE)],
        {"resolved_at": at(30)},
        id="a workflow was exchanged: the move from one end to another solves nothing",
    ),
    pytest.param(
        [move(at(5), NEW, "10074"), move(at(30), "10074", DONE)],
        {"acknowledged_at": None, "resolved_at": at(30)},
        id="a status that is deleted since acknowledges nothing",
    ),
    pytest.param(
        [history(at(1), {**edit("status", NEW, DONE), "fieldtype": "custom"})],
        {"status": "open", "resolved_at": None},
        id="a custom field of the same name is another field",
    ),
]


@pytest.mark.parametrize(("log", "expected"), MOVED)
def test_statuses_mean_what_their_categories_say_in_any_language(
    connect: Connect, log: list[Json], expected: dict[str, Any]
) -> None:
    event = only(connect([issue("OPS-1", OPENED, log, **SOME)]).page())
    assert {name: getattr(event, name) for name in expected} == expected


NAMED = [
    pytest.param(
        {"mitigated": ["影响解除"]}, [move(at(9), NEW, EASED)], {"mitigated_at": at(9), "status": "open"}, id="by name"
    ),
    pytest.param({"mitigated": [EASED]}, [move(at(9), NEW, EASED)], {"mitigated_at": at(9)}, id="by id"),
    pytest.param(
        {"mitigated": [EASED]},
        [move(at(9), NEW, EASED), move(at(12), EASED, DOING), move(at(20), DOING, DONE)],
        {"mitigated_at": None, "resolved_at": at(20)},
        id="it got worse again",
    ),
    pytest.param(
        {"mitigated": [EASED]},
        [move(at(9), NEW, EASED), move(at(30), EASED, DONE)],
        {"mitigated_at": at(9), "resolved_at": at(30)},
        id="mitigated, then solved",
    ),
    pytest.param(
        {"resolved": [EASED]},
        [move(at(9), NEW, EASED), move(at(30), EASED, DONE)],
        {"resolved_at": at(9), "status": "resolved"},
        id="done after what is named as resolved opens nothing again",
    ),
    pytest.param(
        {"acknowledged": [EASED]}, [move(at(9), NEW, DOING)], {"acknowledged_at": None}, id="only what is named"
    ),
    pytest.param({"cancelled": ["完结"]}, [move(at(9), NEW, DONE)], {"status": "cancelled"}, id="cancelled by status"),
]


@pytest.mark.parametrize(("statuses", "log", "expected"), NAMED)
def test_the_settings_say_what_a_status_means(
    connect: Connect, statuses: dict[str, list[str]], log: list[Json], expected: dict[str, Any]
) -> None:
    event = only(connect([issue("OPS-1", OPENED, log, **SOME)], incidents={"statuses": statuses}).page())
    assert {name: getattr(event, name) for name in expected} == expected


def test_done_without_a_status_that_means_resolved_stays_open_and_is_counted(connect: Connect) -> None:
    solved = issue("OPS-1", OPENED, [move(at(30), NEW, DONE)], **SOME)
    page = connect([solved], incidents={"statuses": {"resolved": ["影响解除"]}}).page()
    assert only(page).status == "open"
    assert page.noted == {"done for Jira, and in no status of incidents.statuses.resolved: taken as open": 1}


def test_a_resolution_can_say_that_it_was_no_incident(connect: Connect) -> None:
    duplicate = issue("OPS-1", OPENED, [move(at(30), NEW, DONE, ("resolution", None, "3"))], **SOME)
    duplicate["fields"]["resolution"] = {"id": "3", "name": "重复"}
    assert only(connect([duplicate], incidents={"cancelled_resolutions": ["重复"]}).page()).status == "cancelled"


def test_an_issue_that_was_done_when_its_history_began_ended_when_it_was_resolved(connect: Connect) -> None:
    imported = issue("OPS-1", OPENED, **SOME)
    imported["fields"] |= {"status": issue("OPS-1", OPENED, [move(at(1), NEW, DONE)])["fields"]["status"]}
    assert only(connect([imported]).page()).resolved_at is None
    imported["fields"]["resolutiondate"] = stamp(at(70))
    assert only(connect([imported]).page()).resolved_at == at(70)


@pytest.mark.parametrize(
    ("changes", "reassignments"),
    [
        ([], 0),
        ([(None, "anna")], 0),
        ([("anna", "ben")], 1),
        ([(None, "anna"), ("anna", None), (None, "anna")], 0),
        ([(None, "anna"), ("anna", None), (None, "ben"), ("ben", "anna")], 2),
    ],
)
def test_it_changes_hands_when_another_one_gets_it(
    connect: Connect, changes: list[tuple[str | None, str | None]], reassignments: int
) -> None:
    log = [history(at(minute), edit("assignee", *change)) for minute, change in enumerate(changes)]
    assert only(connect([issue("OPS-1", OPENED, log, **SOME)]).page()).reassignments == reassignments


@pytest.mark.parametrize(
    ("value", "started"),
    [
        ("2026-10-20T15:30:00.000+0800", at(-30)),
        ("2026-10-20T07:30:00Z", at(-30)),
        (1_792_481_400_000, at(-30)),
        (None, None),
    ],
)
def test_a_custom_field_says_when_it_started(connect: Connect, value: object, started: datetime | None) -> None:
    page = connect([issue("OPS-1", OPENED, **SOME, customfield_10100=value)]).page()
    assert only(page).started_at == started
    assert not page.noted


@pytest.mark.parametrize("value", ["2026-10-20", "2026-10-20T07:30", "yesterday", 7, {"value": "08:00"}, []])
def test_a_custom_field_without_a_time_is_left_out_and_counted(connect: Connect, value: object) -> None:
    page = connect([issue("OPS-1", OPENED, **SOME, customfield_10100=value)]).page()
    assert only(page).started_at is None
    assert page.noted == {"fields.started_at holds no time with an offset: left out": 1}


def test_an_end_before_its_start_is_left_out_and_counted(connect: Connect) -> None:
    solved = issue("OPS-1", OPENED, [move(at(30), NEW, DONE)], **SOME, customfield_10100=stamp(at(90)))
    page = connect([solved]).page()
    assert (only(page).resolved_at, only(page).status) == (None, "resolved")
    assert page.noted == {"resolved_at is before it started: left out": 1}


CUSTOM = {
    "severity": "customfield_1",
    "cause_sha": "customfield_2",
    "deployment": "customfield_3",
    "change_caused": "customfield_4",
    "mitigated_at": "customfield_5",
    "resolved_at": "customfield_6",
    "detected_at": "customfield_7",
}


def test_custom_fields_say_what_jira_has_no_field_for(connect: Connect) -> None:
    values = {
        "customfield_1": {"value": "SEV 1", "child": {"value": "all users"}},
        "customfield_2": " 1f3c9a ",
        "customfield_3": "d-812",
        "customfield_4": [{"value": "Provider"}],
        "customfield_5": stamp(at(20)),
        "customfield_6": stamp(at(25)),
        "customfield_7": stamp(at(1)),
    }
    connected = connect(
        [issue("OPS-1", OPENED, **SOME, **values)], incidents={"fields": CUSTOM, "not_change_caused": ["provider"]}
    )
    event = only(connected.page())
    assert isinstance(event, Incident)
    assert (event.severity, event.cause_sha, event.deployment, event.change_caused) == (
        "SEV 1",
        "1f3c9a",
        "d-812",
        False,
    )
    assert (event.detected_at, event.mitigated_at, event.resolved_at) == (at(1), at(20), at(25))
    assert event.status == "resolved"


@pytest.mark.parametrize(
    ("value", "no", "caused", "noted"),
    [
        (None, [], None, 0),
        (True, [], True, 0),
        ("false", [], False, 0),
        ({"value": "Ja"}, [], None, 1),
        ({"value": "Ja"}, ["Nein"], True, 0),
        ({"value": "Nein"}, ["Nein"], False, 0),
        (None, ["Nein"], None, 0),
    ],
)
def test_whether_a_change_caused_it(
    connect: Connect, value: object, no: list[str], caused: bool | None, noted: int
) -> None:
    rules = {"fields": {"change_caused": "customfield_4"}, "not_change_caused": no}
    page = connect([issue("OPS-1", OPENED, **SOME, customfield_4=value)], incidents=rules).page()
    assert only(page).change_caused is caused
    assert sum(page.noted.values()) == noted


SERVICES = [
    pytest.param({}, {"components": [{"name": "checkout"}]}, ("checkout",), id="a component"),
    pytest.param(
        {}, {"components": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}, ("a", "b"), id="several components"
    ),
    pytest.param({"service": "labels"}, {"labels": ["checkout", "urgent"]}, ("checkout", "urgent"), id="labels"),
    pytest.param({"service": "project"}, {}, ("OPS",), id="the project"),
    pytest.param({"service": "customfield_9"}, {"customfield_9": {"value": "pay"}}, ("pay",), id="an option"),
    pytest.param({"service": "customfield_9"}, {"customfield_9": "pay"}, ("pay",), id="a text"),
    pytest.param(
        {"service": "labels", "services": [{"match": "svc-*", "service": "{value}"}]},
        {"labels": ["urgent", "svc-pay"]},
        ("svc-pay",),
        id="only the labels that a rule matches",
    ),
    pytest.param({"service": "project", "services": "{project}-all"}, {}, ("OPS-all",), id="a template"),
]


@pytest.mark.parametrize(("rules", "fields", "services"), SERVICES)
def test_a_field_names_the_services(
    connect: Connect, rules: dict[str, Any], fields: dict[str, Any], services: tuple[str, ...]
) -> None:
    assert only(connect([issue("OPS-1", OPENED, **fields)], incidents=rules).page()).all_services == services


def test_what_names_no_service_counts_for_the_team(connect: Connect) -> None:
    event = only(connect([issue("OPS-1", OPENED)], incidents={"team": "team-x"}).page())
    assert isinstance(event, Incident)
    assert (event.team, event.all_services) == ("team-x", ())


@pytest.mark.parametrize("nothing", [[], None])
def test_what_names_neither_is_counted_with_the_setting_that_mends_it(connect: Connect, nothing: object) -> None:
    page = connect([issue("OPS-1", OPENED, components=nothing)], incidents={}).page()
    assert (page.events, page.set_aside) == ((), ())
    assert page.noted == {
        "names no service in components; incidents.team would count those that name none for a team": 1
    }


def test_null_where_an_object_is_promised_is_nothing(connect: Connect) -> None:
    nulls = dict.fromkeys(("priority", "resolution", "resolutiondate", "assignee", "summary"))
    event = only(connect([issue("OPS-1", OPENED, **SOME, **nulls)]).page())
    assert isinstance(event, Incident)
    assert (event.severity, event.title) == (None, None)


def test_an_issue_that_cannot_be_read_is_set_aside_and_stops_no_other(connect: Connect) -> None:
    odd = issue("OPS-2", OPENED, **SOME, status=None)
    page = connect([issue("OPS-1", OPENED, **SOME), odd]).page()
    assert [event.id for event in page.events] == ["OPS-1"]
    assert [kept.id for kept in page.set_aside] == ["OPS-2"]


def test_nobody_is_asked_for_and_nobody_is_kept(connect: Connect) -> None:
    odd = issue("OPS-2", OPENED, [history(at(1), edit("assignee", "anna", "ben"))], **SOME, status=None)
    page = connect([odd]).page()
    kept = page.set_aside[0].item
    assert not [name for name in ("Rita", "Arno", "712020", "anna", "ben") if name in kept]


def test_a_history_that_the_list_cuts_short_is_asked_for_by_itself(connect: Connect) -> None:
    noise = [history(at(11 + minute), edit("description")) for minute in range(130)]
    log = [move(at(10), NEW, DOING), *noise, move(at(600), DOING, DONE)]
    connected = connect([issue("OPS-1", OPENED, log, **SOME), issue("OPS-2", OPENED, **SOME)])
    connected.server.listed_histories = 40
    first = next(event for event in connected.page().events if event.id == "OPS-1")
    assert isinstance(first, Incident)
    assert (first.acknowledged_at, first.resolved_at) == (at(10), at(600))
    assert sum("OPS-1" in path for path in connected.server.asked) == (2 if connected.server.edition == "cloud" else 1)
    assert not [path for path in connected.server.asked if "OPS-2" in path]


def test_a_proxy_is_asked_and_people_are_sent_to_the_site(connect: Connect) -> None:
    connected = connect([issue("OPS-1", OPENED, **SOME)], web="https://acme.atlassian.net")
    event = only(connected.page())
    assert (event.source, event.url) == ("jira:acme.atlassian.net", "https://acme.atlassian.net/browse/OPS-1")
