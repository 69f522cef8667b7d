"""Runs of Actions become pipeline runs, or deployments where a workflow deploys."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.errors import SourceError
from bot.source import Ask, Span
from tests.contract.github.github_items import deployment, iso, job, release, run, sha, status
from tests.contract.github.github_server import GitHubServer
from tests.contract.github.opened_github import DAY, HOUR, NOW, WEEKS, Read, history, opened, read, the_stream

AT = NOW - 2 * DAY
MINUTE = HOUR / 60
DEPLOYS = {"from": "workflow", "workflow": "deploy.yml"}
DEPLOY = {"name": "Deploy", "path": ".github/workflows/deploy.yml"}


def pipeline_runs(httpserver: HTTPServer, *runs: dict[str, Any], **settings: Any) -> Read:
    return read(the_stream(opened(httpserver, GitHubServer(runs=list(runs)), **settings), "pipeline runs"))


def rollouts(httpserver: HTTPServer, answers: GitHubServer, **rule: Any) -> Read:
    return read(the_stream(opened(httpserver, answers, deployments=DEPLOYS | rule), "deployments"))


def test_a_run_is_a_pipeline_run_from_its_request_to_its_end(httpserver: HTTPServer) -> None:
    event = pipeline_runs(httpserver, run(5, AT)).only
    assert (event.source, event.id, event.service, event.pipeline, event.sha, event.attempt, event.status) == (
        "github:acme/checkout",
        "5",
        "checkout",
        "CI",
        sha(5),
        1,
        "success",
    )
    assert (event.queued_at, event.started_at, event.finished_at) == (AT, AT, AT + 9 * MINUTE)
    assert event.url == "https://github.com/acme/checkout/actions/runs/5"


def test_a_run_of_a_divided_repository_is_one_of_each_part(httpserver: HTTPServer) -> None:
    """Which workflow rolls a part out says nothing of the workflow that builds all of them."""
    divided = [
        {"service": "pay", "paths": ["pay"], "deployments": "deploy-pay.yml"},
        {"service": "web", "paths": ["web"], "deployments": "deploy-web.yml"},
    ]
    found = pipeline_runs(httpserver, run(5, AT), service=divided)
    assert {own_id: event.service for own_id, event in found.events.items()} == {"5/pay": "pay", "5/web": "web"}


@pytest.mark.parametrize(
    ("said", "conclusion", "ended"),
    [
        ("completed", "success", "success"),
        ("COMPLETED", "SUCCESS", "success"),
        ("completed", "failure", "failure"),
        ("completed", "timed_out", "failure"),
        ("completed", "startup_failure", "failure"),
        ("completed", "cancelled", "cancelled"),
        ("CANCELLED", "", "cancelled"),
    ],
)
def test_a_conclusion_in_any_case_says_how_it_ended(
    httpserver: HTTPServer, said: str, conclusion: str, ended: str
) -> None:
    assert pipeline_runs(httpserver, run(5, AT, status=said, conclusion=conclusion)).only.status == ended


@pytest.mark.parametrize(
    ("special", "reason"),
    [
        ({"conclusion": "skipped"}, "skipped"),
        ({"conclusion": "neutral", "status": "NEUTRAL"}, "neutral: neither a success nor a failure"),
        ({"conclusion": "stale"}, "given up by GitHub before it ended"),
        ({"conclusion": "action_required"}, "waiting for leave to run"),
        ({"conclusion": None, "status": "in_progress"}, "a run that has not ended"),
        ({"conclusion": "", "status": "WAITING"}, "a run that waits at a gate"),
        ({"event": "issue_comment"}, "a run that a conversation set off, not code"),
    ],
)
def test_what_is_no_pipeline_run_is_counted(httpserver: HTTPServer, special: dict[str, Any], reason: str) -> None:
    found = pipeline_runs(httpserver, run(5, AT, **special))
    assert (found.events, found.set_aside, found.noted) == ({}, [], {reason: 1})


@pytest.mark.parametrize(
    ("special", "reason"),
    [
        (
            {"conclusion": "odd"},
            "has another shape than expected: its conclusion is 'odd', which is none that is known",
        ),
        ({"head_sha": None}, "sha: expected a text, got null"),
        ({"updated_at": None}, "has another shape than expected: fromisoformat: argument must be str"),
    ],
)
def test_a_run_in_another_shape_is_set_aside(httpserver: HTTPServer, special: dict[str, Any], reason: str) -> None:
    (aside,) = pipeline_runs(httpserver, run(5, AT, **special)).set_aside
    assert (aside.id, aside.reason) == ("run 5", reason)


@pytest.mark.parametrize(("said", "asked_again"), [("queued", True), ("IN_PROGRESS", True), ("waiting", False)])
def test_what_still_runs_is_asked_for_again_but_not_what_waits(
    httpserver: HTTPServer, said: str, asked_again: bool
) -> None:
    found = pipeline_runs(httpserver, run(5, AT, status=said, conclusion=None), run(6, AT + HOUR))
    assert found.pages[0].open_since == (AT if asked_again else None)


@pytest.mark.parametrize(
    ("workflows", "counts"), [(["CI"], True), (["ci.yml"], True), (["c*"], True), (["lint*", "Docs"], False)]
)
def test_workflows_are_named_by_name_or_file(httpserver: HTTPServer, workflows: list[str], counts: bool) -> None:
    found = pipeline_runs(httpserver, run(5, AT), pipelines={"workflows": workflows})
    assert bool(found.events) is counts


def test_no_workflows_are_no_pipeline_runs(httpserver: HTTPServer) -> None:
    source = opened(httpserver, GitHubServer(), pipelines={"workflows": []})
    assert [stream.name for stream in source.streams()] == [
        "acme/checkout changes",
        "acme/checkout deployments",
        "acme/checkout incidents",
    ]


def test_a_workflow_that_deploys_is_no_pipeline(httpserver: HTTPServer) -> None:
    found = pipeline_runs(httpserver, run(5, AT, **DEPLOY), run(6, AT), deployments=DEPLOYS)
    assert (list(found.events), found.noted) == (["6"], {"a run of the workflow that deploys": 1})


def test_a_workflow_of_which_one_job_deploys_is_a_pipeline_too(httpserver: HTTPServer) -> None:
    found = pipeline_runs(httpserver, run(5, AT, **DEPLOY), deployments=DEPLOYS | {"job": "deploy"})
    assert list(found.events) == ["5"]


def test_the_attempts_before_the_last_one_are_asked_for(httpserver: HTTPServer) -> None:
    """The list shows the success only; the failure before it on the same sha is what makes it a flake."""
    again = {"run_attempt": 2, "run_started_at": iso(AT + HOUR), "updated_at": iso(AT + 2 * HOUR)}
    answers = GitHubServer(runs=[run(5, AT, **again)], attempts={(5, 1): run(5, AT, conclusion="failure")})
    found = read(the_stream(opened(httpserver, answers), "pipeline runs"))
    told = [(event.id, event.attempt, event.status, event.queued_at) for event in found.events.values()]  # pyright: ignore[reportAttributeAccessIssue]
    assert told == [("5-2", 2, "success", None), ("5", 1, "failure", AT)]
    assert len(answers.asked) == 2


def test_only_the_last_earlier_attempts_are_asked_for(httpserver: HTTPServer) -> None:
    earlier = {(5, number): run(5, AT, conclusion="failure", run_attempt=number) for number in range(1, 9)}
    answers = GitHubServer(runs=[run(5, AT, run_attempt=9)], attempts=earlier)
    found = read(the_stream(opened(httpserver, answers), "pipeline runs"))
    assert list(found.events) == ["5-9", "5-8", "5-7", "5-6"]
    assert found.noted == {"with the last 3 of its earlier attempts only": 1}


def test_an_earlier_attempt_that_is_gone_stops_nothing(httpserver: HTTPServer) -> None:
    found = pipeline_runs(httpserver, run(5, AT, run_attempt=3))
    assert (list(found.events), found.noted) == (
        ["5-3"],
        {"without an earlier attempt, which GitHub no longer has": 1},
    )


@pytest.mark.parametrize("told", [None, iso(AT + DAY)])
def test_a_beginning_that_is_missing_or_after_the_end_stays_unknown(httpserver: HTTPServer, told: str | None) -> None:
    assert pipeline_runs(httpserver, run(5, AT, run_started_at=told)).only.started_at is None


def test_an_old_server_that_names_no_file_is_read_too(httpserver: HTTPServer) -> None:
    assert pipeline_runs(httpserver, run(5, AT, path=None, run_attempt=None)).only.pipeline == "CI"


def test_more_runs_than_a_list_may_hold_are_read_whole(httpserver: HTTPServer) -> None:
    """GitHub ends a list at the 1,000th run; no list here is read that far."""
    answers = GitHubServer(runs=[run(number, NOW - number * MINUTE) for number in range(1, 1301)])
    source = opened(httpserver, answers)
    found = read(the_stream(source, "pipeline runs"))
    assert sorted(map(int, found.events)) == list(range(1, 1301))
    assert source.requests == len(found.pages) == 14


def test_runs_of_one_second_that_fill_a_page_are_read_page_by_page(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[*(run(number, AT) for number in range(1, 251)), run(300, AT - HOUR)])
    assert len(pipeline_runs_of(httpserver, answers).events) == 251


def test_a_run_that_is_deleted_between_two_requests_hides_no_other(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[run(number, NOW - number * HOUR) for number in range(1, 251)])
    stream = the_stream(opened(httpserver, answers), "pipeline runs")

    def delete() -> None:
        del answers.runs[3:6]
        answers.sort()

    found = history(stream, weeks=4, between=delete)
    assert {str(number) for number in range(10, 251)} <= set(found.events)


def pipeline_runs_of(httpserver: HTTPServer, answers: GitHubServer) -> Read:
    return read(the_stream(opened(httpserver, answers), "pipeline runs"))


def test_the_history_of_runs_is_read_without_a_hole(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[run(number, NOW - number * DAY / 2) for number in range(1, 301)])
    found = history(the_stream(opened(httpserver, answers), "pipeline runs"))
    assert sorted(map(int, found.events)) == list(range(1, 301))


def test_an_unchanged_list_is_known_by_its_etag(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[run(5, NOW - HOUR)])
    stream = the_stream(opened(httpserver, answers), "pipeline runs")
    span = Span(NOW - DAY, NOW)
    first = stream.fetch(Ask(span=span))
    later = Span(NOW - DAY + HOUR, NOW + HOUR)
    assert first.validator is not None
    again = stream.fetch(Ask(span=later, validator=first.validator))
    assert (again.unchanged, again.events, again.done, again.validator) == (True, (), True, first.validator)


def test_a_list_of_several_pages_is_not_known_by_its_first(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[run(number, NOW - number * MINUTE) for number in range(1, 131)])
    page = the_stream(opened(httpserver, answers), "pipeline runs").fetch(Ask(span=Span(NOW - WEEKS, NOW)))
    assert (page.done, page.validator) == (False, None)


@pytest.mark.parametrize(("special", "trigger"), [({}, "automatic"), ({"event": "workflow_dispatch"}, "manual")])
def test_a_run_of_the_workflow_that_deploys_is_a_deployment(
    httpserver: HTTPServer, special: dict[str, Any], trigger: str
) -> None:
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY, **special), run(6, AT)])
    event = rollouts(httpserver, answers).only
    assert (event.id, event.service, event.environment, event.status, event.sha, event.trigger) == (
        "run 5",
        "checkout",
        "production",
        "success",
        sha(5),
        trigger,
    )
    assert (event.started_at, event.finished_at, event.gate_waits) == (AT, AT + 9 * MINUTE, ())
    assert "/workflows/deploy.yml/runs" in answers.asked[0]
    assert len(answers.asked) == 2


@pytest.mark.parametrize(
    ("special", "rule", "reason"),
    [
        ({"event": "pull_request"}, {}, "a run for a pull request"),
        ({"head_branch": "try"}, {"branches": ["main"]}, "a run on a branch that `deployments.branches` leaves out"),
        ({"head_branch": None}, {"branches": ["main"]}, "a run on a branch that `deployments.branches` leaves out"),
        (
            {"path": ".github/workflows/ci.yml"},
            {"workflow": "deploy*"},
            "a run of another workflow than `deployments.workflow` names",
        ),
        ({"conclusion": "skipped"}, {}, "skipped"),
    ],
)
def test_a_run_that_is_no_deployment_is_counted(
    httpserver: HTTPServer, special: dict[str, Any], rule: dict[str, Any], reason: str
) -> None:
    answers = GitHubServer(runs=[run(5, AT, **{**DEPLOY, "name": "Roll out", **special})])
    found = rollouts(httpserver, answers, **rule)
    assert (found.events, found.noted) == ({}, {reason: 1})


def test_a_rollout_that_runs_is_asked_for_again(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY, status="in_progress", conclusion=None)])
    found = rollouts(httpserver, answers)
    assert (found.only.status, found.only.started_at, found.only.finished_at) == ("running", AT, None)
    assert found.pages[0].open_since == AT


def test_rolling_back_by_running_again_is_a_deployment_of_its_own(httpserver: HTTPServer) -> None:
    again = {"run_attempt": 2, "run_started_at": iso(AT + HOUR), "updated_at": iso(AT + 2 * HOUR)}
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY, **again)], attempts={(5, 1): run(5, AT, **DEPLOY)})
    found = rollouts(httpserver, answers)
    told = [(event.id, event.at) for event in found.events.values()]
    assert told == [("run 5-2", AT + 2 * HOUR), ("run 5", AT + 9 * MINUTE)]


def test_runs_releases_and_deployments_of_one_number_are_events_of_their_own(httpserver: HTTPServer) -> None:
    """A server of one's own counts each from 1: after a change of the settings none is taken for another one."""
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY)], deployments=[deployment(5, AT)], releases=[release(5, AT)])
    rules = (DEPLOYS, {"from": "deployments"}, {"from": "release"})
    told = (read(the_stream(opened(httpserver, answers, deployments=rule), "deployments")).only.id for rule in rules)
    assert list(told) == ["run 5", "5", "release 5"]


