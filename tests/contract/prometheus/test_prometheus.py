"""Prometheus: two queries become windows; what a server can say otherwise is counted, kept or explained."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import CredentialError, SourceError
from bot.events import SloWindow
from bot.source import Coverage, Page, Span, SpanTooLargeError
from tests.contract.prometheus.opened_prometheus import NOW, fetched, objective, opened, settings, the_stream
from tests.contract.prometheus.prometheus_server import SETTINGS, failure, server, success

Samples = dict[int, str]
DAY = 86_400
TODAY = int(datetime(2026, 11, 25, tzinfo=UTC).timestamp())


def series(samples: Samples, **labels: str) -> dict[str, Any]:
    return {"metric": labels, "values": [[at, value] for at, value in samples.items()]}


def matrix(*all_series: dict[str, Any], **more: object) -> Response:
    return success({"resultType": "matrix", "result": list(all_series)}, **more)


def answering(httpserver: HTTPServer, good: Response, total: Response) -> str:
    def answer(request: Request) -> Response:
        return {"good[1d]": good, "total[1d]": total}[request.args["query"]]

    httpserver.expect_request("/api/v1/query_range").respond_with_handler(answer)
    return httpserver.url_for("/")


def read(httpserver: HTTPServer, good: Samples, total: Samples) -> Page:
    return fetched(opened(answering(httpserver, matrix(series(good)), matrix(series(total)))))


def test_each_window_that_ended_within_the_span_is_an_event(httpserver: HTTPServer) -> None:
    ends = range(TODAY - 2 * DAY, TODAY + 1, DAY)
    page = read(httpserver, dict.fromkeys(ends, "999"), dict.fromkeys(ends, "1000"))
    assert page.done
    assert page.events[-1] == SloWindow(
        kind="slo",
        source="prometheus:slo",
        id="checkout availability 1d to 2026-11-25T00:00Z",
        service="checkout",
        name="availability",
        window_start=datetime(2026, 11, 24, tzinfo=UTC),
        window_end=datetime(2026, 11, 25, tzinfo=UTC),
        good=999,
        total=1000,
        objective=0.999,
    )
    assert [event.at for event in page.events] == [datetime(2026, 11, day, tzinfo=UTC) for day in (23, 24, 25)]


@pytest.mark.parametrize(
    ("start", "end", "asked"),
    [
        (NOW - timedelta(hours=1), NOW, None),
        (NOW - timedelta(days=1), NOW, (TODAY, TODAY)),
        (datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC), (TODAY - DAY, TODAY - DAY)),
        (
            datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC),
            datetime(2026, 11, 25, 0, 0, 1, tzinfo=UTC),
            (TODAY - DAY, TODAY),
        ),
        (
            datetime(2026, 11, 23, tzinfo=UTC),
            datetime(2026, 11, 25, microsecond=5, tzinfo=UTC),
            (TODAY - 2 * DAY, TODAY),
        ),
    ],
    ids=["no window ends in it", "one", "its start belongs to it, its end does not", "between two", "just after one"],
)
def test_two_requests_a_span_ask_for_the_ends_of_its_windows(
    httpserver: HTTPServer, start: datetime, end: datetime, asked: tuple[int, int] | None
) -> None:
    source = opened(answering(httpserver, matrix(), matrix()))
    fetched(source, start, end)
    spans = [(int(request.args["start"]), int(request.args["end"])) for request, _ in httpserver.log]
    assert spans == ([asked, asked] if asked else [])
    assert source.requests == len(spans)


def test_slices_leave_out_no_window_and_repeat_none(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/query_range").respond_with_handler(server(72, NOW))
    httpserver.expect_request("/api/v1/label/job/values").respond_with_handler(server(72, NOW))
    source = opened(httpserver.url_for("/"), **(dict(SETTINGS) | {"name": "slo"}))
    cuts = [NOW - timedelta(hours=hours) for hours in (100, 71, 70.5, 33, 1, 0)]
    pages = [fetched(source, start, end) for start, end in itertools.pairwise(cuts)]
    hours = [event.at for page in pages for event in page.events]
    assert len(hours) == len(set(hours)) == 72
    assert hours == sorted(hours)
    assert source.probe().visible == ("checkout", "node")


@pytest.mark.parametrize(
    ("good", "total", "note"),
    [
        ({}, {}, "windows for which total has no samples"),
        ({TODAY: "5"}, {}, "windows for which total has no samples"),
        (
            {},
            {TODAY: "5"},
            "windows with a total and no good; where none were good, end that query with `or vector(0)`",
        ),
        ({TODAY: "NaN"}, {TODAY: "5"}, "windows without a finite number"),
        ({TODAY: "5"}, {TODAY: "+Inf"}, "windows without a finite number"),
    ],
)
def test_a_window_without_a_value_is_counted_and_never_zero(
    httpserver: HTTPServer, good: Samples, total: Samples, note: str
) -> None:
    page = read(httpserver, good, total)
    assert not page.events
    assert page.noted[note] >= 1
    assert sum(page.noted.values()) == 3


@pytest.mark.parametrize(
    ("good", "total", "counted"),
    [
        ("0", "0", (0, 0)),
        ("0", "12.5", (0, 12.5)),
        ("1000.0000001", "1000", (1000, 1000)),
        ("1010", "1000", (1000, 1000)),
        ("1011", "1000", None),
        ("-1", "1000", None),
    ],
)
def test_more_good_than_all_is_taken_as_equal_only_where_extrapolation_explains_it(
    httpserver: HTTPServer, good: str, total: str, counted: tuple[float, float] | None
) -> None:
    page = read(httpserver, {TODAY: good}, {TODAY: total})
    assert [(event.good, event.total) for event in page.events if isinstance(event, SloWindow)] == (
        [counted] if counted else []
    )
    assert [each.id for each in page.set_aside] == (
        [] if counted else ["checkout availability 1d to 2026-11-25T00:00Z"]
    )
    if counted and float(good) > float(total):
        assert page.noted["windows with good a little above total, taken as equal"] == 1


def test_a_warning_of_the_server_is_said(httpserver: HTTPServer) -> None:
    partial = matrix(series({TODAY: "5"}), warnings=["a store is not available"])
    page = fetched(opened(answering(httpserver, matrix(series({TODAY: "5"})), partial)))
    assert len(page.events) == 1
    assert page.noted["answered with a warning: a store is not available"] == 1


@pytest.mark.parametrize(
    ("total", "says"),
    [
        (
            failure(400, "bad_data", 'invalid parameter "query": 1:3: parse error: unclosed left bracket'),
            (
                "slo: the query total of checkout availability is refused (400): "
                'invalid parameter "query": 1:3: parse error: unclosed left bracket.'
            ),
        ),
        (
            failure(422, "execution", "query processing would load too many samples into memory"),
            (
                "slo: the query total of checkout availability is refused (422): "
                "query processing would load too many samples into memory."
            ),
        ),
        (
            matrix(series({TODAY: "1"}, code="200"), series({TODAY: "1"}, code="500")),
            "slo: the query total of checkout availability yields 2 series; wrap it in sum(…), so that it yields one.",
        ),
        (
            Response('{"hello": "world"}', content_type="application/json"),
            "slo: the query total of checkout availability got an answer of another shape; is the url right?",
        ),
        (
            Response("forbidden", 403),
            "slo: a request without a credential may not read /api/v1/query_range (403).",
        ),
    ],
    ids=["syntax", "execution", "several series", "another server", "not allowed"],
)
def test_what_stops_a_query_is_one_sentence(httpserver: HTTPServer, total: Response, says: str) -> None:
    source = opened(answering(httpserver, matrix(), total))
    with pytest.raises(SourceError) as told:
        fetched(source)
    assert str(told.value) == says


@pytest.mark.parametrize("value", ['[1e999, "1"]', '[NaN, "1"]', '[1, "abc"]', '[1, ""]', "[1, null]", '["now", "1"]'])
def test_a_sample_of_another_shape_is_one_sentence(httpserver: HTTPServer, value: str) -> None:
    answer = Response(f'{{"data": {{"result": [{{"values": [{value}]}}]}}}}', content_type="application/json")
    with pytest.raises(SourceError, match="the query good of checkout availability got an answer of another shape"):
        fetched(opened(answering(httpserver, answer, answer)))


def test_a_warning_plays_no_tricks(httpserver: HTTPServer) -> None:
    odd = matrix(series({TODAY: "5"}), warnings=["\x1b[31mred\0\n and well"])
    assert "answered with a warning: [31mred and well" in fetched(opened(answering(httpserver, odd, odd))).noted


def test_a_wrong_token_stops_the_source_and_is_named_not_shown(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/query_range").respond_with_data("Unauthorized", status=401)
    with pytest.raises(CredentialError, match=r"does not accept env:PROMETHEUS_TOKEN \(401\)"):
        fetched(opened(httpserver.url_for("/"), token="env:PROMETHEUS_TOKEN"))


def test_a_server_that_is_no_prometheus_is_told_by_the_probe(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/label/job/values").respond_with_json({"data": {"x": 1}})
    with pytest.raises(SourceError, match="answers, but not as Prometheus does; is the url right"):
        opened(httpserver.url_for("/")).probe()


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, {}),
        ({"token": "env:PROMETHEUS_TOKEN"}, {"Authorization": "Bearer prometheus-token"}),
        ({"user": "env:USER", "password": "env:PASSWORD"}, {"Authorization": "Basic YWRhOnMzY3JldA=="}),
        ({"tenant": "acme"}, {"X-Scope-Orgid": "acme"}),
    ],
    ids=["nothing", "a token", "user and password", "a tenant"],
)
def test_only_the_configured_credential_is_sent(
    httpserver: HTTPServer, changes: dict[str, str], sent: dict[str, str]
) -> None:
    fetched(opened(answering(httpserver, matrix(), matrix()), **changes))
    for request, _ in httpserver.log:
        headers = {name: request.headers.get(name) for name in ("Authorization", "X-Scope-Orgid")}
        assert {name: value for name, value in headers.items() if value} == sent


def test_a_span_of_more_points_than_one_answer_holds_is_asked_in_halves(httpserver: HTTPServer) -> None:
    hourly = opened(httpserver.url_for("/"), objectives=[objective(window="1h")])
    with pytest.raises(SpanTooLargeError):
        fetched(hourly, NOW - timedelta(days=500), NOW)
    assert hourly.requests == 0


def test_a_stream_speaks_for_its_service_and_its_rule_is_all_but_its_name() -> None:
    stream = the_stream(opened("http://prometheus.example.com"))
    assert (stream.name, stream.source, stream.kinds) == ("checkout availability", "prometheus:slo", ("slo",))
    assert stream.covers == Coverage(services=("checkout",))
    assert opened("http://prometheus.example.com").survey(Span(NOW, NOW)) == ()


@pytest.mark.parametrize(
    ("changes", "read_again"),
    [
        ({"good": "other"}, True),
        ({"total": "other"}, True),
        ({"window": "1h"}, True),
        ({"objective": 0.99}, True),
        ({"objective": 0.999}, False),
    ],
)
def test_another_query_window_or_objective_is_another_rule(changes: dict[str, Any], read_again: bool) -> None:
    url = "http://prometheus.example.com"
    before, after = (the_stream(opened(url, objectives=[objective(**each)])).rule for each in ({}, changes))
    assert (before != after) == read_again


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"user": "env:USER"}, "needs user and password together"),
        ({"user": "env:A", "password": "env:B", "token": "env:C"}, "needs either a token, or user and password"),
        ({"objectives": [objective(), objective()]}, "has two objectives for checkout availability"),
        ({"objectives": []}, "at least 1 item"),
        ({"objectives": [objective(objective=1.0)]}, "less than 1"),
        ({"objectives": [objective(window="30d")]}, "'1d' or '1h'"),
        ({"token": "s3cret"}, "never the secret itself"),
        ({"tenant": "a b"}, "must be a name without spaces"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(**changes)
