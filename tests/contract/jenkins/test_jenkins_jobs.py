"""Jenkins: which jobs the settings mean, what can be wrong with them, and what the probe and the survey say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer

from bot.errors import CredentialError, SourceError
from bot.source import RuleFound, Span
from tests.contract.jenkins.jenkins_server import build, jenkins, stage
from tests.contract.jenkins.opened_jenkins import NOW, fetched, opened, serving, settings

AT = NOW - timedelta(days=1)
TREE: dict[str, list[Any]] = {
    "hello": [],
    "team/checkout": [],
    "team/deep/er/search": [],
    "team/deploy-checkout": [],
    "basket/main": [],
    "basket/feature%2Flogin": [build(1, AT)],
}


@pytest.mark.parametrize(
    ("changes", "streams"),
    [
        ({"jobs": ["hello"]}, ["hello"]),
        ({"jobs": ["team/*"]}, ["team/checkout", "team/deep/er/search", "team/deploy-checkout"]),
        ({"jobs": ["basket"]}, ["basket/main"]),
        ({"jobs": ["basket"], "branches": ["*"]}, ["basket/main", "basket/feature/login"]),
        (
            {"jobs": ["team/*checkout"], "deployments": {"from": "jobs", "jobs": ["*/deploy-*"]}},
            ["team/deploy-checkout", "team/checkout"],
        ),
    ],
)
def test_jobs_are_meant_by_name_or_glob_through_all_folders(
    httpserver: HTTPServer, changes: dict[str, Any], streams: list[str]
) -> None:
    source = serving(httpserver, TREE, **changes)
    assert [stream.name for stream in source.streams()] == streams
    assert source.requests == 1


def test_the_address_of_a_branch_is_the_one_that_jenkins_uses(httpserver: HTTPServer) -> None:
    (_, stream) = serving(httpserver, TREE, jobs=["basket"], branches=["*"]).streams()
    assert [event.source for event in fetched(stream).events] == ["jenkins:basket/feature/login"]
    assert httpserver.log[-1][0].environ["RAW_URI"].startswith("/job/basket/job/feature%252Flogin/api/json?")


def test_a_job_that_deploys_is_no_pipeline_run_besides(httpserver: HTTPServer) -> None:
    rules = {"from": "jobs", "jobs": ["team/deploy-*"]}
    streams = serving(httpserver, TREE, jobs=["team/*"], deployments=rules).streams()
    assert {stream.name: stream.kinds for stream in streams} == {
        "team/deploy-checkout": ("deployment",),
        "team/checkout": ("pipeline_run",),
        "team/deep/er/search": ("pipeline_run",),
    }


@pytest.mark.parametrize(
    ("changes", "read_again"),
    [
        ({}, False),
        ({"jobs": ["hello"]}, False),
        ({"service": "greeting"}, True),
        ({"repositories": ["*/hello"]}, True),
        ({"deployments": {"from": "jobs", "jobs": ["hello"]}}, True),
        ({"deployments": {"from": "jobs", "jobs": ["hello"], "parameter": "TARGET"}}, True),
        ({"deployments": {"from": "stages", "stages": ["Deploy"]}}, True),
    ],
)
def test_what_decides_about_a_stream_is_its_rule_and_never_its_name(
    httpserver: HTTPServer, changes: dict[str, Any], read_again: bool
) -> None:
    before = serving(httpserver, {"hello": []}).streams()[0]
    after = opened(httpserver.url_for("/"), **changes).streams()[0]
    assert before.name == after.name
    assert (before.rule != after.rule) == read_again


def test_another_job_that_deploys_is_no_reason_to_read_this_one_again(httpserver: HTTPServer) -> None:
    rules = [{"from": "jobs", "jobs": jobs} for jobs in (["hello"], ["hello", "other"])]
    (before,) = serving(httpserver, {"hello": []}, deployments=rules[0]).streams()
    after = opened(httpserver.url_for("/"), deployments=rules[1]).streams()[0]
    assert before.rule == after.rule


def test_a_deleted_or_renamed_job_is_one_sentence_and_the_others_go_on(httpserver: HTTPServer) -> None:
    streams = serving(httpserver, {"checkout": [build(1, AT)]}, jobs=["checkout", "old/name"]).streams()
    assert len(fetched(streams[0]).events) == 1
    with pytest.raises(SourceError) as told:
        fetched(streams[1])
    assert str(told.value) == (
        "jenkins: the job old/name is not there, or env:JENKINS_TOKEN may not see it (404); "
        "if it was renamed or deleted, change jobs."
    )


def test_a_folder_has_no_builds_and_the_sentence_says_what_to_write(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/job/team/api/json").respond_with_json({"_class": "com.cloudbees.Folder"})
    (stream,) = serving(httpserver, {"team/checkout": []}, jobs=["team"]).streams()
    with pytest.raises(SourceError) as told:
        fetched(stream)
    assert str(told.value) == ("jenkins: the job team has no builds of its own; if it is a folder, write team/*.")


def test_globs_that_fit_nothing_are_told(httpserver: HTTPServer) -> None:
    source = serving(httpserver, {"checkout": []}, jobs=["shop-*"])
    with pytest.raises(SourceError) as told:
        source.streams()
    assert str(told.value) == "jenkins: nothing fits shop-*; env:JENKINS_TOKEN sees 1 job or branch."


def test_a_multibranch_job_without_such_a_branch_is_told(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceError) as told:
        serving(httpserver, TREE, jobs=["basket"], branches=["trunk"]).streams()
    assert str(told.value) == "jenkins: basket has no branch that fits trunk."


@pytest.mark.parametrize(
    ("jobs", "globs", "says", "visible"),
    [
        (TREE, ["team/*"], "answers, and shows 5 jobs", 5),
        (
            {"a": []},
            ["a", "b-*", "c"],
            "answers, and shows 1 job; nothing fits b-*, c; env:JENKINS_TOKEN sees 1 job or branch",
            1,
        ),
        ({}, ["a"], "answers, and shows 0 jobs; nothing fits a; env:JENKINS_TOKEN sees no job at all", 0),
    ],
)
def test_the_probe_says_what_can_be_seen(
    httpserver: HTTPServer, jobs: dict[str, list[Any]], globs: list[str], says: str, visible: int
) -> None:
    probe = serving(httpserver, jobs, jobs=globs).probe()
    assert (probe.says, len(probe.visible)) == (says, visible)
    assert probe.is_complete is ("nothing fits" not in says)


def test_a_wrong_token_is_named_and_not_shown(httpserver: HTTPServer) -> None:
    httpserver.expect_request("").respond_with_handler(jenkins({}))
    source = opened(httpserver.url_for("/"), user=None, token=None)
    with pytest.raises(CredentialError, match=r"does not accept a request without a credential \(401\)"):
        source.streams()


def test_a_server_that_is_no_jenkins_is_told(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/json").respond_with_json({"jobs": "many"})
    with pytest.raises(SourceError, match="answers, but not as Jenkins does; is the url right"):
        opened(httpserver.url_for("/")).probe()


def test_the_survey_counts_all_builds_of_its_span_and_leaves_out_what_is_odd(httpserver: HTTPServer) -> None:
    held = [build(number, AT, "hudson.model.FreeStyleBuild", result="SUCCESS") for number in range(250, 0, -1)]
    held[3]["timestamp"] = None
    found = serving(httpserver, {"shop": held}, jobs=["shop", "gone"]).survey(Span(NOW - timedelta(weeks=4), NOW))
    assert [(each.where, each.count, len(each.last)) for each in found] == [("builds of shop", 249, 5)]


def test_the_survey_counts_builds_and_the_stages_that_look_like_a_rollout(httpserver: HTTPServer) -> None:
    held = [build(3, AT), build(2, AT, result="FAILURE"), build(1, AT - timedelta(days=1))]
    stages = [stage(1, "Test", 10), stage(2, "Deploy to prod", 10)]
    found = serving(httpserver, {"shop": held}, stages).survey(Span(NOW - timedelta(weeks=4), NOW))
    last = ("#3 on 2026-11-24 10:20 UTC", "#1 on 2026-11-23 10:20 UTC")
    assert found == (
        RuleFound(where="builds of shop", setting={"from": "jobs", "jobs": ["shop"]}, count=2, last=last),
        RuleFound(
            where="the stage Deploy to prod of the last 2 successful builds of shop",
            setting={"from": "stages", "jobs": ["shop"], "stages": ["Deploy to prod"]},
            count=2,
            last=last,
        ),
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"token": None}, "needs user and token together"),
        ({"jobs": []}, "needs jobs, or deployments with jobs"),
        ({"deployments": {"from": "jobs"}}, "needs jobs: the jobs that deploy"),
        ({"deployments": {"from": "stages"}}, "needs from: stages and stages together"),
        ({"deployments": {"jobs": ["a"], "stages": ["b"]}}, "needs from: stages and stages together"),
        ({"service": "{branch}"}, r"holds \{branch\}, which is no field here; known is \{job\} and \{folder\}"),
        ({"token": "s3cret"}, "never the secret itself"),
    ],
)
def test_settings_of_jenkins_that_cannot_work_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(**changes)
