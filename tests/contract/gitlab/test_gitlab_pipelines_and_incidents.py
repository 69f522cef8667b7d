"""GitLab: pipelines become runs, and issues of the type incident become incidents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Incident, PipelineRun
from tests.contract.gitlab.gitlab_items import PROJECT, incident, pipeline, pipeline_detail, sha, stamp
from tests.contract.gitlab.gitlab_server import GitLabServer
from tests.contract.gitlab.opened_gitlab import opened, stream
from tests.contract.gitlab.reading_gitlab import AT, DAY, HOUR, asked, read, serving


def test_a_pipeline_that_ended_is_a_run_for_one_more_request(httpserver: HTTPServer) -> None:
    item = pipeline(7, AT)
    page = read(httpserver, "runs", item, parts={"pipelines/7": pipeline_detail(item)})
    assert page.events == (
        PipelineRun(
            kind="pipeline_run",
            source=f"gitlab:{PROJECT}",
            id="7",
            url=f"https://gitlab.example.com/{PROJECT}/-/pipelines/7",
            updated_at=AT,
            service="checkout",
            pipeline="push",
            sha=sha(7),
            queued_at=AT - timedelta(minutes=20),
            started_at=AT - timedelta(minutes=19),
            finished_at=AT,
            status="success",
        ),
    )
    assert len(asked(httpserver)) == 2


@pytest.mark.parametrize(
    ("listed", "detail", "noted"),
    [
        ({"status": "running", "updated_at": None}, None, "has not ended"),
        ({"status": "waiting_for_resource"}, None, "has not ended"),
        ({"status": "manual"}, None, "waits for a manual job"),
        ({"status": "skipped"}, None, "skipped"),
        ({}, None, "deleted meanwhile"),
        ({}, {"status": "running"}, "has not ended"),
        ({}, {"finished_at": None}, "ended, and GitLab does not say when"),
    ],
)
def test_a_pipeline_that_has_not_ended_is_counted_and_comes_again_when_it_has(
    httpserver: HTTPServer, listed: dict[str, Any], detail: dict[str, Any] | None, noted: str
) -> None:
    item = pipeline(7, AT, **listed)
    page = read(
        httpserver, "runs", item, parts={} if detail is None else {"pipelines/7": pipeline_detail(item, **detail)}
    )
    assert not page.events
    assert page.noted == {noted: 1}


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ({}, "status", "resolved"),
        ({}, "resolved_at", AT),
        ({}, "severity", "severity::2"),
        ({"labels": [], "severity": "CRITICAL"}, "severity", "CRITICAL"),
        ({"labels": []}, "severity", None),
        ({"state": "opened", "closed_at": None}, "status", "open"),
        ({"_links": {"closed_as_duplicate_of": "https://gitlab.example.com/api/v4/x"}}, "status", "cancelled"),
        ({"moved_to_id": 9}, "status", "cancelled"),
        ({"closed_at": stamp(AT - DAY)}, "resolved_at", None),
        ({"closed_at": None}, "resolved_at", None),
        ({"author": {"id": 1, "username": "alert-bot"}}, "detected_by", "alert"),
    ],
)
def test_an_issue_of_the_type_incident(httpserver: HTTPServer, more: dict[str, Any], field: str, value: object) -> None:
    (event,) = read(httpserver, "incidents", incident(3, AT, **more)).events
    assert isinstance(event, Incident)
    assert (event.id, event.service, event.opened_at) == (f"{PROJECT}#3", "checkout", AT - 3 * HOUR)
    assert getattr(event, field) == value


@pytest.mark.parametrize(
    ("labels", "service", "team"),
    [(["service::payments"], "payments", None), ([], None, "team-x")],
)
def test_labels_may_name_the_service_of_an_incident(
    httpserver: HTTPServer, labels: list[str], service: str | None, team: str | None
) -> None:
    shape = {"service": "service::*", "team": "team-x"}
    (event,) = read(httpserver, "incidents", incident(3, AT, labels=labels), incidents=shape).events
    assert isinstance(event, Incident)
    assert (event.service, event.team) == (service, team)


def test_since_when_incidents_are_recorded_is_a_day_in_utc() -> None:
    """Another day says nothing of what is an incident, so that nothing has to be read again for it."""
    one, other = (
        stream(opened("https://gitlab.example.com", incidents={"covers_from": day}), "incidents")
        for day in ("2026-03-01", "2026-04-01")
    )
    assert one.covers_from == datetime(2026, 3, 1, tzinfo=UTC)
    assert one.rule == other.rule


def test_a_known_incident_that_was_deleted_or_retyped_is_gone(httpserver: HTTPServer) -> None:
    lists = {"issues": [incident(1, AT), incident(2, AT, issue_type="issue"), incident(4, AT - 9 * DAY)]}
    url = serving(httpserver, GitLabServer(lists))
    recheck = stream(opened(url), "incidents").recheck
    assert recheck is not None
    page = recheck([f"{PROJECT}#{number}" for number in (1, 2, 3, 4)], AT - DAY)
    assert [event.id for event in page.events] == [f"{PROJECT}#1"]
    assert page.gone == (f"{PROJECT}#2", f"{PROJECT}#3")