def waited(number: int, of_run: int, *states: tuple[str, int]) -> dict[str, Any]:
    log = f"https://github.com/acme/checkout/actions/runs/{of_run}/job/1"
    return deployment(number, AT, *(status(state, AT + at * MINUTE, log) for state, at in states), commitOid=sha(5))


def test_a_rollout_stood_at_the_gates_of_its_own_run_and_attempt(httpserver: HTTPServer) -> None:
    again = {"run_attempt": 2, "run_started_at": iso(AT + 30 * MINUTE), "updated_at": iso(AT + HOUR)}
    answers = GitHubServer(
        runs=[run(5, AT, **DEPLOY, **again)],
        attempts={(5, 1): run(5, AT, **DEPLOY, conclusion="failure")},
        deployments=[
            waited(1, 5, ("WAITING", 1), ("FAILURE", 8)),
            waited(2, 5, ("WAITING", 31), ("IN_PROGRESS", 50), ("SUCCESS", 59)),
            waited(3, 99, ("WAITING", 2), ("QUEUED", 3)),
            deployment(4, AT, commitOid=sha(5)),
        ],
    )
    found = rollouts(httpserver, answers)
    waits = {
        name: [(wait.name, (wait.started_at - AT) / MINUTE, wait.outcome) for wait in event.gate_waits]  # pyright: ignore[reportAttributeAccessIssue]
        for name, event in found.events.items()
    }
    assert waits == {"run 5-2": [("production", 31, "approved")], "run 5": [("production", 1, "rejected")]}


