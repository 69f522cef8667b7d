"""Every line of YAML that `quintet doctor` proposes is one that the settings take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from bot.metrics.measure import Metric
from bot.settings.shape import TeamShape
from bot.words import doctor_facts, doctor_metrics
from integrations.github.settings import GitHubSettings
from integrations.jira.settings import JiraSettings

JIRA = {"kind": "jira", "url": "https://jira.example.com", "token": "env:TOKEN"}
GITHUB = {"kind": "github", "token": "env:TOKEN", "repositories": ["acme/checkout"]}
TEAM = {"key": "team-x", "services": ["checkout"]}
TAKES: Mapping[str, Any] = {
    "jira": lambda keys: JiraSettings.model_validate({**JIRA, **keys}),
    "github": lambda keys: GitHubSettings.model_validate({**GITHUB, **keys}),
    "team": lambda keys: TeamShape.model_validate({**TEAM, **keys}),
}
NAMED = re.compile(r"`(\w+: [^`]+)`")


def yaml_in(sentence: str) -> Iterator[dict[str, Any]]:
    """What stands in backticks and is YAML; other words there are the names of fields and commands."""
    for line in NAMED.findall(sentence):
        yield yaml.safe_load(line)


def of_facts() -> list[tuple[str, dict[str, Any]]]:
    return [
        (kind, keys)
        for words in doctor_facts._WORDS.values()
        for kind, sentence in words.mends.items()
        for keys in yaml_in(sentence)
        if "type" not in keys  # CircleCI's own file
    ]


def of_metrics() -> list[tuple[str, dict[str, Any]]]:
    sentences = [doctor_metrics._connect(kind, "team-x") for kind in ("deployment", "change", "incident")]
    found = [keys for sentence in sentences for keys in yaml_in(sentence)]
    return [("jira" if "jql" in str(keys) else "github", keys) for keys in found]


@pytest.mark.parametrize(("kind", "keys"), [*of_facts(), *of_metrics()], ids=str)
def test_a_proposed_line_is_taken(kind: str, keys: dict[str, Any]) -> None:
    if list(keys) == ["incidents"] and kind == "jira":
        keys = {"incidents": {"jql": "project = OPS", **keys["incidents"]}}
    assert TAKES[kind](keys)


def test_there_are_such_lines() -> None:
    assert {kind for kind, _ in of_facts()} == {"jira"}
    assert {key for _, keys in of_metrics() for key in keys} == {"deployments", "repositories", "incidents"}


def test_the_objective_is_a_team_s() -> None:
    stored = {"incident": {"jira:acme": 3}}
    origin = doctor_metrics.origin(Metric.RELIABILITY, stored, team="team-x", objective=False, by_signs=False)
    (keys,) = yaml_in(origin.do or "")
    assert TAKES["team"](keys).availability_objective == 0.999
