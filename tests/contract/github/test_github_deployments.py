"""GitHub's deployments become deployments: how they ended, where they waited, and what counts as production."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import GateWait
from tests.contract.github.github_items import deployment, iso, nodes, release, sha, status
from tests.contract.github.github_server import GitHubServer
from tests.contract.github.opened_github import DAY, HOUR, NOW, Read, history, opened, read, the_stream

AT = NOW - 2 * DAY
QUEUED = status("QUEUED", AT)
BEGUN = status("IN_PROGRESS", AT + HOUR)
GOOD = status("SUCCESS", AT + 2 * HOUR)
BAD = status("FAILURE", AT + 2 * HOUR)
REPLACED = status("INACTIVE", AT + 5 * HOUR)
WAITING = status("WAITING", AT)


def deployments(httpserver: HTTPServer, *given: dict[str, Any], **settings: Any) -> Read:
    return read(the_stream(opened(httpserver, GitHubServer(deployments=list(given)), **settings), "deployments"))


@pytest.mark.parametrize(
    ("statuses", "ended", "started", "finished"),
    [
        ([QUEUED, BEGUN, GOOD], "success", 1, 2),
        ([QUEUED, BEGUN, GOOD, REPLACED], "success", 1, 2),
        ([GOOD], "success", 0, 2),
        ([BEGUN, BAD], "failure", 1, 2),
        ([BEGUN, status("ERROR", AT + 3 * HOUR), REPLACED], "failure", 1, 3),
        ([BEGUN, BAD, status("SUCCESS", AT + 4 * HOUR)], "success", 1, 4),
        ([QUEUED], "running", 0, None),
        ([QUEUED, BEGUN], "running", 1, None),
        ([QUEUED, REPLACED], "cancelled", 0, 5),
        ([status("in_progress", AT + HOUR), status("success", AT + 2 * HOUR)], "success", 1, 2),
        ([status("SUCCESS", AT + HOUR), status("IN_PROGRESS", AT + 2 * HOUR)], "success", 0, 1),
    ],
)
def test_the_first_success_ends_a_deployment_and_a_failure_only_where_none_came(
    httpserver: HTTPServer, *, statuses: list[Any], ended: str, started: int, finished: int | None
) -> None:
    event = deployments(httpserver, deployment(7, AT, *statuses)).only
    assert event.status == ended
    assert event.started_at == AT + started * HOUR
    assert event.finished_at == (None if finished is None else AT + finished * HOUR)
    assert event.failed is None


def test_a_failure_after_success_is_the_verdict_that_it_failed(httpserver: HTTPServer) -> None:
    event = deployments(httpserver, deployment(7, AT, GOOD, status("FAILURE", AT + 4 * HOUR))).only
    assert (event.status, event.finished_at) == ("success", AT + 2 * HOUR)
    assert (event.failed, event.failed_at) == (True, AT + 4 * HOUR)


def test_a_deployment_says_what_went_out_where_and_for_whom(httpserver: HTTPServer) -> None:
    log = "https://github.com/acme/checkout/actions/runs/5/job/6"
    event = deployments(httpserver, deployment(7, AT, BEGUN, status("SUCCESS", AT + 2 * HOUR, log))).only
    assert (event.source, event.id, event.service, event.environment, event.sha, event.url) == (
        "github:acme/checkout",
        "7",
        "checkout",
        "production",
        sha(7),
        log,
    )


@pytest.mark.parametrize(
    ("ref", "version"),
    [
        ({"name": "v1.2.0", "prefix": "refs/tags/"}, "v1.2.0"),
        ({"name": "main", "prefix": "refs/heads/"}, None),
        (None, None),
    ],
)
def test_a_tag_that_was_deployed_is_the_version(httpserver: HTTPServer, ref: Any, version: str | None) -> None:
    assert deployments(httpserver, deployment(7, AT, ref=ref)).only.version == version


def test_its_newest_status_is_the_newest_that_is_known_of_it(httpserver: HTTPServer) -> None:
    event = deployments(httpserver, deployment(7, AT, GOOD, REPLACED)).only
    assert event.updated_at == AT + 5 * HOUR
    assert event.url == "https://github.com/acme/checkout/deployments"


@pytest.mark.parametrize(
    ("following", "outcome"),
    [
        (status("QUEUED", AT + HOUR), "approved"),
        (status("FAILURE", AT + HOUR), "rejected"),
        (status("FAILURE", AT + 30 * DAY), "timed_out"),
        (status("INACTIVE", AT + HOUR), None),
    ],
)
def test_a_stay_at_a_protection_rule_is_a_gate_wait(
    httpserver: HTTPServer, following: dict[str, Any], outcome: str | None
) -> None:
    waits = deployments(httpserver, deployment(7, AT, WAITING, following)).only.gate_waits
    assert [(wait.name, wait.started_at, iso(wait.ended_at), wait.outcome) for wait in waits] == [
        ("production", AT, following["createdAt"], outcome)
    ]


def test_what_still_waits_has_no_end_and_is_asked_for_again(httpserver: HTTPServer) -> None:
    found = deployments(httpserver, deployment(7, AT, WAITING), deployment(8, AT + HOUR, GOOD))
    assert found.events["7"].gate_waits == (GateWait(name="production", started_at=AT),)  # pyright: ignore[reportAttributeAccessIssue]
    assert found.pages[0].open_since == AT


def test_two_stays_are_two_waits(httpserver: HTTPServer) -> None:
    again = status("WAITING", AT + 2 * HOUR)
    event = deployments(httpserver, deployment(7, AT, WAITING, BEGUN, again, status("SUCCESS", AT + 3 * HOUR))).only
    assert [(wait.started_at, wait.ended_at) for wait in event.gate_waits] == [
        (AT, AT + HOUR),
        (AT + 2 * HOUR, AT + 3 * HOUR),
    ]


@pytest.mark.parametrize(
    ("environment", "globs", "called"),
    [
        ("production", None, "production"),
        ("Production", None, "production"),
        ("prod-eu", None, "production"),
        ("eu-prod", None, "production"),
        ("live", None, "production"),
        ("Production – shop", None, "production"),
        ("staging", None, "staging"),
        ("preprod", None, "preprod"),
        ("生产", None, "生产"),
        ("生产", ["生产"], "production"),
        ("production", ["live-*"], "production"),
        ("blue", ["blue", "green"], "production"),
    ],
)
def test_which_environments_are_production_is_settled_by_globs(
    httpserver: HTTPServer, environment: str, globs: list[str] | None, called: str
) -> None:
    rule = {"from": "deployments", **({"environments": globs} if globs else {})}
    given = deployment(7, AT, originalEnvironment=environment, environment=environment)
    assert deployments(httpserver, given, deployments=rule).only.environment == called


def test_what_runs_elsewhere_than_in_production_is_not_asked_for_again(httpserver: HTTPServer) -> None:
    preview = deployment(7, AT, QUEUED, originalEnvironment="preview")
    assert deployments(httpserver, preview).pages[0].open_since is None


@pytest.mark.parametrize(
    ("special", "own_id"),
    [({}, "7"), ({"databaseId": None}, "DE_7")],
)
def test_the_number_is_the_id_and_the_node_stands_in_for_it(
    httpserver: HTTPServer, special: dict[str, Any], own_id: str
) -> None:
    answers = GitHubServer(deployments=[deployment(7, AT, **special)])
    path = ["repository", "deployments", "edges", 0, "node", "databaseId"]
    answers.errors = [{"message": "Int cannot represent 5000000000", "path": path}] if special else []
    assert list(read(the_stream(opened(httpserver, answers), "deployments")).events) == [own_id]


def test_an_abandoned_deployment_is_counted(httpserver: HTTPServer) -> None:
    found = deployments(httpserver, deployment(7, AT, QUEUED, state="ABANDONED"))
    assert (found.events, found.noted) == ({}, {"abandoned: no status says how it ended": 1})


def test_statuses_beyond_the_first_fifty_are_said_to_be_missing(httpserver: HTTPServer) -> None:
    found = deployments(httpserver, deployment(7, AT, statuses=nodes(GOOD, total=80)))
    assert found.noted == {"with 50 of its statuses only": 1}


def test_a_status_that_is_none_is_set_aside(httpserver: HTTPServer) -> None:
    (aside,) = deployments(httpserver, deployment(7, AT, statuses=nodes({"state": "SUCCESS"}))).set_aside
    assert (aside.id, aside.reason) == ("deployment 7 to production", "the field createdAt is not where it was")


MONOREPO = [
    {"service": "pay", "match": "acme/checkout", "paths": ["pay"], "deployments": "pay-*"},
    {"service": "web", "match": "acme/checkout", "paths": ["web"]},
    {"service": "docs", "match": "acme/checkout", "paths": ["docs"]},
]


@pytest.mark.parametrize(
    ("environment", "ids", "services"),
    [
        ("pay-prod", ["7"], ["pay"]),
        ("production", ["7/web", "7/docs"], ["web", "docs"]),
    ],
)
def test_a_rollout_of_several_services_is_one_event_for_each(
    httpserver: HTTPServer, environment: str, ids: list[str], services: list[str]
) -> None:
    found = deployments(httpserver, deployment(7, AT, originalEnvironment=environment), service=MONOREPO)
    assert list(found.events) == ids
    assert [event.all_services[0] for event in found.events.values()] == services


def test_deployments_are_read_back_to_the_first_one(httpserver: HTTPServer) -> None:
    answers = GitHubServer(deployments=[deployment(number, NOW - number * DAY / 2) for number in range(1, 301)])
    found = history(the_stream(opened(httpserver, answers), "deployments"))
    assert sorted(map(int, found.events)) == list(range(1, 301))


RELEASES = {"from": "release", "tags": "v*"}


@pytest.mark.parametrize(
    ("special", "settings", "reason"),
    [
        ({}, {}, None),
        ({"tagCommit": None}, {}, None),
        ({"isDraft": True, "publishedAt": None}, {}, "a release that is not published"),
        ({"isPrerelease": True}, {}, "a pre-release"),
        ({"isPrerelease": True}, {"prereleases": True}, None),
        ({"tagName": "docs-1"}, {}, "a release whose tag `deployments.tags` leaves out"),
    ],
)
def test_published_releases_are_deployments(
    httpserver: HTTPServer, special: dict[str, Any], settings: dict[str, Any], reason: str | None
) -> None:
    answers = GitHubServer(releases=[release(3, AT, **special)])
    found = read(the_stream(opened(httpserver, answers, deployments=RELEASES | settings), "deployments"))
    assert found.noted == ({} if reason is None else {reason: 1})
    if reason is None:
        event = found.only
        assert (event.id, event.version, event.status, event.finished_at) == ("release 3", "v1.3", "success", AT)
        assert event.sha == (None if "tagCommit" in special else sha(3))


def test_a_release_that_is_published_weeks_later_is_still_seen(httpserver: HTTPServer) -> None:
    stream = the_stream(opened(httpserver, GitHubServer(), deployments=RELEASES), "deployments")
    assert stream.overlap >= 30 * DAY
