"""CircleCI: what each workflow becomes; what a server can say otherwise is counted, kept or explained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer

from bot.errors import CredentialError, SourceError
from bot.events import Deployment, GateWait, PipelineRun
from bot.source import Ask, Coverage, Page, Span
from tests.contract.circleci.circleci_server import (
    SLUG,
    CircleCIServer,
    Item,
    approval,
    held_jobs,
    job,
    pipeline,
    server,
    stamp,
    workflow,
)
from tests.contract.circleci.opened_circleci import NOW, fetched, opened, serving, settings, the_stream

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
AT = NOW - DAY / 2


def read(
    httpserver: HTTPServer,
    *workflows: Item,
    jobs: Sequence[Item] = (),
    of: Item | None = None,
    **changes: Any,
) -> Page:
    """One page of one pipeline with these workflows."""
    answering = CircleCIServer([of or pipeline(7, AT)], lambda _: workflows, lambda _: jobs)
    return fetched(opened(serving(httpserver, answering), **changes))


def deployment(page: Page) -> Deployment:
    (event,) = page.events
    assert isinstance(event, Deployment)
    return event


def test_a_workflow_is_a_pipeline_run(httpserver: HTTPServer) -> None:
    page = read(httpserver, workflow("w1", "build", AT))
    assert page.events == (
        PipelineRun(
            kind="pipeline_run",
            source=f"circleci:{SLUG}",
            id="w1",
            service="checkout",
            pipeline="build",
            sha=f"{7:040x}",
            started_at=AT,
            finished_at=AT + 12 * MINUTE,
            status="success",
        ),
    )
    assert [request.path for request, _ in httpserver.log] == [
        f"/api/v2/project/{SLUG}/pipeline",
        "/api/v2/pipeline/p7/workflow",
    ]


def test_a_workflow_that_is_run_again_is_the_next_attempt(httpserver: HTTPServer) -> None:
    again = workflow("w2", "build", AT + 20 * MINUTE)
    page = read(httpserver, again, workflow("w1", "build", AT, status="failed"), workflow("w3", "lint", AT))
    runs = {event.id: event for event in page.events if isinstance(event, PipelineRun)}
    assert {own: (run.attempt, run.status) for own, run in runs.items()} == {
        "w1": (1, "failure"),
        "w2": (2, "success"),
        "w3": (1, "success"),
    }


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"status": "failed"}, "failure"),
        ({"status": "error"}, "failure"),
        ({"status": "canceled"}, "cancelled"),
        ({"status": "running", "stopped_at": None}, "has not ended"),
        ({"status": "failing", "stopped_at": None}, "has not ended"),
        ({"status": "not_run"}, "did not run"),
        ({"status": "unauthorized"}, "did not run"),
        ({"stopped_at": ""}, "ended, and CircleCI does not say when"),
    ],
)
def test_a_workflow_ends_as_its_status_says(httpserver: HTTPServer, more: dict[str, Any], outcome: str) -> None:
    page = read(httpserver, workflow("w1", "build", AT, **more))
    assert [*(event.status for event in page.events if isinstance(event, PipelineRun)), *page.noted] == [outcome]
    assert page.open_since == (AT if outcome == "has not ended" else None)


@pytest.mark.parametrize(
    ("of", "noted"),
    [
        (pipeline(7, AT, state="errored"), "did not run, because its configuration has errors"),
        (pipeline(7, AT, vcs=None), "without a commit"),
    ],
)
def test_a_pipeline_that_built_nothing_is_counted(httpserver: HTTPServer, of: Item, noted: str) -> None:
    assert read(httpserver, workflow("w1", "build", AT), of=of).noted == {noted: 1}


def test_a_pipeline_without_workflows_is_counted(httpserver: HTTPServer) -> None:
    assert read(httpserver).noted == {"a pipeline without workflows": 1}


def test_a_pipeline_of_a_github_app_has_its_commit_elsewhere(httpserver: HTTPServer) -> None:
    git = {"checkout_sha": "c" * 40, "branch": "main"}
    page = read(httpserver, workflow("w1", "build", AT), of=pipeline(7, AT, vcs=None, trigger_parameters={"git": git}))
    assert [event.sha for event in page.events if isinstance(event, PipelineRun)] == ["c" * 40]


def test_a_deployment_with_the_approval_that_it_waited_for(httpserver: HTTPServer) -> None:
    page = read(httpserver, workflow("w1", "deploy", AT), jobs=held_jobs(AT))
    assert page.events == (
        Deployment(
            kind="deployment",
            source=f"circleci:{SLUG}",
            id="w1",
            service="checkout",
            status="success",
            started_at=AT,
            finished_at=AT + 12 * MINUTE,
            sha=f"{7:040x}",
            trigger="manual",
            gate_waits=(
                GateWait(name="hold", started_at=AT + 2 * MINUTE, ended_at=AT + 7 * MINUTE, outcome="approved"),
            ),
        ),
    )
    assert len(httpserver.log) == 3


@pytest.mark.parametrize(
    ("jobs", "run", "waits"),
    [
        ([job("test", AT), approval(status="on_hold")], {"status": "on_hold", "stopped_at": None},
         [GateWait(name="hold", started_at=AT + 2 * MINUTE)]),
        ([approval((), status="canceled")], {"status": "canceled"},
         [GateWait(name="hold", started_at=AT, ended_at=AT + 12 * MINUTE, outcome="rejected")]),
        ([approval((), started_at=stamp(AT + MINUTE), stopped_at=stamp(AT + 3 * MINUTE))], {},
         [GateWait(name="hold", started_at=AT + MINUTE, ended_at=AT + 3 * MINUTE, outcome="approved")]),
        ([job("test", AT, status="failed"), approval(status="blocked")], {"status": "failed"}, []),
        ([job("test", AT), approval()], {}, []),
        ([job("test", AT)], {}, []),
    ],
)  # fmt: skip
def test_approvals_are_gate_waits_as_far_as_their_times_are_known(
    httpserver: HTTPServer, jobs: list[Item], run: dict[str, Any], waits: list[GateWait]
) -> None:
    page = read(httpserver, workflow("w1", "deploy", AT, **run), jobs=jobs)
    assert list(deployment(page).gate_waits) == waits
    assert not page.set_aside


@pytest.mark.parametrize(
    ("jobs", "status", "minutes"),
    [
        ([job("deploy-eu", AT), job("deploy-us", AT + MINUTE, 5)], "success", 6),
        ([job("deploy-eu", AT, status="timedout"), job("deploy-us", AT, 5)], "failure", 5),
        ([job("deploy-eu", AT), job("deploy-us", AT, status="canceled")], "cancelled", 2),
        ([job("deploy-eu", AT), job("deploy-us", None, status="blocked")], "success", 2),
        ([job("deploy-eu", AT), job("smoke", AT, 9, status="failed")], "success", 2),
    ],
)
def test_jobs_that_deploy_are_one_deployment_and_their_workflow_a_run_as_well(
    httpserver: HTTPServer, jobs: list[Item], status: str, minutes: int
) -> None:
    page = read(
        httpserver, workflow("w1", "build", AT), jobs=jobs, deployments={"workflow": "build", "job": "deploy-*"}
    )
    rollout, run = page.events
    assert isinstance(rollout, Deployment)
    assert (rollout.status, rollout.started_at, rollout.finished_at) == (status, AT, AT + minutes * MINUTE)
    assert isinstance(run, PipelineRun)


@pytest.mark.parametrize(
    ("jobs", "run", "outcome"),
    [
        ([job("deploy", AT, status="running", stopped_at=None)], {"status": "running", "stopped_at": None}, "running"),
        ([job("deploy", None, status="blocked")], {"status": "on_hold", "stopped_at": None},
         "no job that deploys has begun"),
        ([job("deploy", None, status="blocked")], {"status": "failed"}, "no job that deploys ran"),
        ([], {}, "no job that deploys ran"),
        ([job("deploy", AT, stopped_at=None)], {}, "ended, and CircleCI does not say when"),
        ([job("deploy", AT, status="retried")], {}, "did not run"),
    ],
)  # fmt: skip
def test_a_job_that_has_not_deployed_is_no_deployment(
    httpserver: HTTPServer, jobs: list[Item], run: dict[str, Any], outcome: str
) -> None:
    rollouts = {"workflow": "deploy", "job": "deploy"}
    page = read(
        httpserver,
        workflow("w1", "deploy", AT, **run),
        jobs=jobs,
        deployments=rollouts,
        pipelines={"workflows": []},
    )
    assert [*(event.status for event in page.events if isinstance(event, Deployment)), *page.noted] == [outcome]


@pytest.mark.parametrize(
    ("name", "at", "is_asked_again"),
    [
        ("build", NOW - DAY / 2, True),
        ("build", NOW - 2 * DAY, False),
        ("deploy", NOW - 13 * DAY, True),
        ("deploy", NOW - 15 * DAY, False),
    ],
)
def test_what_runs_is_asked_for_again_and_a_hold_that_nobody_decides_not_for_ever(
    httpserver: HTTPServer, name: str, at: Any, *, is_asked_again: bool
) -> None:
    page = read(httpserver, workflow("w1", name, at, status="on_hold", stopped_at=None), of=pipeline(7, at))
    assert page.open_since == (at if is_asked_again else None)


@pytest.mark.parametrize(
    ("branch", "name", "deploys"), [("main", "deploy", True), ("try", "deploy", False), ("main", "build", False)]
)
def test_only_the_branches_of_the_settings_are_deployed(
    httpserver: HTTPServer, branch: str, name: str, *, deploys: bool
) -> None:
    page = read(
        httpserver,
        workflow("w1", name, AT),
        of=pipeline(7, AT, vcs={"revision": "a" * 40, "branch": branch}),
        deployments={"workflow": "deploy*", "branches": ["main", "v*"]},
    )
    assert [isinstance(event, Deployment) for event in page.events] == [deploys]


def test_each_service_that_a_workflow_brings_has_an_event(httpserver: HTTPServer) -> None:
    rules = [
        {"service": "pay", "paths": ["pay"], "deployments": "deploy"},
        {"service": "web", "paths": ["web"], "deployments": "deploy"},
    ]
    page = read(httpserver, workflow("w1", "deploy", AT), service=rules)
    assert [event.id for event in page.events] == ["w1/pay", "w1/web"]


def test_every_span_reads_its_own_pipelines_once(httpserver: HTTPServer) -> None:
    stream = the_stream(opened(serving(httpserver, server(130, NOW))))
    found: list[str] = []
    token: str | None = None
    for weeks, older in [(0, 4), (4, 12), (12, 28), (28, 53), (53, 79)]:
        done = False
        while not done:
            span = Span(NOW - timedelta(weeks=older), NOW - timedelta(weeks=weeks))
            page = stream.fetch(Ask(span=span, token=token))
            found += [event.id for event in page.events]
            token, done = page.token, page.done
    assert len(found) == len(set(found)) == 130 + 130 // 5
    lists = [request for request, _ in httpserver.log if request.path.endswith("pipeline")]
    assert len(lists) == 7 + 3  # the page on which a span ends is asked for by the next one too


def test_an_item_of_another_shape_is_set_aside_without_people(httpserver: HTTPServer) -> None:
    odd = workflow("w1", "build", AT)
    del odd["status"]
    page = read(httpserver, odd, of=pipeline(7, AT))
    (kept,) = page.set_aside
    assert (kept.id, kept.reason) == ("pipeline 7", "the field status is not where it was")
    assert "ada" not in kept.item


@pytest.mark.parametrize(
    ("body", "status", "error", "says"),
    [
        ({"message": "You must log in first."}, 401, CredentialError,
         "does not accept env:CIRCLECI_TOKEN (401); it is wrong, or has expired."),
        ({"message": "Project not found"}, 404, SourceError,
         f"circleci: the project {SLUG} is not there, or env:CIRCLECI_TOKEN may not see it (404); correct `projects`."),
        ({"message": "Permission denied."}, 403, SourceError,
         f"circleci: env:CIRCLECI_TOKEN may not read /api/v2/project/{SLUG}/pipeline (403): Permission denied."),
        ([], 200, SourceError, "answers, but not as CircleCI does; is the url right?"),
        ({"items": None}, 200, SourceError, "answers, but not as CircleCI does; is the url right?"),
    ],
)  # fmt: skip
def test_each_problem_has_its_sentence(
    httpserver: HTTPServer, body: object, status: int, error: type[Exception], says: str
) -> None:
    httpserver.expect_request(f"/api/v2/project/{SLUG}/pipeline").respond_with_json(body, status=status)
    with pytest.raises(error) as raised:
        fetched(opened(httpserver.url_for("")))
    assert str(raised.value).endswith(says)


def test_the_probe_opens_each_project(httpserver: HTTPServer) -> None:
    url = serving(httpserver, server(1, NOW))
    assert opened(url).probe().says == f"env:CIRCLECI_TOKEN is quintet and reads {SLUG}"
    with pytest.raises(SourceError, match="the project gh/acme/gone is not there"):
        opened(url, projects=[SLUG, "gh/acme/gone"]).probe()


def test_the_survey_counts_the_successes_of_each_workflow(httpserver: HTTPServer) -> None:
    found = opened(serving(httpserver, server(40, NOW))).survey(Span(NOW - timedelta(weeks=26), NOW))
    assert [(rule.where, rule.setting, rule.count) for rule in found] == [
        (SLUG, {"workflow": "build"}, 20),
        (SLUG, {"workflow": "deploy"}, 4),
    ]
    assert found[1].last[0] == "2026-11-25 07:20 UTC  deploy"


def test_one_stream_yields_both_kinds_because_both_come_from_one_list() -> None:
    stream = the_stream(opened("https://circleci.com"))
    assert stream.name == f"{SLUG} workflows"
    assert stream.kinds == ("deployment", "pipeline_run")
    assert stream.covers == Coverage(services=("checkout",))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"projects": ["checkout"]}, "must be a slug"),
        ({"projects": ["gh/acme/*"]}, "must be a slug"),
        ({"deployments": {"job": "deploy"}}, "Field required"),
        ({"service": "{repository}"}, "known is {project} and {organization}"),
    ],
)
def test_settings_that_can_not_work_say_why(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as error:
        settings(**changes)
    assert says in str(error.value)