def test_gate_waits_that_may_not_be_read_are_said_to_be_missing(httpserver: HTTPServer) -> None:
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY)])
    answers.errors = [{"type": "FORBIDDEN", "message": "no", "path": ["repository", "c0", "deployments"]}]
    found = rollouts(httpserver, answers)
    assert (len(found.events), found.noted) == (1, {"without gate waits: the credential may not read deployments": 1})


@pytest.mark.parametrize(
    ("jobs", "ended"),
    [
        ([job("build", AT), job("deploy eu", AT + HOUR), job("deploy us", AT + 2 * HOUR)], "success"),
        ([job("build", AT, "failure"), job("deploy eu", AT + HOUR), job("deploy us", AT + 2 * HOUR)], "success"),
        ([job("deploy eu", AT + HOUR, "failure"), job("deploy us", AT + 2 * HOUR)], "failure"),
        ([job("deploy eu", AT + HOUR, "cancelled"), job("deploy us", AT + 2 * HOUR)], "cancelled"),
        ([job("deploy eu", AT + HOUR), job("deploy us", AT + 2 * HOUR), job("deploy old", AT, "skipped")], "success"),
    ],
)
def test_the_jobs_that_deploy_decide_for_the_run(httpserver: HTTPServer, jobs: list[Any], ended: str) -> None:
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY, conclusion="failure")], jobs={(5, 1): jobs})
    event = rollouts(httpserver, answers, job="deploy*").only
    assert (event.status, event.started_at, event.finished_at) == (ended, AT + HOUR, AT + 2 * HOUR + 3 * MINUTE)


