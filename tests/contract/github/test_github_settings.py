"""What one may write about GitHub, which repositories it names, and what a credential turns out to be good for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer

from bot.errors import SourceError
from bot.settings.document import parsed
from bot.source import Span
from integrations.github import GitHubSettings
from tests.contract.github.github_items import deployment, release, run, status
from tests.contract.github.github_server import GitHubServer
from tests.contract.github.opened_github import DAY, NOW, WEEKS, opened, settings

PAGE = (Path(__file__).parents[3] / "docs" / "sources" / "github.md").read_text()
CONTRACT = """
kind: github
name: acme-github
url: https://api.github.com
token: env:GITHUB_TOKEN
repositories: ["acme/*"]
service: "{repository}"
deployments: {from: deployments}
incidents: {labels: [incident]}
"""


def sources_of(block: str) -> list[dict[str, Any]]:
    data: Any = parsed(block, "the page").data
    return data["sources"]


def test_the_shortest_settings_are_enough() -> None:
    made = GitHubSettings.model_validate(parsed(CONTRACT, "the contract").data)
    assert (made.url, made.deployments and made.deployments.from_, made.pipelines.workflows) == (
        "https://api.github.com",
        "deployments",
        ["*"],
    )


def test_the_examples_of_the_page_are_settings() -> None:
    blocks = [block.split("```")[0] for block in PAGE.split("```yaml\n")[1:]]
    made = [GitHubSettings.model_validate(one) for block in blocks for one in sources_of(block)]
    assert len(made) >= 2
    assert any(one.app for one in made)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"token": None}, "needs one credential, token or app, and not both."),
        (
            {"app": {"id": 1, "installation": 2, "private_key": "env:KEY"}},
            "needs one credential, token or app, and not both.",
        ),
        ({"token": "ghp_abc"}, "never the secret itself"),
        ({"repositories": []}, "at least 1 item"),
        ({"repositories": ["checkout"]}, "must be owner/name, such as acme/checkout"),
        ({"repositories": ["*/checkout"]}, "must be owner/name, such as acme/checkout"),
        ({"repositories": ["acme/check#out"]}, "must be owner/name, such as acme/checkout"),
        ({"repositories": ["acme/checkout/src"]}, "must be owner/name, such as acme/checkout"),
        ({"service": "{project}"}, "known is {repository} and {owner}."),
        ({"deployments": {"from": "workflow"}}, "needs workflow: the file of the workflow that deploys"),
        ({"deployments": {"from": "jobs"}}, "Input should be 'deployments', 'workflow' or 'release'"),
        ({"incidents": {"labels": []}}, "at least 1 item"),
        ({"incidents": {"labels": ["x"], "service": "service/"}}, "needs one * that stands for the name"),
        ({"incidents": {"labels": ["x"], "covers_from": "March"}}, "must be a calendar day such as 2026-03-01."),
        ({"repos": ["acme/x"]}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_can_not_be_meant_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as told:
        settings(**changes)
    assert says in str(told.value)


def owned(*names: str, archived: bool = False) -> list[dict[str, Any]]:
    return [{"nameWithOwner": f"acme/{name}", "isArchived": archived} for name in names]


def names(httpserver: HTTPServer, answers: GitHubServer, *globs: str) -> list[str]:
    source = opened(httpserver, answers, repositories=list(globs))
    return [stream.source.removeprefix("github:acme/") for stream in source.streams() if "changes" in stream.name]


@pytest.mark.parametrize(
    ("globs", "found", "requests"),
    [
        (["acme/checkout", "acme/pay"], ["checkout", "pay"], 0),
        (["acme/*"], ["checkout", "pay-api", "pay-web"], 1),
        (["acme/Pay-*", "acme/checkout", "acme/pay-api"], ["pay-api", "pay-web", "checkout"], 1),
        (["acme/c*", "acme/*-web"], ["checkout", "pay-web"], 1),
    ],
)
def test_globs_list_an_owner_once_and_names_cost_nothing(
    httpserver: HTTPServer, globs: list[str], found: list[str], requests: int
) -> None:
    answers = GitHubServer(owned=[*owned("checkout", "pay-api", "pay-web"), *owned("old", archived=True)])
    assert names(httpserver, answers, *globs) == found
    assert len(answers.asked) == requests


def test_an_owner_with_many_repositories_is_listed_page_by_page(httpserver: HTTPServer) -> None:
    answers = GitHubServer(owned=owned(*(f"r{number}" for number in range(250))))
    assert len(names(httpserver, answers, "acme/*")) == 250
    assert len(answers.asked) == 3


@pytest.mark.parametrize(
    ("glob", "says"),
    [
        ("acme/x*", "acme-github: no repository fits acme/x*, of 1 that env:GITHUB_TOKEN may see there."),
        ("acne/*", "acme-github: acne is not there, or env:GITHUB_TOKEN may not see it."),
    ],
)
def test_a_glob_that_finds_nothing_says_so(httpserver: HTTPServer, glob: str, says: str) -> None:
    with pytest.raises(SourceError) as told:
        names(httpserver, GitHubServer(owned=owned("checkout")), glob)
    assert str(told.value) == says


def test_a_repository_has_up_to_four_streams_that_keep_their_names(httpserver: HTTPServer) -> None:
    source = opened(httpserver, GitHubServer(), service="shop-{repository}")
    assert [(stream.name, stream.kinds, stream.covers.services) for stream in source.streams()] == [
        ("acme/checkout changes", ("change",), ("shop-checkout",)),
        ("acme/checkout deployments", ("deployment",), ("shop-checkout",)),
        ("acme/checkout pipeline runs", ("pipeline_run",), ("shop-checkout",)),
        ("acme/checkout incidents", ("incident",), ("shop-checkout",)),
    ]
    assert {stream.source for stream in source.streams()} == {"github:acme/checkout"}
    assert source.requests == 0


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({"url": "https://github.example.com/api/v3"}, set()),
        ({"token": "env:OTHER"}, set()),
        ({"deployments": {"from": "release"}}, {"deployments", "pipeline runs"}),
        ({"deployments": {"from": "deployments", "environments": ["live"]}}, {"deployments", "pipeline runs"}),
        ({"pipelines": {"workflows": ["ci*"]}}, {"pipeline runs"}),
        ({"incidents": {"labels": ["outage"]}}, {"incidents"}),
        ({"base": ["main"]}, {"changes"}),
        ({"hotfix": {"labels": ["urgent"]}}, {"changes"}),
        ({"bots": ["ci"]}, {"changes", "incidents"}),
        ({"service": "shop"}, {"changes", "deployments", "pipeline runs", "incidents"}),
    ],
)
def test_only_a_rule_that_changed_reads_its_window_again(
    httpserver: HTTPServer, changes: dict[str, Any], moved: set[str]
) -> None:
    def rules(**changed: Any) -> dict[str, str]:
        source = opened(httpserver, GitHubServer(), secrets={"OTHER": "x"}, **changed)
        return {stream.name.removeprefix("acme/checkout "): stream.rule for stream in source.streams()}

    before, after = rules(), rules(**changes)
    assert {name for name in before if before[name] != after[name]} == moved


@pytest.mark.parametrize(
    ("forbidden", "says"),
    [
        ((), "env:GITHUB_TOKEN is acme-bot and reads 1 repository; "),
        (("actions",), "env:GITHUB_TOKEN may not read Actions of acme/checkout: give it read access there; "),
        (
            ("deployments", "issues"),
            "env:GITHUB_TOKEN may not read Deployments and Issues of acme/checkout: give it read access there; ",
        ),
    ],
)
def test_a_probe_says_whose_the_credential_is_and_what_it_lacks(
    httpserver: HTTPServer, forbidden: tuple[str, ...], says: str
) -> None:
    """What has to be mended comes first."""
    probe = opened(httpserver, GitHubServer(forbidden=frozenset(forbidden))).probe()
    assert probe.says.startswith(says)
    assert probe.says.endswith("; 4,990 of 5,000 points left this hour")
    assert probe.visible == ("acme/checkout",)
    assert probe.is_complete is not bool(forbidden)


def test_a_probe_counts_what_is_archived_and_names_what_is_missing(httpserver: HTTPServer) -> None:
    answers = GitHubServer(owned=[*owned("checkout"), *owned("old", "older", archived=True)])
    probe = opened(httpserver, answers, repositories=["acme/*", "acme/gone"]).probe()
    assert "; 2 archived left out; " in probe.says
    assert probe.says.startswith("acme/gone is not there, or env:GITHUB_TOKEN may not see it; ")


@pytest.mark.parametrize(("workflow", "is_complete"), [("deploy.yml", True), ("gone.yml", False), ("gone*", True)])
def test_a_probe_looks_for_the_workflow_that_deploys(httpserver: HTTPServer, workflow: str, is_complete: bool) -> None:
    answers = GitHubServer(workflows=[{"id": 1, "name": "Deploy", "path": ".github/workflows/deploy.yml"}])
    rollouts = {"from": "workflow", "workflow": workflow}
    probe = opened(httpserver, answers, deployments=rollouts, pipelines={"workflows": []}).probe()
    assert probe.is_complete is is_complete
    gone = "acme/checkout has no workflow gone.yml, or env:GITHUB_TOKEN may not read its Actions; if the file was"
    assert probe.says.startswith(gone) is not is_complete


def test_a_survey_counts_what_each_rule_would_have_found(httpserver: HTTPServer) -> None:
    at = NOW - DAY
    answers = GitHubServer(
        deployments=[
            *(deployment(number, at - number * DAY) for number in range(1, 8)),
            deployment(20, at, status("FAILURE", at), originalEnvironment="staging"),
            deployment(30, NOW - 90 * DAY),
        ],
        runs=[
            run(1, at, name="Deploy", path=".github/workflows/deploy.yml"),
            run(2, at, name="Deploy", path=".github/workflows/deploy.yml", conclusion="failure"),
            run(3, at, name="Deploy", path=".github/workflows/deploy.yml", head_branch="try"),
        ],
        workflows=[
            {"id": 1, "name": "Deploy", "path": ".github/workflows/deploy.yml"},
            {"id": 2, "name": "Docs", "path": ".github/workflows/docs.yml"},
        ],
        releases=[release(1, at), release(2, at, isPrerelease=True), release(3, NOW - 90 * DAY)],
    )
    found = opened(httpserver, answers).survey(Span(NOW - WEEKS, NOW))
    assert [(rule.where, rule.setting, rule.count) for rule in found] == [
        ("acme/checkout", {"from": "deployments", "environments": ["production"]}, 7),
        ("acme/checkout", {"from": "deployments", "environments": ["staging"]}, 1),
        ("acme/checkout", {"from": "workflow", "workflow": "deploy.yml"}, 2),
        ("acme/checkout", {"from": "release"}, 1),
    ]
    assert [len(rule.last) for rule in found] == [5, 1, 2, 1]
    assert found[0].last[0] == "2026-11-23 12:00 UTC  0000000  success"
    assert found[3].last == ("2026-11-24 12:00 UTC  0000000  v1.1",)


def test_each_rule_that_a_survey_proposes_is_a_setting(httpserver: HTTPServer) -> None:
    answers = GitHubServer(deployments=[deployment(1, NOW - DAY)], releases=[release(1, NOW - DAY)])
    for rule in opened(httpserver, answers).survey(Span(NOW - WEEKS, NOW)):
        assert settings(deployments=dict(rule.setting)).deployments is not None


def test_a_survey_of_many_deployments_goes_through_their_pages(httpserver: HTTPServer) -> None:
    answers = GitHubServer(deployments=[deployment(number, NOW - number * DAY / 24) for number in range(1, 251)])
    (rule,) = opened(httpserver, answers).survey(Span(NOW - WEEKS, NOW))
    assert rule.count == 250


def test_a_survey_without_actions_still_tells_the_rest(httpserver: HTTPServer) -> None:
    answers = GitHubServer(releases=[release(1, NOW - DAY)], forbidden=frozenset({"actions", "deployments"}))
    (rule,) = opened(httpserver, answers).survey(Span(NOW - WEEKS, NOW))
    assert rule.setting == {"from": "release"}


def test_an_empty_repository_has_nothing_to_propose(httpserver: HTTPServer) -> None:
    answers = GitHubServer(default_branch=None)
    assert opened(httpserver, answers).survey(Span(NOW - WEEKS, NOW)) == ()
