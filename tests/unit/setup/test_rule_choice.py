"""Which rule for a deployment is proposed, of those that found something."""

from __future__ import annotations

from typing import Any

import pytest

from bot.setup.rules import Rule, proposed, ranked, rules, worth
from bot.source import RuleFound


def found(count: int, where: str = "acme/shop", **setting: Any) -> RuleFound:
    return RuleFound(where=where, setting={key.rstrip("_"): value for key, value in setting.items()}, count=count)


def environment(name: str, count: int = 10, where: str = "acme/shop") -> RuleFound:
    return found(count, where, from_="deployments", environments=[name])


def workflow(name: str, count: int = 10) -> RuleFound:
    return found(count, from_="workflow", workflow=name)


# Of an entry: what is none of them stands under its `deployments:`.
KEYS = {"deployments", "releases", "jobs"}

RELEASES = found(4, from_="release")
JOBS = found(30, from_="jobs", jobs=["shop"])

TABLE = [
    ("production before staging", [environment("staging", 90), environment("production")], environment("production")),
    (
        "an environment before its workflow",
        [workflow("deploy-production.yml"), environment("prod-eu")],
        environment("prod-eu"),
    ),
    (
        "a rollout before continuous integration",
        [workflow("ci.yml", 900), workflow("deploy.yml")],
        workflow("deploy.yml"),
    ),
    (
        "what builds and deploys before what only builds",
        [workflow("build.yml", 90), workflow("build-and-deploy.yml")],
        workflow("build-and-deploy.yml"),
    ),
    ("a rollout before a release", [RELEASES, workflow("deploy.yml")], workflow("deploy.yml")),
    ("a release before what only runs", [workflow("main.yml", 900), RELEASES], RELEASES),
    (
        "production's workflow before an environment of no meaning",
        [environment("acme"), workflow("deploy-prod.yml")],
        workflow("deploy-prod.yml"),
    ),
    ("an environment of no meaning before none", [environment("github-pages")], environment("github-pages")),
    ("more often, between equals", [workflow("release.yml", 3), workflow("ship.yml", 9)], workflow("ship.yml", 9)),
    (
        "words within names",
        [workflow("DeployToProduction", 1), workflow("deploy.yml", 9)],
        workflow("DeployToProduction", 1),
    ),
]


@pytest.mark.parametrize(("_", "all_found", "best"), TABLE, ids=[row[0] for row in TABLE])
def test_what_brings_something_to_production_is_proposed(_: str, all_found: list[RuleFound], best: RuleFound) -> None:
    rule = proposed(rules("github", all_found, KEYS))
    assert rule is not None
    assert rule.found == (best,)


@pytest.mark.parametrize(
    "all_found",
    [
        [],
        [environment("production", 0)],
        [workflow("ci.yml", 900), workflow("test-deploy.yml"), environment("staging"), JOBS],
        [environment("preview/production")],
        [workflow("checks.yml")],
    ],
)
def test_nothing_is_proposed_where_nothing_found_looks_like_production(all_found: list[RuleFound]) -> None:
    assert proposed(rules("github", all_found, KEYS)) is None


def test_a_service_called_checkout_is_no_check() -> None:
    (rule,) = rules("jenkins", [found(3, from_="jobs", jobs=["deploy-checkout"])], KEYS)
    assert worth(rule) > 0


def test_rules_of_one_setting_are_one_and_what_found_nothing_is_left_out() -> None:
    all_found = [environment("production", 3, "acme/a"), environment("production", 5, "acme/b"), environment("x", 0)]
    (rule,) = rules("github", all_found, KEYS)
    assert (rule.count, len(rule.found)) == (8, 2)
    written = "deployments: {from: deployments, environments: [production]}"
    assert (rule.written, rule.told) == (written, f"8 by {written} (5 in acme/b, 3 in acme/a)")


def test_equals_that_can_stand_in_one_list_are_proposed_together() -> None:
    all_found = [environment("production", 3, "acme/a"), environment("prod", 5, "acme/b"), environment("staging", 9)]
    rule = proposed(rules("github", all_found, KEYS))
    assert rule is not None
    assert rule.setting == {"deployments": {"from": "deployments", "environments": ["prod", "production"]}}
    assert rule.count == 8


def test_equals_of_different_ways_are_not_proposed_together() -> None:
    rule = proposed(rules("github", [workflow("deploy.yml", 3), workflow("release.yml", 5)], KEYS))
    assert rule is not None
    assert rule.setting == {"deployments": {"from": "workflow", "workflow": "release.yml"}}


def test_what_is_no_key_of_the_entry_stands_under_its_deployments() -> None:
    (rule,) = rules("circleci", [found(3, workflow="deploy")], KEYS)
    assert rule.setting == {"deployments": {"workflow": "deploy"}}
    assert proposed(rules("circleci", [found(90, workflow="main")], KEYS)) is None


def test_a_key_of_the_entry_stands_in_it() -> None:
    versions = [RuleFound(where=key, setting={"releases": {"projects": [key]}}, count=2) for key in ("OPS", "SHOP")]
    rule = proposed(rules("jira", versions, KEYS))
    assert rule is not None
    assert rule.setting == {"releases": {"projects": ["OPS", "SHOP"]}}


def test_equals_of_two_sources_are_not_mixed() -> None:
    both = ranked([*rules("a", [environment("prod", 3)], KEYS), *rules("b", [environment("production", 5)], KEYS)])
    rule = proposed(both)
    assert isinstance(rule, Rule)
    assert (rule.source, rule.count) == ("b", 5)


def test_the_last_five_are_those_of_the_place_with_most() -> None:
    many = RuleFound(where="a", setting={"from": "release"}, count=9, last=tuple(f"v{n}" for n in range(9)))
    few = RuleFound(where="b", setting={"from": "release"}, count=1, last=("other",))
    (rule,) = rules("github", [few, many], KEYS)
    assert rule.last == ("v0", "v1", "v2", "v3", "v4")
