"""Jenkins: what a real server answered becomes an event, or is counted with a reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.source import Page
from tests.contract.conftest import Recorded
from tests.contract.jenkins.jenkins_server import build
from tests.contract.jenkins.opened_jenkins import NOW, pages, serving

DEPLOYING = {"from": "jobs", "jobs": ["*"], "gates": False}


def told(what: str, found: list[Page], items: int) -> None:
    """Prints what became of them, and fails where an item is missing."""
    events = sum(len(page.events) for page in found)
    aside = [each for page in found for each in page.set_aside]
    noted = sum((Counter(page.noted) for page in found), Counter[str]())
    print(f"{what}: {items} items, {events} events, {dict(noted)}, {len(aside)} set aside")  # noqa: T201  to be read with -s
    assert not aside
    assert events + noted.total() >= items


@pytest.mark.parametrize("stem", ["builds", "builds_multibranch"])
@pytest.mark.parametrize("rules", [{"jobs": ["*"]}, {"jobs": [], "deployments": DEPLOYING}], ids=["runs", "rollouts"])
def test_recorded_builds(recorded: Recorded, httpserver: HTTPServer, stem: str, rules: dict[str, Any]) -> None:
    """Each in a job of its own: numbers are unique only within one."""
    items = [line["data"] for line in recorded("jenkins")[stem]]
    jobs = {f"job-{place}": [item] for place, item in enumerate(items)}
    streams = serving(httpserver, jobs, **rules).streams()
    told(f"jenkins {stem}", [page for stream in streams for page in pages(stream)], len(items))


def test_recorded_stages(recorded: Recorded, httpserver: HTTPServer) -> None:
    """Each as the one stage of a run; what ended otherwise than by success is a stage as well."""
    items = [line["data"] for line in recorded("jenkins")["stages"]]
    jobs = {f"job-{place}": [build(1, NOW)] for place, _ in enumerate(items)}
    for place, item in enumerate(items):
        path = f"/job/job-{place}/1/wfapi/describe"
        httpserver.expect_request(path).respond_with_json({"stages": [item]})
    rules = {"from": "stages", "jobs": ["*"], "stages": ["*"]}
    streams = serving(httpserver, jobs, jobs=[], deployments=rules).streams()
    told("jenkins stages", [page for stream in streams for page in pages(stream)], len(items))
