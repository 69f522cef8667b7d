"""PagerDuty: the list page by page, what became of known incidents, and what stops a sync."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer

from bot.errors import CredentialError, SourceError
from bot.source import Ask, Page, Span, SpanTooLargeError
from tests.contract.pagerduty.opened_pagerduty import (
    NOW,
    incidents_of,
    opened,
    pages,
    read,
    serving,
    settings,
    the_stream,
)
from tests.contract.pagerduty.pagerduty_server import SETTINGS, entry, incident, server

AT = NOW - timedelta(days=1)
SYNCED = NOW - timedelta(hours=2)


def many(count: int) -> list[dict[str, Any]]:
    return [incident(number, AT + timedelta(minutes=number)) for number in range(1, count + 1)]


def rechecked(source: Any, *ids: str) -> Page:
    recheck = the_stream(source).recheck
    assert recheck is not None
    return recheck(ids, SYNCED)


def test_a_page_holds_a_hundred_and_each_incident_costs_one_request_more(httpserver: HTTPServer) -> None:
    source = serving(httpserver, many(250))
    found = pages(the_stream(source))
    assert [len(page.events) for page in found] == [100, 100, 50]
    assert len({event.id for page in found for event in page.events}) == 250
    assert source.requests == 3 + 250


def test_incidents_that_come_while_the_list_is_read_shift_nothing(httpserver: HTTPServer) -> None:
    held = many(150)
    stream = the_stream(serving(httpserver, held))
    first = stream.fetch(Ask(span=Span(AT, NOW)))
    held.append(incident(151, NOW - timedelta(minutes=1)))
    second = stream.fetch(Ask(span=Span(AT, NOW), token=first.token))
    assert [event.id for event in (*first.events, *second.events)] == [each["id"] for each in held]


def test_a_span_holds_its_start_and_not_its_end(httpserver: HTTPServer) -> None:
    stream = the_stream(serving(httpserver, many(3)))
    page = stream.fetch(Ask(span=Span(AT + timedelta(minutes=1), AT + timedelta(minutes=3))))
    assert [event.id for event in page.events] == ["Q1", "Q2"]


@pytest.mark.parametrize(
    ("start", "token"), [(NOW - timedelta(days=181), None), (AT, "9901")], ids=["half a year", "ten thousand"]
)
def test_what_the_server_would_cut_short_is_asked_for_in_halves(
    httpserver: HTTPServer, start: datetime, token: str | None
) -> None:
    source = serving(httpserver, [])
    with pytest.raises(SpanTooLargeError):
        the_stream(source).fetch(Ask(span=Span(start, NOW), token=token))
    assert source.requests == 0


def test_a_long_log_is_read_page_by_page(httpserver: HTTPServer) -> None:
    noise = [entry("notify", AT + timedelta(minutes=minutes)) for minutes in range(240)]
    source = serving(httpserver, [incident(1, AT)], {"Q1": [*noise[::-1], entry("acknowledge", AT)]})
    (found,) = incidents_of(read(source))
    assert found.acknowledged_at == AT
    assert source.requests == 1 + 3


def test_a_page_that_says_more_and_holds_nothing_is_the_last(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/incidents").respond_with_json({"incidents": [], "more": True})
    assert read(serving(httpserver, [])).done


def test_a_long_open_incident_is_read_again_when_its_log_goes_on(httpserver: HTTPServer) -> None:
    held, quiet = incident(1, NOW - timedelta(weeks=60)), incident(2, NOW - timedelta(weeks=59), is_open=True)
    source = serving(httpserver, [held, quiet], {"Q1": [entry("resolve", NOW - timedelta(hours=1))]})
    page = rechecked(source, "Q1", "Q2", "Q3")
    assert [(event.id, event.resolved_at) for event in incidents_of(page)] == [("Q1", NOW - timedelta(hours=1))]
    assert page.gone == ()
    assert source.requests == 3


def test_nothing_new_in_the_account_s_log_costs_one_request(httpserver: HTTPServer) -> None:
    source = serving(httpserver, [incident(1, NOW - timedelta(weeks=60), is_open=True)])
    assert rechecked(source, "Q1") == Page()
    assert source.requests == 1


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"services": ["check*"]}, {"service": {"summary": "search"}}),
        ({"urgencies": ["high"]}, {"urgency": "low"}),
        ({"teams": ["Shop"]}, {"teams": [{"summary": "Ops"}]}),
    ],
    ids=["moved to another service", "less urgent", "moved to another team"],
)
def test_a_known_one_that_the_settings_mean_no_longer_is_gone(
    httpserver: HTTPServer, changes: dict[str, Any], item: dict[str, Any]
) -> None:
    held = [incident(1, NOW - timedelta(hours=1), **item)]
    assert rechecked(serving(httpserver, held, **changes), "Q1").gone == ("Q1",)


def test_a_known_one_that_the_server_has_no_longer_is_gone(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/incidents/Q1").respond_with_json({}, status=404)
    assert rechecked(serving(httpserver, [incident(1, NOW - timedelta(hours=1))]), "Q1").gone == ("Q1",)


def test_a_known_one_that_can_not_be_read_now_stays(httpserver: HTTPServer) -> None:
    broken = {"incident": incident(1, AT) | {"service": None}}
    httpserver.expect_request("/incidents/Q1").respond_with_json(broken)
    page = rechecked(serving(httpserver, [incident(1, NOW - timedelta(hours=1))]), "Q1")
    assert (page.gone, [aside.id for aside in page.set_aside]) == ((), ["Q1"])


def test_where_the_log_is_too_long_every_known_one_is_asked_for(httpserver: HTTPServer) -> None:
    noise = [entry("notify", SYNCED + timedelta(seconds=second), of="Q9") for second in range(2_100)]
    source = serving(httpserver, [incident(1, AT), incident(9, AT)], {"Q9": noise})
    assert [event.id for event in rechecked(source, "Q1").events] == ["Q1"]
    assert source.requests == 20 + 2


@pytest.mark.parametrize("items", [1, 12, 300])
def test_the_server_of_the_tests_is_read_whole(httpserver: HTTPServer, items: int) -> None:
    httpserver.expect_request("").respond_with_handler(server(items, NOW))
    stream = the_stream(opened(httpserver.url_for("/"), **SETTINGS))
    spans = [(NOW - timedelta(weeks=end + 4), NOW - timedelta(weeks=end)) for end in range(0, 104, 4)]
    found = [event for start, end in spans for page in pages(stream, start, end) for event in incidents_of(page)]
    assert len(found) == items
    assert [each.status for each in found].count("open") == 1


def test_the_probe_names_the_services_and_the_globs_that_fit_none(httpserver: HTTPServer) -> None:
    source = serving(httpserver, [], services=["check*", "pay-*"])
    assert source.probe().says == "answers, and shows 2 services; none fits pay-*"
    assert source.probe().visible == ("checkout", "search")
    assert opened(httpserver.url_for("/")).probe().says == "answers, and shows 2 services"
    assert [each.probe().is_complete for each in (source, opened(httpserver.url_for("/")))] == [False, True]
    assert source.survey(Span(AT, NOW)) == ()


def test_a_wrong_key_is_named_and_not_shown(httpserver: HTTPServer) -> None:
    httpserver.expect_request("").respond_with_json({"error": {"message": "Unauthorized"}}, status=401)
    with pytest.raises(CredentialError) as told:
        read(opened(httpserver.url_for("/")))
    assert "does not accept env:PAGERDUTY_TOKEN (401)" in str(told.value)
    assert "pagerduty-token" not in str(told.value)


@pytest.mark.parametrize("answer", [{"incidents": "many"}, {"message": "hello"}, []])
def test_a_server_that_is_no_pagerduty_is_told(httpserver: HTTPServer, answer: Any) -> None:
    httpserver.expect_request("").respond_with_json(answer)
    source = opened(httpserver.url_for("/"))
    for ask in (source.probe, lambda: read(source)):
        with pytest.raises(SourceError, match="answers, but not as PagerDuty does; is the url right"):
            ask()


@pytest.mark.parametrize(("path", "status"), [("incidents/Q1", 403), ("incidents/Q1/log_entries", 404)])
def test_a_refusal_stops_a_recheck_and_the_next_sync_asks_again(httpserver: HTTPServer, path: str, status: int) -> None:
    httpserver.expect_request(f"/{path}").respond_with_json({}, status=status)
    with pytest.raises(SourceError, match=rf"may not .*\({status}\)"):
        rechecked(serving(httpserver, [incident(1, NOW - timedelta(hours=1))]), "Q1")


@pytest.mark.parametrize(
    ("changes", "read_again"),
    [
        ({}, False),
        ({"covers_from": "2026-03-01"}, False),
        ({"services": ["shop-*"]}, True),
        ({"teams": ["Shop"]}, True),
        ({"urgencies": ["high"]}, True),
        ({"service": "shop"}, True),
    ],
)
def test_what_decides_about_incidents_is_the_rule(changes: dict[str, Any], read_again: bool) -> None:
    before, after = (the_stream(opened("http://x.example.com", **each)) for each in ({}, changes))
    assert (before.name, before.source, before.kinds) == ("incidents", "pagerduty:pagerduty", ("incident",))
    assert after.name == before.name
    assert (after.rule != before.rule) == read_again


def test_it_covers_from_the_day_on_that_the_settings_name() -> None:
    stream = the_stream(opened("http://x.example.com", covers_from="2026-03-01", name="ops"))
    assert (stream.covers_from, stream.source) == (datetime(2026, 3, 1, tzinfo=UTC), "pagerduty:ops")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"token": "s3cret"}, "never the secret itself"),
        ({"services": []}, "at least 1 item"),
        ({"urgencies": ["medium"]}, "'high' or 'low'"),
        ({"covers_from": "soon"}, "must be a calendar day such as 2026-03-01"),
        ({"service": "{team}"}, r"holds \{team\}, which is no field here; known is \{service\}"),
    ],
)
def test_settings_of_pagerduty_that_cannot_work_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(**changes)
