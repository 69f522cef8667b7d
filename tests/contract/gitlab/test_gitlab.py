"""GitLab: its settings, its projects, and what it says when something is wrong."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import CredentialError, SourceError
from bot.source import Coverage, Span
from tests.contract.gitlab.gitlab_items import PROJECT, deployment, job, stamp
from tests.contract.gitlab.gitlab_server import TOKEN, GitLabServer, answer, server
from tests.contract.gitlab.opened_gitlab import NOW, fetched, opened, settings, stream
from tests.contract.gitlab.reading_gitlab import AT, DAY, HOUR, serving


def test_a_glob_lists_its_group_once_and_a_name_costs_no_request(httpserver: HTTPServer) -> None:
    names = ["acme/shop", "acme/platform/checkout", "acme/docs"]

    def answering(request: Request) -> Response:
        assert request.args["include_subgroups"] == "true"
        return answer([{"path_with_namespace": name} for name in names])

    httpserver.expect_request("/api/v4/groups/acme/projects").respond_with_handler(answering)
    source = opened(httpserver.url_for("/"), projects=["other/tool", "acme/s*", "acme/*/*"], pipelines={"refs": []})
    found = [each.name for each in source.streams() if each.name.endswith("changes")]
    assert found == ["other/tool changes", "acme/shop changes", "acme/platform/checkout changes"]
    assert source.requests == 1
    assert source.streams()[0].covers == Coverage(services=("tool",))
    with pytest.raises(SourceError) as error:
        opened(httpserver.url_for("/"), projects=["acme/web-*"]).streams()
    assert str(error.value) == (
        "gitlab: no project fits acme/web-*, of 3 that env:GITLAB_TOKEN may see in acme; correct `projects`."
    )


def test_each_problem_has_its_sentence(httpserver: HTTPServer) -> None:
    url = serving(httpserver, server(1, NOW))
    with pytest.raises(SourceError) as error:
        fetched(stream(opened(url, projects=["acme/gone"]), "deployments"))
    assert str(error.value) == (
        "gitlab: the project acme/gone is not there, or env:GITLAB_TOKEN may not see it (404); "
        "correct `projects`, or give the token read access there."
    )
    with pytest.raises(SourceError) as error:
        opened(url, projects=["gone/*"]).streams()
    assert str(error.value) == (
        "gitlab: the group gone is not there, or env:GITLAB_TOKEN may not see it (404); correct `projects`."
    )
    httpserver.clear()
    httpserver.expect_request("/api/v4/user").respond_with_json({"message": "401 Unauthorized"}, status=401)
    with pytest.raises(CredentialError) as refused:
        opened(url).probe()
    assert str(refused.value) == (f"gitlab: {url} does not accept env:GITLAB_TOKEN (401); it is wrong, or has expired.")
    httpserver.clear()
    httpserver.expect_request("/api/v4/user").respond_with_data("<html>")
    with pytest.raises(SourceError, match="something that is no JSON; is the url right"):
        opened(url).probe()


def test_the_probe_says_whose_the_token_is_and_what_it_reads(httpserver: HTTPServer) -> None:
    probe = opened(serving(httpserver, server(1, NOW))).probe()
    assert probe.says == "env:GITLAB_TOKEN is quintet and reads 1 project"
    assert probe.visible == (PROJECT,)


def test_the_survey_counts_environments_jobs_and_releases(httpserver: HTTPServer) -> None:
    lists = {
        "deployments": [
            *(deployment(number, AT - number * HOUR) for number in range(7)),
            deployment(8, AT, environment={"id": 2, "name": "staging"}),
            deployment(9, AT, status="failed"),
        ],
        "jobs": [job(3, AT, name="deploy-eu"), job(2, AT, name="lint"), job(1, AT - 60 * DAY, name="deploy-eu")],
        "releases": [{"tag_name": "v2", "released_at": stamp(AT)}],
    }
    found = opened(serving(httpserver, GitLabServer(lists))).survey(Span(NOW - 28 * DAY, NOW))
    assert [(rule.setting, rule.count) for rule in found] == [
        ({"from": "deployments", "environments": ["production-eu"]}, 7),
        ({"from": "deployments", "environments": ["staging"]}, 1),
        ({"from": "job", "job": "deploy-eu"}, 1),
        ({"from": "release"}, 1),
    ]
    assert found[0].last[0] == "2026-11-24 10:20 UTC  0000000  main"
    assert len(found[0].last) == 5


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"projects": ["checkout"]}, "must be group/project"),
        ({"projects": ["*/checkout"]}, "must be group/project"),
        ({"deployments": {"from": "job"}}, "needs job"),
        ({"deployments": {"from": "pipeline"}}, "needs branches"),
        ({"incidents": {"service": "service"}}, "needs one"),
        ({"service": "{repository}"}, "known is {project} and {group}"),
    ],
)
def test_settings_that_can_not_work_say_why(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as error:
        settings(**changes)
    assert says in str(error.value)


def test_the_name_of_a_stream_stays_when_its_rule_changes() -> None:
    by_tier, by_job = (
        stream(opened("https://gitlab.example.com", deployments=rollouts), "deployments")
        for rollouts in ({"from": "deployments"}, {"from": "job", "job": "deploy"})
    )
    assert by_tier.name == by_job.name == f"{PROJECT} deployments"
    assert by_tier.rule != by_job.rule


def test_without_the_package_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gitlab", None)
    with pytest.raises(SourceError) as error:
        opened("https://gitlab.example.com")
    assert str(error.value) == "gitlab: GitLab needs one more package: pip install 'quintet[gitlab]'."


def test_the_transport_policy_holds_below_the_client_library(httpserver: HTTPServer) -> None:
    calls: list[str] = []

    def busy(request: Request) -> Response:
        calls.append(request.headers["PRIVATE-TOKEN"])
        return Response("", 429, {"Retry-After": "1"})

    httpserver.expect_request("/api/v4/user").respond_with_handler(busy)
    source = opened(httpserver.url_for(""))
    with pytest.raises(SourceError, match="answered 429 TOO MANY REQUESTS, 5 times in a row"):
        source.probe()
    assert len(calls) == source.requests == 5
    httpserver.clear()
    elsewhere = Response("", 302, {"Location": "https://elsewhere.example.com/api/v4/user"})
    httpserver.expect_request("/api/v4/user").respond_with_response(elsewhere)
    with pytest.raises(SourceError) as refused:
        source.probe()
    assert "leads to https://elsewhere.example.com, which is not configured" in str(refused.value)
    assert TOKEN not in str(refused.value)
