"""GitLab: environments, jobs, pipelines and releases become deployments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Deployment, GateWait
from tests.contract.gitlab.gitlab_items import PROJECT, Item, deployment, job, pipeline, pipeline_detail, sha, stamp
from tests.contract.gitlab.gitlab_server import GitLabServer
from tests.contract.gitlab.opened_gitlab import fetched, opened, stream
from tests.contract.gitlab.reading_gitlab import AT, HOUR, read, serving


def test_a_deployment_to_an_environment_of_the_production_tier_is_called_production(httpserver: HTTPServer) -> None:
    page = read(httpserver, "deployments", deployment(7, AT))
    assert page.events == (
        Deployment(
            kind="deployment",
            source=f"gitlab:{PROJECT}",
            id="7",
            url=f"https://gitlab.example.com/{PROJECT}/-/jobs/7",
            updated_at=AT,
            service="checkout",
            environment="production",
            status="success",
            started_at=AT - timedelta(minutes=5),
            finished_at=AT,
            sha=sha(7),
        ),
    )


@pytest.mark.parametrize(
    ("name", "number", "changes", "called"),
    [
        ("review/7", 2, {}, "review/7"),
        ("prod", 99, {}, "production"),
        ("live/eu", 99, {}, "production"),
        ("staging", 99, {}, "staging"),
        ("review/7", 2, {"tiers": ["production", "development"]}, "production"),
        ("eu-1", 99, {"environments": ["eu-*"]}, "production"),
        ("production-eu", 1, {"environments": ["eu-*"]}, "production-eu"),
        ("production", 99, {"environments": ["eu-*"]}, "production, which is none by the settings"),
    ],
)
def test_tiers_decide_and_names_where_there_is_no_tier(
    httpserver: HTTPServer, name: str, number: int, changes: dict[str, Any], called: str
) -> None:
    item = deployment(7, AT, environment={"id": number, "name": name})
    page = read(httpserver, "deployments", item, deployments={"from": "deployments", **changes})
    assert [event.environment for event in page.events if isinstance(event, Deployment)] == [called]


NO_JOB: dict[str, Any] = {"deployable": None}


@pytest.mark.parametrize(
    ("item", "status", "noted"),
    [
        (deployment(7, AT, status="failed", deployable=job(7, AT, status="failed")), "failure", {}),
        (deployment(7, AT, status="canceled", deployable=job(7, AT, status="canceled", started_at=None)),
         "cancelled", {}),
        (deployment(7, AT, status="running", deployable=job(7, AT, status="running", finished_at=None)), "running", {}),
        (deployment(7, AT, status="running", deployable=job(7, AT, status="canceled")), "cancelled", {}),
        (deployment(7, AT, status="undeployed", deployable=job(7, AT, status="failed")), "failure", {}),
        (deployment(7, AT, status="failed", deployable=job(7, AT, status="skipped", started_at=None, finished_at=None)),
         None, {"skipped, because an earlier job failed": 1}),
        (deployment(7, AT, status="created", deployable=job(7, AT, status="manual")), None, {"has not begun": 1}),
        (deployment(7, AT, status="blocked"), None, {"waits for an approval": 1}),
        (deployment(7, AT, status="odd", **NO_JOB), None, {"neither running nor ended: odd": 1}),
        (deployment(7, AT, **NO_JOB), "success", {"no job says when it ended; its last change is taken": 1}),
        (deployment(7, AT, updated_at=None, **NO_JOB), None,
         {"no job says when it ended; its last change is taken": 1, "ended, and GitLab does not say when": 1}),
        (deployment(7, AT, deployable=job(7, AT, started_at=stamp(AT + HOUR))), "success",
         {"ended before it began; when it began is left out": 1}),
    ],
)  # fmt: skip
def test_a_deployment_ends_as_its_status_and_its_job_say(
    httpserver: HTTPServer, item: Item, status: str | None, noted: dict[str, int]
) -> None:
    page = read(httpserver, "deployments", item)
    assert [event.status for event in page.events if isinstance(event, Deployment)] == [status] * (status is not None)
    assert page.noted == noted
    assert not page.set_aside


@pytest.mark.parametrize(
    ("status", "given", "waits"),
    [
        ("success", [("rejected", 9), ("approved", 4)],
         (GateWait(name="deployment approval", started_at=AT - timedelta(minutes=9), ended_at=AT - timedelta(minutes=4),
                   outcome="approved"),)),
        ("failed", [("rejected", 4)],
         (GateWait(name="deployment approval", started_at=AT - timedelta(minutes=9), ended_at=AT - timedelta(minutes=4),
                   outcome="rejected"),)),
        ("blocked", [], (GateWait(name="deployment approval", started_at=AT - timedelta(minutes=9)),)),
        ("success", [], ()),
    ],
)  # fmt: skip
def test_approvals_are_gate_waits_where_the_settings_ask_for_them(
    httpserver: HTTPServer, status: str, given: list[tuple[str, int]], waits: tuple[GateWait, ...]
) -> None:
    approvals = [
        {"user": {"username": "grace"}, "status": word, "created_at": stamp(AT - timedelta(minutes=minutes))}
        for word, minutes in given
    ]
    item = deployment(7, AT, status=status)
    detail = {**item, "approvals": approvals}
    page = read(
        httpserver,
        "deployments",
        item,
        parts={"deployments/7": detail},
        deployments={"from": "deployments", "approvals": True},
    )
    assert [event.gate_waits for event in page.events if isinstance(event, Deployment)] == [waits]


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        (job(7, AT), "success"),
        (job(7, AT, status="failed"), "failure"),
        (job(7, AT, status="running", finished_at=None), "running"),
        (job(7, AT, name="test"), "another job than the one that deploys"),
        (job(7, AT, ref="try"), "on another branch than `branches` names"),
        (job(7, AT, status="skipped", started_at=None, finished_at=None), "skipped, because an earlier job failed"),
        (job(7, AT, status="manual", started_at=None, finished_at=None), "has not begun"),
        (job(7, AT, status="canceled", started_at=None), "ended before it began to run"),
    ],
)
def test_the_runs_of_a_job_may_be_the_deployments(httpserver: HTTPServer, item: Item, outcome: str) -> None:
    rollouts = {"from": "job", "job": "deploy*", "branches": ["main"]}
    page = read(httpserver, "deployments", item, deployments=rollouts)
    assert [*(event.status for event in page.events if isinstance(event, Deployment)), *page.noted] == [outcome]
    still_open = outcome in ("running", "has not begun")
    assert page.open_since == (AT - timedelta(minutes=9) if still_open else None)


def test_whole_pipelines_may_be_the_deployments_and_then_are_no_pipeline_runs(httpserver: HTTPServer) -> None:
    item = pipeline(7, AT)
    lists = {"pipelines": [item, pipeline(8, AT, ref="refs/merge-requests/3/head", source="merge_request_event")]}
    url = serving(httpserver, GitLabServer(lists, lambda path: pipeline_detail(item, id=int(path.split("/")[1]))))
    source = opened(url, deployments={"from": "pipeline", "branches": ["main"]})
    page = fetched(stream(source, "deployments"))
    assert [event.id for event in page.events] == ["pipeline 7"]
    assert page.noted == {"on another branch than the settings name": 1}
    page = fetched(stream(source, "runs"))
    assert [event.id for event in page.events] == ["8"]
    assert page.noted == {"counts as a deployment": 1}


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "success"),
        ({"tag_name": "docs-1"}, "another tag than `tags` names"),
        ({"upcoming_release": True}, "announced, not released yet"),
        ({"released_at": None}, "announced, not released yet"),
    ],
)
def test_releases_may_be_the_deployments(httpserver: HTTPServer, more: dict[str, Any], outcome: str) -> None:
    item = {"tag_name": "v1.2", "released_at": stamp(AT), "commit": {"id": sha(3)}, "_links": {}} | more
    page = read(httpserver, "deployments", item, deployments={"from": "release", "tags": "v*"})
    assert [*(event.status for event in page.events if isinstance(event, Deployment)), *page.noted] == [outcome]
