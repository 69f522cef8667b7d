"""CDEvents: what becomes of each, in whatever envelope and order they come."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from bot.answers.report import trial_report
from bot.events import Change, Deployment, Event, Incident, PipelineRun
from bot.receive import store_received
from bot.source import BodyError, Received
from bot.store.database import Database
from bot.store.events import stored_bodies
from tests.contract.webhook.cdevent import ARTIFACT, HEADERS, as_headers, as_list, cdevent, enveloped
from tests.contract.webhook.posting import BEARER, EVENT, Bot, webhook

SHA = "f3ae8c1b29d4e07f5a6b7c8d9e0f1a2b3c4d5e6f"


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 2, hour, minute, tzinfo=UTC) + timedelta(milliseconds=123)


def read(*told: Any, **settings: Any) -> Received:
    body, headers = as_list(*told)
    return webhook(**settings).receive(headers, body)


def the_event(received: Received) -> Event:
    ((_, event),) = received.events
    return event


def test_a_deployment_is_known_by_the_event_and_its_version_by_the_artifact() -> None:
    assert the_event(read(cdevent("service.deployed"))) == Deployment(
        kind="deployment",
        source="webhook:deploys",
        id="/delivery#id-service.deployed-09:00",
        service="shop",
        environment="production",
        status="success",
        finished_at=at("09:00"),
        version="sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427",
    )


@pytest.mark.parametrize(
    ("artifact", "version", "sha"),
    [
        ("pkg:golang/git.example.com/acme/shop@v1.2.3", "v1.2.3", None),
        (f"pkg:oci/shop@v1?vcs_url=git%2Bhttps://git.example.com/acme/shop%40{SHA}", "v1", SHA),
        (f"pkg:oci/shop@v1?arch=amd64&vcs_url=git%2Bhttps://u@git.example.com/shop%40{SHA}#path", "v1", SHA),
        ("pkg:oci/shop@v1?vcs_url=git%2Bhttps://git.example.com/acme/shop%40main", "v1", None),
        (f"pkg:github/acme/shop@{SHA}", SHA, SHA),
        ("pkg:oci/shop", None, None),
        ("0b31b1c02ff458ad", "0b31b1c02ff458ad", None),
        (None, None, None),
    ],
)
def test_the_package_url_tells_version_and_commit(artifact: str | None, version: str | None, sha: str | None) -> None:
    deployment = the_event(read(cdevent("service.deployed", artifactId=artifact)))
    assert isinstance(deployment, Deployment)
    assert (deployment.version, deployment.sha) == (version, sha)


@pytest.mark.parametrize("version", ["0.1.0", "0.3.0", "1.0.0-draft", ""])
def test_the_version_of_a_type_does_not_matter(version: str) -> None:
    told = cdevent("service.upgraded", version=version, sha=SHA)
    told["context"]["type"] = told["context"]["type"].rstrip(".")
    deployment = the_event(read(told))
    assert isinstance(deployment, Deployment)
    assert (deployment.sha, deployment.unplanned) == (SHA, None)


def test_a_rollback_brings_an_earlier_version_back_unplanned() -> None:
    deployment = the_event(read(cdevent("service.rolledback")))
    assert isinstance(deployment, Deployment)
    assert (deployment.unplanned, deployment.version) == (True, ARTIFACT.partition("@")[2].replace("%3A", ":"))


@pytest.mark.parametrize(
    ("globs", "environment", "stored"),
    [
        (["production"], "production", "production"),
        (["production", "eu-*"], "eu-1", "production"),
        (["eu-*"], "production", "production"),
        (["eu-*"], "staging", "staging"),
    ],
)
def test_the_settings_say_which_environments_are_production(globs: list[str], environment: str, stored: str) -> None:
    told = cdevent("service.deployed", environment={"id": environment})
    deployment = the_event(read(told, production=globs))
    assert isinstance(deployment, Deployment)
    assert deployment.environment == stored


RULES = [{"match": "service/shop", "service": "shop-web"}, {"match": "acme/*", "service": "acme-{name}"}]


@pytest.mark.parametrize(
    ("what", "mapping", "services"),
    [
        ("service.deployed", "{name}", ["shop"]),
        ("service.deployed", "{id}", ["service/shop"]),
        ("service.deployed", RULES, ["shop-web"]),
        ("change.merged", RULES, ["acme-shop"]),
        ("incident.detected", RULES, ["shop-web"]),
        ("pipelinerun.finished", RULES, ["acme-shop"]),
    ],
)
def test_the_settings_say_whose_it_is(what: str, mapping: object, services: list[str]) -> None:
    ((_, event),) = read(cdevent(what, sha=SHA), service=mapping).events
    assert list(event.all_services) == services


def test_what_several_services_share_counts_for_each() -> None:
    both = [{"service": "web", "paths": ["web"]}, {"service": "api", "paths": ["api"]}]
    told = [cdevent(what, sha=SHA) for what in ("service.deployed", "change.merged", "pipelinerun.finished")]
    events = [event for _, event in read(*told, service=both).events]
    assert [(event.kind, *event.all_services) for event in events] == [
        ("deployment", "web"),
        ("deployment", "api"),
        ("change", "web", "api"),
        ("pipeline_run", "web"),
        ("pipeline_run", "api"),
    ]
    assert len({event.key for event in events}) == 5


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (cdevent("service.removed"), "another type of event"),
        (cdevent("change.abandoned"), "another type of event"),
        (cdevent("taskrun.finished"), "another type of event"),
        (cdevent("service.deployed", environment=None), "a deployment that names no environment"),
        (cdevent("change.merged", repository=None), "a change that names no repository"),
        (cdevent("incident.detected", environment={"id": "staging"}), "an incident outside production"),
        (
            cdevent("incident.detected", service=None),
            "an incident that names no service; set `team` to count it for one",
        ),
        (
            cdevent("pipelinerun.finished"),
            "a pipeline run that names no commit; add it to customData as sha",
        ),
        (cdevent("pipelinerun.finished", sha=SHA, outcome=None), "a pipeline run that names no outcome"),
        (cdevent("pipelinerun.finished", sha=SHA, pipelineName=None), "a pipeline run that names no pipeline"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_event_by_the_rules_is_counted(told: Any, reason: str) -> None:
    received = read(told)
    assert (received.events, received.noted) == ((), {reason: 1})


def test_a_service_that_no_rule_names_is_counted() -> None:
    rules = [{"match": "another", "service": "x"}]
    received = read(cdevent("service.deployed"), cdevent("change.merged"), service=rules)
    assert (received.events, received.noted) == ((), {"no service by the settings": 2})


def test_an_event_of_another_vocabulary_is_counted_unread() -> None:
    envelope = {"specversion": "1.0", "type": "com.example.thing", "data": None}
    body = json.dumps(envelope).encode()
    assert webhook().receive({"content-type": HEADERS["one"]}, body).noted == {"another type of event": 1}


def test_all_three_envelopes_hold_the_same() -> None:
    told = cdevent("incident.detected")
    coded = {**enveloped(told), "data_base64": base64.b64encode(json.dumps(told).encode()).decode()}
    del coded["data"]
    one = {"content-type": HEADERS["one"] + "; charset=utf-8"}
    ways = [
        as_list(told),
        as_headers(told),
        (json.dumps(enveloped(told)).encode(), one),
        (json.dumps(coded).encode(), one),
    ]
    first, *others = [webhook().receive(headers, body).events for body, headers in ways]
    assert first
    assert all(other == first for other in others)


DEPLOYED = cdevent("service.deployed")
BAD_TIME = DEPLOYED | {"context": {"id": "1", "source": "/x", "timestamp": "2026-11-02 09:00"}}
NO_SUBJECT = {"context": DEPLOYED["context"]}


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        (b"{", "one", "line 1: not JSON: EOF while parsing an object at line 1 column 1"),
        (b"[]", "one", "line 1: expected a CloudEvent, an object in braces"),
        (b"{}", "list", "line 1: expected a list of CloudEvents"),
        (b'[{"type": "x"}, 7]', "list", "line 2: expected a CloudEvent, an object in braces"),
        (b"{}", "one", "line 1: type: is required"),
        (b'{"type": "dev.cdevents.x.y", "data_base64": "?"}', "one", "line 1: data_base64: is not base64"),
        (
            b'{"type": "dev.cdevents.service.deployed.0.3.0"}',
            "one",
            "line 1: data: expected an object in braces, got null",
        ),
        (
            json.dumps([enveloped(DEPLOYED), enveloped(DEPLOYED) | {"data": BAD_TIME}]).encode(),
            "list",
            "line 2: data.context.timestamp: a time needs an offset, like 2026-10-05T14:26:00Z",
        ),
        (
            json.dumps(enveloped(DEPLOYED) | {"data": NO_SUBJECT}).encode(),
            "one",
            "line 1: data.subject: is required",
        ),
        (
            json.dumps(enveloped(cdevent("pipelinerun.finished", outcome="fine"))).encode(),
            "one",
            "line 1: data.subject.content.outcome: expected 'success', 'failure', 'error' or 'cancel', got 'fine'",
        ),
        (
            json.dumps(enveloped(cdevent("incident.detected", description="\0"))).encode(),
            "one",
            "line 1: title: holds a NUL character, which can't be stored",
        ),
    ],
)  # fmt: skip
def test_what_can_t_be_read_is_refused_with_its_place(body: bytes, kind: str, problem: str) -> None:
    with pytest.raises(BodyError) as told:
        webhook().receive({"content-type": HEADERS[kind]}, body)
    assert told.value.lines == (problem,)


def test_another_encoding_of_cloud_events_is_refused() -> None:
    with pytest.raises(BodyError, match="CloudEvents are read as JSON"):
        webhook().receive({"content-type": "application/cloudevents+avro"}, b"")


CHANGE = Change(
    kind="change",
    source="webhook:deploys",
    id="/delivery#42",
    service="shop",
    repository="acme/shop",
    opened_at=at("08:00"),
    first_review_at=at("08:30"),
    merged_at=at("09:00"),
    merge_sha=SHA,
)
INCIDENT = Incident(
    kind="incident",
    source="webhook:deploys",
    id="/delivery#incident-123",
    service="shop",
    opened_at=at("09:00"),
    detected_at=at("09:00"),
    resolved_at=at("10:00"),
    updated_at=at("10:00"),
    status="resolved",
    title="Response time above 100 ms",
    url="https://tickets.example.com/345",
)
RUN = PipelineRun(
    kind="pipeline_run",
    source="webhook:deploys",
    id="/delivery#run-7",
    service="shop",
    pipeline="acme/shop",
    sha=SHA,
    url="https://ci.example.com/runs/7",
    queued_at=at("09:00"),
    started_at=at("09:01"),
    finished_at=at("09:07"),
    status="failure",
)
TOLD = {
    "change": (
        CHANGE,
        [cdevent("change.created", "08:00"), cdevent("change.reviewed", "08:30"), cdevent("change.merged", sha=SHA)],
    ),
    "incident": (
        INCIDENT,
        [
            cdevent("incident.detected"),
            cdevent("incident.reported", "09:10", ticketURI="https://tickets.example.com/345"),
            cdevent("incident.resolved", "10:00", service=None, description="Response time restored"),
        ],
    ),
    "run": (
        RUN,
        [
            cdevent("pipelinerun.queued", sha=SHA, outcome=None),
            cdevent("pipelinerun.started", "09:01", sha=SHA, outcome=None),
            cdevent("pipelinerun.finished", "09:07", sha=SHA),
        ],
    ),
}


def stored(database: Database) -> list[Event]:
    with database.reading() as connection:
        return [EVENT.validate_json(body) for body in stored_bodies(connection, None, None)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("kind", list(TOLD))
def test_what_is_told_of_one_thing_is_one_event_whichever_comes_first(
    sqlite: Database, kind: str, order: tuple[int, ...]
) -> None:
    whole, told = TOLD[kind]
    for which in (*order, order[0]):
        store_received(sqlite, read(told[which]), ())
    assert stored(sqlite) == [whole]


@pytest.mark.parametrize("kind", list(TOLD))
def test_on_either_database_a_repeat_changes_nothing(database: Database, kind: str) -> None:
    whole, told = TOLD[kind]
    first = store_received(database, read(told[2], told[0]), ())
    assert (first.counts.new, first.counts.updated) == (1, 0)
    assert store_received(database, read(told[1]), ()).counts.updated == 1
    assert store_received(database, read(*told), ()).counts.unchanged == 1
    assert stored(database) == [whole]


@pytest.mark.parametrize(
    ("told", "still"),
    [
        ([cdevent("change.created"), cdevent("change.reviewed", "09:05")], True),
        ([cdevent("incident.resolved")], True),
        ([cdevent("incident.detected")], False),
        ([cdevent("pipelinerun.started", sha=SHA)], True),
    ],
    ids=["not merged", "only its end", "open", "not finished"],
)
def test_what_lacks_the_decisive_time_counts_nowhere_yet(sqlite: Database, told: list[Any], still: bool) -> None:
    report = store_received(sqlite, read(*told), ())
    assert [event.retracted for event in stored(sqlite)] == [still]
    assert report.unowned_services == (() if still else ("shop",))


def test_an_incident_without_a_service_counts_for_the_team_of_the_settings() -> None:
    incident = the_event(read(cdevent("incident.detected", service=None), team="team-x"))
    assert isinstance(incident, Incident)
    assert (incident.team, incident.all_services) == ("team-x", ())


def test_many_parts_at_once_are_all_kept(bot: Bot) -> None:
    posts = [
        as_headers(cdevent(what, f"0{hour}:00")) for hour in range(8) for what in ("change.reviewed", "change.created")
    ]
    with ThreadPoolExecutor(8) as senders:
        replies = list(senders.map(lambda post: bot.post(post[0], {**BEARER, **post[1]}), posts))
    assert {reply.status for reply in replies} == {200}
    (change,) = bot.events
    assert isinstance(change, Change)
    assert (change.opened_at, change.first_review_at) == (at("00:00"), at("00:00"))


def test_over_http_what_was_passed_over_is_in_the_answer(bot: Bot) -> None:
    body, headers = as_list(cdevent("service.deployed"), cdevent("service.removed"))
    answer = bot.post(body, {**BEARER, **headers}).json
    assert (answer["new"], answer["events"]["deployment"]) == (1, 1)
    assert answer["passed_over"] == {"another type of event": 1}


def test_a_rollback_makes_what_it_undid_a_failure_and_its_finish_the_recovery() -> None:
    versions = [(f"0{hour}:00", "service.deployed", f"pkg:oci/shop@v{hour}") for hour in range(1, 9)]
    told = [cdevent(what, at, artifactId=artifact) for at, what, artifact in versions]
    rollback = cdevent("service.rolledback", "08:30", artifactId="pkg:oci/shop@v7")
    events = [event for _, event in read(*told, rollback).events]
    made = trial_report("shop", events, datetime(2026, 11, 3, tzinfo=UTC))
    failed = made.metrics.change_failure_rate
    assert (failed.failed, failed.n) == (1, 8)
    assert made.metrics.recovery_time.value == 1800
    assert made.metrics.rework_rate.value == pytest.approx(1 / 9)