@pytest.mark.parametrize(
    ("jobs", "reason"),
    [
        ([job("build", AT)], "a run in which the job that deploys did not run"),
        ([job("deploy", AT, "skipped")], "a run in which the job that deploys did not run"),
        (
            [job("deploy", AT, None, status="in_progress")],
            "a run whose job that deploys has not ended",
        ),
    ],
)
def test_a_run_whose_job_did_not_deploy_is_counted(httpserver: HTTPServer, jobs: list[Any], reason: str) -> None:
    answers = GitHubServer(runs=[run(5, AT, **DEPLOY)], jobs={(5, 1): jobs})
    found = rollouts(httpserver, answers, job="deploy*")
    assert (found.events, found.noted) == ({}, {reason: 1})


def test_a_repository_that_is_not_there_is_no_permission_that_is_missing(httpserver: HTTPServer) -> None:
    source = opened(httpserver, GitHubServer(), repositories=["acme/gone"])
    (stream,) = (stream for stream in source.streams() if stream.kinds == ("pipeline_run",))
    with pytest.raises(SourceError) as told:
        stream.fetch(Ask(span=Span(AT, AT + DAY)))
    assert str(told.value) == "acme-github: acme/gone is not there, or env:GITHUB_TOKEN may not read its Actions (404)."


def test_a_workflow_that_was_deleted_is_named(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceError) as told:
        rollouts(httpserver, GitHubServer(runs=[run(5, AT)]))
    assert str(told.value) == (
        "acme-github: acme/checkout has no workflow deploy.yml, or env:GITHUB_TOKEN may not read its Actions; "
        "if the file was renamed or deleted, change `deployments.workflow`."
    )


def test_actions_that_may_not_be_read_name_the_permission(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceError) as told:
        pipeline_runs_of(httpserver, GitHubServer(forbidden=frozenset({"actions"})))
    assert str(told.value) == (
        "acme-github: env:GITHUB_TOKEN may not read the Actions of acme/checkout (403); give it read access to Actions."
    )
