"""Jenkins: stages that are the rollout, and input steps as gate waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Deployment, GateWait, PipelineRun
from bot.source import Page
from tests.contract.jenkins.jenkins_server import build, stage
from tests.contract.jenkins.opened_jenkins import fetched, read, serving

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)  # when the stages of the tests begin
STAGES = {"from": "stages", "stages": ["Deploy*"]}
JOBS = {"from": "jobs", "jobs": ["deploy"]}


def after(seconds: int) -> datetime:
    return AT + timedelta(seconds=seconds)


def staged(httpserver: HTTPServer, *stages: dict[str, Any], **changes: Any) -> Page:
    source = serving(httpserver, {"shop": [build(1, AT, **changes)]}, stages, deployments=STAGES)
    return read(source)


def rollouts(page: Page) -> list[Deployment]:
    return [event for event in page.events if isinstance(event, Deployment)]


def runs(page: Page) -> list[PipelineRun]:
    return [event for event in page.events if isinstance(event, PipelineRun)]


def test_a_stage_is_the_rollout_and_what_ran_before_the_gate_the_pipeline_run(httpserver: HTTPServer) -> None:
    build_stage, approve = stage(1, "Build", 9_000), stage(10, "Approve", 50_000, stood=True)
    page = staged(httpserver, build_stage, approve, stage(61, "Deploy eu", 20_000), duration=95_000)
    assert rollouts(page) == [
        Deployment(
            kind="deployment",
            source="jenkins:shop",
            id="1/61",
            service="shop",
            url="https://ci.example.com/job/some/1/",
            status="success",
            started_at=after(61),
            finished_at=after(81),
            sha=f"{1:040x}",
            trigger="automatic",
            gate_waits=(GateWait(name="Approve", started_at=after(10), ended_at=after(60), outcome="approved"),),
        )
    ]
    (run,) = runs(page)
    assert (run.started_at, run.finished_at, run.status) == (AT, after(10), "success")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("SUCCESS", "success"),
        ("UNSTABLE", "success"),
        ("FAILED", "failure"),
        ("ABORTED", "cancelled"),
        ("IN_PROGRESS", "running"),
        ("PAUSED_PENDING_INPUT", "running"),
    ],
)
def test_how_the_stage_ended_is_how_the_rollout_ended(httpserver: HTTPServer, status: str, expected: str) -> None:
    page = staged(httpserver, stage(5, "Deploy", 10, status=status))
    assert [each.status for each in rollouts(page)] == [expected]


@pytest.mark.parametrize("status", ["NOT_EXECUTED", None], ids=["skipped", "without a status"])
def test_a_stage_that_was_not_reached_is_no_rollout(httpserver: HTTPServer, status: str | None) -> None:
    page = staged(httpserver, stage(5, "Deploy", 10, status=status), result="FAILURE")
    assert not rollouts(page)
    assert [run.status for run in runs(page)] == ["failure"]
    assert page.noted == {"a build that did not reach the stages that are the rollout": 1}


def test_several_stages_are_several_rollouts(httpserver: HTTPServer) -> None:
    page = staged(httpserver, stage(5, "Deploy eu", 10), stage(6, "Deploy us", 10), stage(7, "Deployment notes", 10))
    assert [each.id for each in rollouts(page)] == ["1/5", "1/6", "1/7"]


def test_a_build_without_a_commit_may_still_be_a_rollout(httpserver: HTTPServer) -> None:
    page = staged(httpserver, stage(5, "Deploy", 10), actions=[])
    assert [each.sha for each in rollouts(page)] == [None]
    assert not runs(page)


def test_a_stage_names_its_service_where_the_mapping_says_so(httpserver: HTTPServer) -> None:
    mapping = [{"service": "eu", "deployments": "Deploy eu"}, {"service": "us", "deployments": "Deploy us"}]
    stages = (stage(5, "Deploy eu", 10), stage(6, "Deploy us", 10))
    source = serving(httpserver, {"shop": [build(1, AT)]}, stages, deployments=STAGES, service=mapping)
    (stream,) = source.streams()
    assert [each.service for each in rollouts(fetched(stream))] == ["eu", "us"]
    assert stream.covers.services == ("eu", "us")
    assert stream.kinds == ("deployment", "pipeline_run")


def gated(httpserver: HTTPServer, *stages: dict[str, Any], **rules: Any) -> tuple[Page, int]:
    source = serving(httpserver, {"deploy": [build(1, AT)]}, stages, jobs=[], deployments=JOBS | rules)
    page = read(source)
    return page, source.requests - 2  # the jobs, and the builds


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"ended_at": after(20), "outcome": "approved"}),
        ({"status": "ABORTED"}, {"ended_at": after(20)}),
        ({"status": "FAILED"}, {"ended_at": after(20)}),
        ({"status": "PAUSED_PENDING_INPUT"}, {}),
        ({"status": "IN_PROGRESS"}, {}),
    ],
    ids=["went on", "refused, given up or stopped", "failed", "waits for input", "waits"],
)
def test_an_input_step_is_a_gate_wait(
    httpserver: HTTPServer, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    page, requests = gated(httpserver, stage(5, "Approve", 15_000, stood=True, **changes))
    (rollout,) = rollouts(page)
    assert rollout.gate_waits == (GateWait(name="Approve", started_at=after(5), **expected),)
    assert requests == 2


@pytest.mark.parametrize(
    ("stages", "rules", "requests"),
    [
        ([stage(5, "Deploy", 10)], {}, 1),
        ([stage(5, "Approve", 10, stood=True)], {"gates": False}, 0),
        ([stage(5, "Approve", 10, stood=True, startTimeMillis=None)], {}, 1),
    ],
    ids=["no stage stood", "nobody asks", "never begun"],
)
def test_stages_are_asked_for_only_where_they_can_tell_something(
    httpserver: HTTPServer, stages: list[dict[str, Any]], rules: dict[str, Any], requests: int
) -> None:
    page, asked = gated(httpserver, *stages, **rules)
    assert [each.gate_waits for each in rollouts(page)] == [()]
    assert asked == requests


def test_waiting_for_a_machine_is_no_gate(httpserver: HTTPServer) -> None:
    step = {**stage(5, "Allocate node : Start", 900, stood=True), "id": "50"}
    described = {**stage(5, "Build", 900, stood=True), "stageFlowNodes": [step]}
    path = "/job/deploy/1/execution/node/5/wfapi/describe"
    httpserver.expect_request(path).respond_with_json(described)
    page, _ = gated(httpserver, stage(5, "Build", 900, stood=True))
    assert [each.gate_waits for each in rollouts(page)] == [()]


def test_without_the_plugin_a_deployment_counts_and_its_gates_are_unknown(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/job/deploy/1/wfapi/describe").respond_with_data("<html>", status=404)
    page, _ = gated(httpserver, stage(5, "Deploy", 10))
    assert len(rollouts(page)) == 1
    assert page.noted == {
        "a build whose stages Jenkins does not tell; that needs its plugin Pipeline: REST API": 1,
    }
