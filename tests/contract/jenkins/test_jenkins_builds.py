"""Jenkins: what builds become, and what is passed over with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Deployment, PipelineRun
from bot.source import Coverage
from tests.contract.jenkins.jenkins_server import build
from tests.contract.jenkins.opened_jenkins import NOW, fetched, opened, read, serving

AT = NOW - timedelta(days=1)
DEPLOYING: dict[str, Any] = {"jobs": [], "deployments": {"from": "jobs", "jobs": ["deploy"], "gates": False}}


def git(sha: str, url: str) -> dict[str, Any]:
    return {"lastBuiltRevision": {"SHA1": sha}, "remoteUrls": [url]}


def caused(*causes: str) -> dict[str, Any]:
    return {"_class": "hudson.model.CauseAction", "causes": [{"_class": cause} for cause in causes]}


def test_a_build_is_a_pipeline_run(httpserver: HTTPServer) -> None:
    page = read(serving(httpserver, {"team/checkout": [build(12, AT)]}))
    assert page.events == (
        PipelineRun(
            kind="pipeline_run",
            source="jenkins:team/checkout",
            id="12",
            service="checkout",
            url="https://ci.example.com/job/some/12/",
            pipeline="team/checkout",
            sha=f"{12:040x}",
            queued_at=AT - timedelta(seconds=5),
            started_at=AT,
            finished_at=AT + timedelta(seconds=90),
            status="success",
            tests=250,
        ),
    )
    assert page.done
    assert not page.set_aside


def test_a_build_of_a_job_that_deploys_is_a_deployment(httpserver: HTTPServer) -> None:
    page = read(serving(httpserver, {"deploy": [build(3, AT, "hudson.model.FreeStyleBuild")]}, **DEPLOYING))
    assert page.events == (
        Deployment(
            kind="deployment",
            source="jenkins:deploy",
            id="3",
            service="deploy",
            url="https://ci.example.com/job/some/3/",
            status="success",
            started_at=AT,
            finished_at=AT + timedelta(seconds=90),
            sha=f"{3:040x}",
            trigger="automatic",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "run", "rollout"),
    [
        ({"result": "SUCCESS"}, "success", "success"),
        ({"result": "UNSTABLE"}, "failure", "success"),
        ({"result": "FAILURE"}, "failure", "failure"),
        ({"result": "ABORTED"}, "cancelled", "cancelled"),
        ({"result": "NOT_BUILT"}, "a build that was not built", "a build that was not built"),
        ({"result": "NOT_BUILD"}, "a build with a result that Jenkins does not know", None),
        ({"result": None}, "a build that ended without a result", "a build that ended without a result"),
        ({"result": None, "building": True}, "a build that is still running", "running"),
        ({"result": "SUCCESS", "building": True}, "a build that is still running", "running"),
    ],
)
def test_how_a_build_ended(httpserver: HTTPServer, changes: dict[str, Any], run: str, rollout: str | None) -> None:
    source = serving(
        httpserver,
        {"deploy": [build(1, AT, **changes)], "test": [build(1, AT, **changes)]},
        jobs=["test"],
        deployments=DEPLOYING["deployments"],
    )
    for stream, expected in zip(source.streams(), (rollout or run, run), strict=True):
        page = fetched(stream)
        said = [event.status for event in page.events if isinstance(event, PipelineRun | Deployment)]
        assert [*said, *page.noted] == [expected]
        assert not page.set_aside


def test_a_running_build_is_asked_for_again_from_its_start(httpserver: HTTPServer) -> None:
    jobs = {"deploy": [build(3, NOW, building=True), build(2, AT, building=True), build(1, AT - timedelta(days=1))]}
    page = read(serving(httpserver, jobs, **DEPLOYING))
    assert page.open_since == AT
    assert [event.finished_at for event in page.events if isinstance(event, Deployment)][:2] == [None, None]


@pytest.mark.parametrize(
    ("causes", "trigger"),
    [
        (["hudson.model.Cause$UserIdCause"], "manual"),
        (["hudson.model.Cause$UpstreamCause"], "automatic"),
        (["hudson.model.Cause$UserIdCause", "com.sonyericsson.rebuild.RebuildCause"], "manual"),
        ([], None),
    ],
)
def test_who_pressed_the_button(httpserver: HTTPServer, causes: list[str], trigger: str | None) -> None:
    actions: list[dict[str, Any]] = [{}, caused(*causes)] if causes else [{}]
    page = read(serving(httpserver, {"deploy": [build(1, AT, actions=actions)]}, **DEPLOYING))
    assert [event.trigger for event in page.events if isinstance(event, Deployment)] == [trigger]
    assert page.noted == {"a build that names no commit, taken as a deployment without one": 1}


@pytest.mark.parametrize(
    ("actions", "repositories", "sha"),
    [
        ([git("a1", "https://x/acme/any.git")], [], "a1"),
        ([git("a1", "https://x/acme/lib.git"), git("b2", "git@x:acme/checkout.git")], [], "b2"),
        ([git("a1", "https://x/acme/lib.git"), git("a1", "https://x/acme/lib.git")], [], "a1"),
        ([git("a1", "https://x/acme/lib.git"), git("b2", "https://x/acme/shop.git")], [], None),
        ([git("a1", "https://x/acme/lib.git"), git("b2", "https://x/acme/shop.git")], ["*/shop"], "b2"),
        ([git("a1", "https://x/acme/lib.git")], ["*/shop"], None),
        ([{"lastBuiltRevision": None}, {"_class": "hudson.plugins.git.util.BuildData"}], [], None),
    ],
    ids=["one", "the one named as the job", "twice the same", "which one?", "the settings say", "another", "none"],
)
def test_the_commit_is_that_of_the_job_s_own_repository(
    httpserver: HTTPServer, actions: list[Any], repositories: list[str], sha: str | None
) -> None:
    jobs = {"team/checkout": [build(1, AT, actions=actions)]}
    page = read(serving(httpserver, jobs, repositories=repositories))
    assert [event.sha for event in page.events if isinstance(event, PipelineRun)] == ([sha] if sha else [])
    assert sum(page.noted.values()) == (0 if sha else 1)


def test_a_build_with_several_repositories_says_what_to_do(httpserver: HTTPServer) -> None:
    actions = [git("a1", "https://x/acme/lib.git"), git("b2", "https://x/acme/shop.git")]
    page = read(serving(httpserver, {"checkout": [build(1, AT, actions=actions)]}))
    assert page.noted == {"a build that checked out several repositories; name its own in repositories": 1}


@pytest.mark.parametrize(
    "cause",
    [
        "org.jenkinsci.plugins.workflow.cps.replay.ReplayCause",
        "com.sonyericsson.rebuild.RebuildCause",
        "com.chikli.hudson.plugin.naginator.NaginatorCause",
        "org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause",
    ],
)
def test_only_what_was_started_again_is_a_next_attempt(httpserver: HTTPServer, cause: str) -> None:
    first, again, later = ([git("a1", "x/y"), caused(why)] for why in ("TimerTriggerCause", cause, "SCMTriggerCause"))
    jobs = {
        "checkout": [
            build(number, AT, actions=actions) for number, actions in ((4, later), (3, again), (2, again), (1, first))
        ]
    }
    page = read(serving(httpserver, jobs))
    assert [event.attempt for event in page.events if isinstance(event, PipelineRun)] == [1, 3, 2, 1]


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("production", "success"),
        ("PROD-eu", "success"),
        ("staging", "a build for another environment"),
        (None, "a build without the parameter TARGET"),
    ],
)
def test_a_parameter_may_name_the_environment(httpserver: HTTPServer, value: str | None, becomes: str) -> None:
    given = [{"name": "PASSPHRASE", "value": "s3cret"}, *([{"name": "TARGET", "value": value}] if value else [])]
    actions = [git("a1", "x/y"), {"_class": "hudson.model.ParametersAction", "parameters": given}]
    rules = {"from": "jobs", "jobs": ["deploy"], "parameter": "TARGET", "gates": False}
    page = read(serving(httpserver, {"deploy": [build(1, AT, actions=actions)]}, jobs=[], deployments=rules))
    assert [*(event.status for event in page.events if isinstance(event, Deployment)), *page.noted] == [becomes]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timestamp": None}, "has another shape than expected"),
        ({"timestamp": 10**30}, "are no times in milliseconds"),
        ({"duration": -5_000}, "finished_at is before started_at"),
        ({"actions": "none"}, "has another shape than expected"),
        ({"number": "one"}, "has another shape than expected"),
        ({"url": "x" * 5_000}, "url: has more than 4096 characters"),
    ],
)
def test_a_build_that_can_not_be_read_is_set_aside_and_the_others_go_on(
    httpserver: HTTPServer, changes: dict[str, Any], reason: str
) -> None:
    page = read(serving(httpserver, {"checkout": [build(2, AT) | changes, build(1, AT)]}))
    assert [event.id for event in page.events] == ["1"]
    (aside,) = page.set_aside
    assert reason in aside.reason


def test_what_is_set_aside_holds_no_password_no_parameter_and_no_person(httpserver: HTTPServer) -> None:
    actions = [
        git("a1", "https://ada:s3cret@git.example.com/acme/shop.git"),
        {"parameters": [{"name": "PASSPHRASE", "value": "s3cret"}]},
        {"causes": [{"_class": "hudson.model.Cause$UserIdCause", "userId": "ada", "userName": "Ada"}]},
    ]
    page = read(serving(httpserver, {"checkout": [build(1, AT, actions=actions, duration="long")]}))
    (aside,) = page.set_aside
    assert aside.id == "checkout #1"
    assert "git.example.com" in aside.item
    assert not any(word in aside.item for word in ("s3cret", "ada", "Ada"))


@pytest.mark.parametrize(
    ("mapping", "services"),
    [
        ("{job}", ["checkout"]),
        ("{folder}-{job}", ["team-checkout"]),
        ([{"match": "other/*", "service": "other"}], []),
        ([{"service": "a", "paths": ["a"]}, {"service": "b", "paths": ["b"]}], ["a", "b"]),
    ],
)
def test_the_mapping_names_the_service_and_what_the_stream_covers(
    httpserver: HTTPServer, mapping: Any, services: list[str]
) -> None:
    source = serving(httpserver, {"team/checkout": [build(1, AT)]}, service=mapping)
    (stream,) = source.streams()
    page = read(source)
    assert [event.service for event in page.events if isinstance(event, PipelineRun)] == services
    assert len({event.id for event in page.events}) == len(services)
    assert stream.covers == Coverage(services=tuple(services))
    if not services:
        assert page.noted == {"no rule of `service` names a service for it": 1}


def test_a_second_server_with_the_same_jobs_keeps_its_events_apart(httpserver: HTTPServer) -> None:
    page = read(serving(httpserver, {"checkout": [build(1, AT)]}, name="ci-eu"))
    assert [event.source for event in page.events] == ["jenkins:ci-eu/checkout"]


def test_no_request_asks_for_names_of_people(httpserver: HTTPServer) -> None:
    read(serving(httpserver, {"checkout": [build(1, AT)]}))
    asked = "".join(request.args["tree"] for request, _ in httpserver.log)
    assert not any(word in asked for word in ("user", "shortDescription", "author", "parameters"))
    assert opened("http://ci.example.com").requests == 0
