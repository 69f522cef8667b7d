from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from bot.answers.compose import compose
from bot.blocks.report import message
from bot.events.verdict import Verdict
from bot.metrics.facts import Failure, FailureReason, TeamDeployment
from bot.metrics.history import Week
from bot.metrics.measure import Metric
from bot.reading.read import read
from bot.team_report import SourcePart, TeamReport
from bot.teams import UTC_ZONE
from bot.words import doctor_events, said_since
from bot.words import why as why_words
from tests.unit.answers.pictures import AS_OF, deployment, picture
from tests.unit.answers.slack_rules import check

WEEKS = (Week(date(2026, 10, 26), 12, 4, 9e4, 2e4, 20.0), Week(date(2026, 10, 19), 10, None, None, None, None))
METRIC_KEYS = {
    "value",
    "unit",
    "window",
    "n",
    "level",
    "borderline",
    "trend",
    "previous",
    "baseline",
    "says",
    "why_unknown",
    "trend_why_unknown",
    "events",
}


def _report(letters: str = "GGPPP") -> TeamReport:
    whole = picture(letters)
    sources = (SourcePart(source="github:acme/checkout", last_event=AS_OF, last_synced=None),)
    return compose(whole, read(whole), WEEKS, sources)


def test_the_json_has_the_keys_that_programs_rely_on() -> None:
    found = json.loads(_report().model_dump_json())
    assert found.keys() >= {
        "team",
        "as_of",
        "metrics",
        "net",
        "reading",
        "history",
        "watch",
        "movers",
        "sources",
        "data",
    }
    assert found["team"] == "team-x"
    assert found["as_of"] == "2026-11-01T23:00:00Z"
    assert found["metrics"].keys() == {*(metric.value for metric in Metric), "rework_rate"}
    for metric in Metric:
        assert found["metrics"][metric.value].keys() >= METRIC_KEYS
    assert found["reading"]["rule"] == "T1"
    assert found["reading"]["pattern"] == "fast_delivery_poor_reliability"
    assert found["reading"]["next_investment"]["key"] == "testing_infrastructure"
    assert found["history"][0] == {
        "week": "2026-10-26",
        "deployments": 12,
        "failed": 4,
        "lead_time": 9e4,
        "recovery_time": 2e4,
        "failure_hours": 20.0,
    }
    assert found["sources"][0]["last_synced"] is None


def test_what_cannot_be_computed_is_null_with_its_reason() -> None:
    found = json.loads(_report("GGUUU").model_dump_json())
    rate = found["metrics"]["change_failure_rate"]
    assert rate["value"] is None
    assert rate["level"] == "unknown"
    assert rate["why_unknown"].startswith("Too little here says which deployments failed")
    assert found["net"]["ratio"] is None
    assert found["net"]["factors"] is None
    assert found["net"]["why_unknown"]


def test_every_combination_of_levels_is_a_report_that_slack_takes() -> None:
    for letters in product("GPU", repeat=5):
        report = _report("".join(letters))
        json.dumps(json.loads(report.model_dump_json()), allow_nan=False)
        check(message(report).blocks)
        assert report.reading.says.startswith("Team X")


def test_a_report_survives_its_json() -> None:
    report = _report()
    assert TeamReport.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("name", ["x" * 3_000, "<!channel>", "a\nb\x00"])
def test_a_hostile_name_leaves_room_for_the_answer(name: str) -> None:
    whole = picture("GGPPP")
    named = replace(whole, team=replace(whole.team, name=name))
    report = compose(named, read(named), WEEKS)
    assert "testing" in report.reading.says
    assert len(report.reading.says) < 400
    assert "\n" not in report.reading.says
    check(message(report).blocks)


def test_a_mover_names_its_event() -> None:
    whole = picture("GGPPP")
    rolled_back = deployment(3)
    event = rolled_back.event.model_copy(update={"rollback_of": "d-9", "url": "https://ci.example/3"})
    fact = replace(rolled_back, event=event)
    facts = replace(
        whole.facts, deployments=(fact,), team_deployments=(TeamDeployment((fact,), fact.finished_at, planned=False),)
    )
    moved = replace(whole, facts=facts)
    movers = compose(moved, read(moved), ()).movers
    assert [(mover.event, mover.url) for mover in movers] == [("deployment:file:d-3", "https://ci.example/3")]
    assert "d-3" in movers[0].says


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ({"sha": "9fceb02d0ae598e95dc970b74767f19372d61af8"}, "d-3"),
        ({"sha": "9fceb02d0ae598e95dc970b74767f19372d61af8", "version": "2.4.1"}, "2.4.1"),
    ],
)
def test_a_deployment_has_one_name_wherever_it_is_told(given: dict[str, str], called: str) -> None:
    whole, plain = picture("GGPPP"), deployment(3)
    event = plain.event.model_copy(update={**given, "rollback_of": "d-9"})
    fact = replace(plain, event=event, failure=Failure(FailureReason.VERDICT, inferred=False, known_at=0.0))
    one = TeamDeployment((fact,), fact.finished_at, planned=False)
    moved = replace(whole, facts=replace(whole.facts, deployments=(fact,), team_deployments=(one,)))
    told = (
        compose(moved, read(moved), ()).movers[0].says,  # the answer, the digest and the ping
        why_words.deployment(fact, {}, UTC_ZONE),
        doctor_events.named(fact, UTC_ZONE),
        said_since.event(event, Verdict.FAILED),
    )
    assert [called in says for says in told] == [True] * 4
    assert [("9fceb02d0ae5" in says) for says in told] == [False, True, False, False], "the commit, where there is room"


@pytest.mark.parametrize(
    ("reason", "evidence", "says"),
    [
        (FailureReason.INCIDENT, ("i",), "an incident came from it (incident OPS-7)"),
        (
            FailureReason.INCIDENT,
            ("d", "i"),
            "an incident came from it (incident OPS-7; remediation: the deployment of Mon, d-7)",
        ),
        (
            FailureReason.ROLLBACK,
            ("i", "d"),
            "another deployment says that it rolls it back (the deployment of Mon, d-7; incident OPS-7 came from it)",
        ),
        (FailureReason.INCIDENT, ("c", "i"), "an incident came from it (incident OPS-7; reverted by change c-9)"),
    ],
)
def test_each_event_that_says_that_a_deployment_failed_is_told_with_what_it_is(
    reason: FailureReason, evidence: tuple[str, ...], says: str
) -> None:
    keys = {"i": "incident:desk:OPS-7", "d": "deployment:ci:d-7", "c": "change:code:c-9"}
    named = {keys["i"]: "incident OPS-7", keys["d"]: "the deployment of Mon, d-7", keys["c"]: "change c-9"}
    failed = Failure(reason, inferred=False, known_at=0.0, evidence=tuple(keys[each] for each in evidence))
    assert doctor_events.failure(failed, named) == says
