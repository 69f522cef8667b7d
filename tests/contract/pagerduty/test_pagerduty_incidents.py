"""PagerDuty: what incidents and their logs become, and what is passed over with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Incident
from bot.source import Coverage
from tests.contract.pagerduty.opened_pagerduty import NOW, incidents_of, opened, read, serving, the_stream
from tests.contract.pagerduty.pagerduty_server import ADA, entry, incident, log, said

AT = NOW - timedelta(days=1)
INTEGRATION = {"type": "inbound_integration_reference"}
SERVICE = {"type": "service_reference"}


def after(minutes: float) -> Any:
    return AT + timedelta(minutes=minutes)


def the_incident(httpserver: HTTPServer, *entries: dict[str, Any], **changes: Any) -> Incident:
    """Of a log that is given in the order in which it was written."""
    source = serving(httpserver, [incident(1, AT, **changes)], {"Q1": entries[::-1]})
    (found,) = incidents_of(read(source))
    return found


def test_a_resolved_incident(httpserver: HTTPServer) -> None:
    page = read(serving(httpserver, [incident(2, AT)]))
    assert page.events == (
        Incident(
            kind="incident",
            source="pagerduty:pagerduty",
            id="Q2",
            service="checkout",
            url="https://acme.pagerduty.com/incidents/Q2",
            opened_at=AT,
            acknowledged_at=after(5),
            resolved_at=after(30),
            severity="high",
            status="resolved",
            detected_by="alert",
            reassignments=0,
            title="Errors of checkout",
        ),
    )
    assert (page.set_aside, page.noted, page.done) == ((), {}, True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "triggered"}, ("open", None)),
        ({"status": "acknowledged"}, ("open", None)),
        ({"status": "resolved"}, ("resolved", after(30))),
        ({"resolve_reason": {"type": "merge_resolve_reason", "incident": {"id": "Q9"}}}, ("cancelled", after(30))),
        ({"resolve_reason": None}, ("resolved", after(30))),
    ],
    ids=["triggered", "acknowledged", "resolved", "merged into another one", "for no reason"],
)
def test_the_status(httpserver: HTTPServer, changes: dict[str, Any], expected: tuple[str, Any]) -> None:
    (found,) = incidents_of(read(serving(httpserver, [incident(1, AT, **changes)])))
    assert (found.status, found.resolved_at) == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], None),
        ([entry("acknowledge", after(4))], after(4)),
        ([entry("acknowledge", after(4)), entry("unacknowledge", after(9)), entry("acknowledge", after(12))], after(4)),
        ([entry("acknowledgement", after(4))], after(4)),
        ([entry("unacknowledge", after(9)), entry("annotate", after(3))], None),
    ],
    ids=["nobody", "once", "it ran out and was taken on again", "by its other name", "only what sounds like it"],
)
def test_it_is_acknowledged_when_anyone_first_takes_it_on(
    httpserver: HTTPServer, entries: list[dict[str, Any]], expected: Any
) -> None:
    assert the_incident(httpserver, *entries, is_open=True).acknowledged_at == expected


@pytest.mark.parametrize(
    ("entries", "changes", "expected"),
    [
        ([entry("resolve", after(20))], {}, after(20)),
        ([entry("resolve", after(20)), entry("trigger", after(25)), entry("resolve", after(90))], {}, after(90)),
        ([entry("resolve", after(20)), entry("reopen", after(25))], {"status": "triggered"}, None),
        ([], {}, after(30)),
        ([], {"resolved_at": said(after(29))}, after(29)),
        ([], {"last_status_change_at": None}, None),
        ([entry("resolve", after(-5))], {}, None),
    ],
    ids=[
        "once", "opened again and resolved again", "opened again", "no log", "no log, but a field", "nothing says when",
        "before it was opened",
    ],
)  # fmt: skip
def test_it_ends_with_its_last_resolution(
    httpserver: HTTPServer, entries: list[dict[str, Any]], changes: dict[str, Any], expected: Any
) -> None:
    assert the_incident(httpserver, *entries, **changes).resolved_at == expected


def test_an_end_before_the_beginning_is_left_out_and_counted(httpserver: HTTPServer) -> None:
    page = read(serving(httpserver, [incident(1, AT)], {"Q1": [entry("resolve", after(-5))]}))
    assert page.noted == {"an incident that was resolved before it was opened, taken without its end": 1}
    assert [found.status for found in incidents_of(page)] == ["resolved"]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("trigger", AT, INTEGRATION, "events_api_v2")], "alert"),
        ([entry("trigger", AT, SERVICE, "api")], "alert"),
        ([entry("trigger", AT, INTEGRATION, "email")], "alert"),
        ([entry("trigger", AT, ADA, "web_trigger")], "person"),
        ([entry("trigger", AT, ADA, "slack")], "person"),
        ([entry("trigger", AT, None, "web_trigger")], "person"),
        ([entry("trigger", AT, None, "nagios")], "alert"),
        ([entry("trigger", AT, None) | {"channel": None}], None),
        ([entry("trigger", AT, ADA, "web_trigger"), entry("trigger", after(1), INTEGRATION, "api")], "person"),
        ([], None),
    ],
)
def test_who_noticed_it_first(httpserver: HTTPServer, entries: list[dict[str, Any]], expected: str | None) -> None:
    assert the_incident(httpserver, *entries).detected_by == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("assign", after(0))], 0),
        ([entry("assign", after(0)), entry("assign", after(0)), entry("assign", after(0.05))], 0),
        ([entry("assign", after(0)), entry("assign", after(5))], 1),
        (
            [
                entry("assign", after(0)),
                entry("escalate", after(5)),
                entry("assign", after(5)),
                entry("delegate", after(9)),
            ],
            2,
        ),
        ([entry("notify", after(0)), entry("annotate", after(3))], 0),
        ([], None),
    ],
    ids=["to one", "to several at once", "handed on", "escalated and delegated", "never assigned", "no log"],
)
def test_how_often_it_changed_hands(
    httpserver: HTTPServer, entries: list[dict[str, Any]], expected: int | None
) -> None:
    assert the_incident(httpserver, *entries).reassignments == expected


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({"priority": {"type": "priority", "summary": "P1"}}, "P1"),
        ({"priority": None, "urgency": "low"}, "low"),
        ({"priority": {"summary": None}, "urgency": None}, None),
    ],
)
def test_the_severity_is_the_priority_else_the_urgency(
    httpserver: HTTPServer, changes: dict[str, Any], severity: str | None
) -> None:
    assert the_incident(httpserver, **changes).severity == severity


@pytest.mark.parametrize(
    ("changes", "item", "reason"),
    [
        ({"services": ["check*"]}, {"service": {"summary": "search"}}, "an incident of another service"),
        ({"teams": ["Shop*"]}, {"teams": []}, "an incident of another team"),
        ({"teams": ["Shop*"]}, {"teams": [{"summary": "Ops"}]}, "an incident of another team"),
        (
            {"service": [{"match": "other", "service": "other"}]},
            {},
            "no rule of `service` names a service for it",
        ),
    ],
)
def test_what_the_settings_do_not_mean_is_counted_and_its_log_is_not_asked_for(
    httpserver: HTTPServer, changes: dict[str, Any], item: dict[str, Any], reason: str
) -> None:
    source = serving(httpserver, [incident(1, AT, **item)], **changes)
    page = read(source)
    assert (page.events, page.noted) == ((), {reason: 1})
    assert source.requests == 1


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"services": ["check*"]}, {"service": {"summary": "checkout"}}),
        ({"teams": ["Shop*"]}, {"teams": [{"summary": "Ops"}, {"summary": "Shop team"}]}),
    ],
)
def test_what_the_settings_mean_counts(httpserver: HTTPServer, changes: dict[str, Any], item: dict[str, Any]) -> None:
    assert len(read(serving(httpserver, [incident(1, AT, **item)], **changes)).events) == 1


def test_urgencies_are_chosen_by_the_server(httpserver: HTTPServer) -> None:
    held = [incident(1, AT, urgency="low"), incident(2, AT, urgency="high")]
    assert [event.id for event in read(serving(httpserver, held, urgencies=["high"])).events] == ["Q2"]


@pytest.mark.parametrize(
    ("mapping", "services", "covers"),
    [
        ("{service}", ("checkout",), ("*",)),
        ("shop-{service}", ("shop-checkout",), ("shop-*",)),
        ([{"match": "check*", "service": "shop"}, {"service": "{service}"}], ("shop",), ("shop", "*")),
        ([{"service": "a", "paths": ["x"]}, {"service": "b", "paths": ["y"]}], ("a", "b"), ("a", "b")),
    ],
)
def test_the_mapping_names_the_services(
    httpserver: HTTPServer, mapping: Any, services: tuple[str, ...], covers: tuple[str, ...]
) -> None:
    source = serving(httpserver, [incident(2, AT)], service=mapping)
    (found,) = incidents_of(read(source))
    assert found.all_services == services
    assert the_stream(source).covers == Coverage(services=covers)


def test_the_settings_own_globs_are_what_it_may_speak_of() -> None:
    assert the_stream(opened("http://x.example.com", services=["check*", "pay"])).covers.services == ("check*", "pay")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created_at": "yesterday"}, "has another shape than expected"),
        ({"created_at": "2026-11-24T10:00:00"}, "is a time without an offset"),
        ({"status": "snoozed"}, "the status snoozed is none that PagerDuty documents"),
        ({"service": None}, "has another shape than expected"),
        ({"title": "x" * 5_000}, "title: has more than 4096 characters"),
    ],
)
def test_an_incident_that_can_not_be_read_is_set_aside_without_names(
    httpserver: HTTPServer, changes: dict[str, Any], reason: str
) -> None:
    broken = incident(1, AT, is_open=True)
    httpserver.expect_request("/incidents").respond_with_json({"incidents": [broken | changes, incident(2, AT)]})
    page = read(serving(httpserver, [broken, incident(2, AT)]))
    assert [event.id for event in page.events] == ["Q2"]
    (aside,) = page.set_aside
    assert aside.id == "Q1"
    assert reason in aside.reason
    assert "Ada" not in aside.item


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"type": "resolve_log_entry", "created_at": "2026-11-24T10:00:00"},
        {"type": "resolve_log_entry", "created_at": None},
        entry("resolve", after(9)) | {"created_at": "soon"},
    ],
)
def test_a_line_of_a_log_that_can_not_be_read_does_not_cost_the_incident(
    httpserver: HTTPServer, line: dict[str, Any]
) -> None:
    held = incident(1, AT)
    page = read(serving(httpserver, [held], {"Q1": [line, *log(held)]}))
    assert [found.acknowledged_at for found in incidents_of(page)] == [after(5)]
    assert page.noted == {"an incident with a line in its log that can't be read": 1}
