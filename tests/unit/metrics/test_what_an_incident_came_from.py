from __future__ import annotations

from typing import Any

import pytest

from bot.metrics.facts import FailureReason
from bot.teams import Team

D1 = "deployment d1 at 10 sha=a"
D2 = "deployment d2 at 20 sha=b"

# (sentence, history with an incident "i", the id of its cause, whether only time says so)
CAUSES = [
    ("a linked deployment caused it", [D1, D2, "incident i at 21 resolved=22 deployment=d1"], "d1", False),
    ("a sha that a deployment holds leads to it", [D1, D2, "incident i at 21 resolved=22 cause_sha=a"], "d1", False),
    (
        "a sha of a change leads to whoever brought the change",
        [D1, D2, "change c at 5 merge_sha=c deployment=d1", "incident i at 21 resolved=22 cause_sha=c"],
        "d1",
        False,
    ),
    ("a link that nobody knows attributes nothing", [D1, "incident i at 11 resolved=22 deployment=lost"], None, False),
    ("a sha that nobody knows attributes nothing", [D1, "incident i at 11 resolved=22 cause_sha=zz"], None, False),
    (
        "a link to a rollout that never reached users attributes nothing",
        [D1, "deployment bad at 20 status=failure", "incident i at 21 resolved=22 deployment=bad"],
        None,
        False,
    ),
    (
        "a revert that names the incident leads to what it undoes",
        [
            D1,
            D2,
            "change c at 5 merge_sha=c deployment=d1",
            "change r at 40 reverts=c issues=i deployment=lost",
            "incident i at 21 resolved=22",
        ],
        "d1",
        False,
    ),
    (
        "a revert that mended it leads to what it undoes, before what time says",
        [
            D1,
            D2,
            "change c at 5 merge_sha=c deployment=d1",
            "change r at 21 merge_sha=r reverts=c",
            "deployment fix at 22 sha=r",
            "incident i at 20.5 resolved=22",
        ],
        "d1",
        False,
    ),
    (
        "its remediation names what it mends",
        [D1, D2, "deployment fix at 22 fixes=d1", "incident i at 21 resolved=22"],
        "d1",
        False,
    ),
    (
        "a remediation after its end names nothing for it",
        [D1, D2, "deployment fix at 23 fixes=d1", "incident i at 21 resolved=22"],
        "d2",
        True,
    ),
    (
        "the latest planned deployment of its service within 24 hours is taken, by inference",
        [D1, D2, "incident i at 21 resolved=22"],
        "d2",
        True,
    ),
    ("exactly 24 hours are within", [D1, "incident i at 34 resolved=35"], "d1", True),
    ("more than 24 hours are not", [D1, "incident i at 34.1 resolved=35"], None, False),
    (
        "remediation is never blamed by time",
        [D1, "deployment r at 15 rollback_of=d1", "incident i at 16 resolved=17"],
        "d1",
        True,
    ),
    (
        "nor is the repeat of a rollback",
        [D1, D2, "deployment r at 21 sha=a", "deployment s at 22 sha=a", "incident i at 23 resolved=24"],
        "d2",
        True,
    ),
    (
        "another service is never blamed by time",
        [D1, "deployment p at 20 service=pay-api", "incident i at 21 resolved=22"],
        "d1",
        True,
    ),
    (
        "an incident that names only the team is looked for among all its services",
        [D1, "deployment p at 20 service=pay-api", "incident i at 21 resolved=22 team=team-x"],
        "p",
        True,
    ),
    (
        "an incident of several services takes the latest of them",
        [D1, "deployment p at 20 service=pay-api", "incident i at 21 resolved=22 services=checkout,pay-api"],
        "p",
        True,
    ),
    (
        "one that says a change caused it reaches back seven days",
        [D1, "incident i at 150 resolved=160 change_caused=true"],
        "d1",
        True,
    ),
    ("and no further", [D1, "incident i at 179 resolved=180 change_caused=true"], None, False),
    ("one that no change caused has no cause", [D1, "incident i at 11 resolved=12 change_caused=false"], None, False),
    (
        "a verdict that a deployment did not fail detaches its incidents",
        ["deployment d1 at 10 failed=false", "incident i at 11 resolved=12 deployment=d1"],
        None,
        False,
    ),
    (
        "also those that time attached, and they go to nobody else",
        [D1, "deployment d2 at 20 failed=false", "incident i at 21 resolved=22"],
        None,
        False,
    ),
]


@pytest.mark.parametrize(("lines", "cause", "inferred"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES])
def test_which_deployment_an_incident_came_from(*, known: Any, lines: Any, cause: Any, inferred: Any) -> None:
    (incident,) = known(*lines).incidents
    assert incident.cause == (cause and f"deployment:file:{cause}")
    assert incident.cause_inferred is inferred


def test_the_reach_by_time_is_the_team_s_setting(known: Any) -> None:
    team = Team("team-x", "Team X", ("checkout",), attribution_hours=48)
    (incident,) = known(D1, "incident i at 50 resolved=51", of=team).incidents
    assert incident.cause == "deployment:file:d1"


def test_a_cancelled_incident_counts_nowhere(known: Any) -> None:
    facts = known(D1, "incident i at 11 resolved=12 status=cancelled deployment=d1")
    assert facts.incidents == ()
    assert facts.deployments[0].failure is None


# (sentence, history, {failed id: reason})
FAILURES = [
    ("a verdict", ["deployment d1 at 10 failed=true"], {"d1": "verdict"}),
    ("an incident", [D1, "incident i at 11 resolved=12"], {"d1": "incident"}),
    ("a rollback that names it", [D1, "deployment r at 90 rollback_of=d1"], {"d1": "rollback"}),
    ("a fix that names it", [D1, "deployment r at 90 fixes=d1"], {"d1": "fix"}),
    (
        "a rollback that never reached users blames nobody",
        [D1, "deployment r at 90 rollback_of=d1 status=failure"],
        {},
    ),
    (
        "a revert within 14 days of what it brought",
        [D1, "change c at 5 merge_sha=a", "change r at 346 reverts=c"],
        {"d1": "revert"},
    ),
    ("a later revert is no failure", [D1, "change c at 5 merge_sha=a", "change r at 347 reverts=c"], {}),
    (
        "a revert before it went out never reached users",
        [D1, "change c at 5 merge_sha=a", "change r at 9 reverts=c"],
        {},
    ),
    (
        "a revert that went out with what it undoes never let it reach users",
        ["deployment d1 at 10 sha=r commits=a,r", "change c at 5 merge_sha=a", "change r at 10 merge_sha=r reverts=c"],
        {},
    ),
    ("a revert may name a sha", [D1, "change c at 5 merge_sha=a", "change r at 46 reverts=a"], {"d1": "revert"}),
    (
        "a verdict that it did not fail beats an incident",
        ["deployment d1 at 10 failed=false", "incident i at 11 resolved=12 deployment=d1"],
        {},
    ),
    ("and a rollback", ["deployment d1 at 10 failed=false", "deployment r at 12 rollback_of=d1"], {}),
    (
        "an unplanned deployment blames the latest planned one of a day",
        [D1, D2, "deployment u at 30 unplanned=true"],
        {"d2": "unplanned"},
    ),
    ("not one of before", [D1, "deployment u at 34.1 unplanned=true"], {}),
    ("not another service's", ["deployment p at 10 service=pay-api", "deployment u at 12 unplanned=true"], {}),
    ("one with a reference blames only that", [D1, D2, "deployment u at 30 unplanned=true fixes=d1"], {"d1": "fix"}),
    ("also where nobody knows what it names", [D1, "deployment u at 12 unplanned=true fixes=lost"], {}),
    (
        "an unplanned one that finished during an incident mends that and blames nothing else",
        [D1, D2, "incident i at 28 resolved=31 deployment=d1", "deployment u at 30 unplanned=true"],
        {"d1": "incident"},
    ),
    (
        "also during an incident that no change caused",
        [D2, "incident i at 28 resolved=31 change_caused=false", "deployment u at 30 unplanned=true"],
        {},
    ),
    (
        "an earlier version that came back blames the one directly before",
        [D1, D2, "deployment r at 90 sha=a"],
        {"d2": "redeployment"},
    ),
    (
        "only if that was planned",
        [D1, D2, "deployment u at 89 unplanned=true sha=u", "deployment r at 90 sha=a"],
        {},
    ),
    ("not where it was planned so", [D1, D2, "deployment r at 90 sha=a unplanned=false"], {}),
    ("a hotfix blames what it names, not the one before", [D1, D2, "deployment h at 21 fixes=d1"], {"d1": "fix"}),
    (
        "a hotfix without a reference blames nobody",
        [D1, "change h at 11 merge_sha=h hotfix=true", "deployment d3 at 12 sha=h"],
        {},
    ),
    ("a failed CI run is no failure", [D1, "run r at 11 sha=a status=failure"], {}),
    ("nor is a failed rollout", [D1, "deployment d2 at 11 status=failure"], {}),
    (
        "remediation does not fail",
        [D1, "deployment r at 12 rollback_of=d1", "deployment s at 13 rollback_of=r"],
        {"d1": "rollback"},
    ),
    (
        "explicit evidence beats what time says",
        [D1, "incident i at 11 resolved=12", "deployment r at 40 rollback_of=d1"],
        {"d1": "rollback"},
    ),
]


@pytest.mark.parametrize(("lines", "failed"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_which_deployments_failed(*, known: Any, lines: Any, failed: Any) -> None:
    facts = known(*lines)
    found = {each.event.id: each.failure.reason for each in facts.deployments if each.failure}
    assert found == {name: FailureReason(reason) for name, reason in failed.items()}


H = 3_600.0

# (sentence, history, [(seconds, open)] of the recoveries)
RECOVERIES = [
    ("from the start to the resolution", [D1, "incident i at 11 detected=11.5 resolved=14"], [(3 * H, False)]),
    ("mitigation comes before resolution", [D1, "incident i at 11 mitigated=12 resolved=14"], [(H, False)]),
    (
        "without a start from detection",
        [D1, "incident i recorded=12 detected=11 resolved=14 deployment=d1"],
        [(3 * H, False)],
    ),
    (
        "without both from the finish of the linked deployment",
        [D1, "incident i recorded=12 resolved=14 deployment=d1"],
        [(4 * H, False)],
    ),
    ("and without a link from when it was recorded", [D1, "incident i recorded=12 resolved=14"], [(2 * H, False)]),
    (
        "a linked deployment that finished after the record is no start",
        ["deployment d1 at 13", "incident i recorded=12 resolved=14 deployment=d1"],
        [(2 * H, False)],
    ),
    ("an open one has lasted so far", [D1, "incident i at 11"], [(989 * H, True)]),
    ("resolved without a time: its duration is unknown", [D1, "incident i at 11 status=resolved"], [(None, False)]),
    (
        "an end before the start tells no duration",
        [D1, "incident i recorded=12 detected=13 resolved=12.5 deployment=d1"],
        [(None, False)],
    ),
    ("an end after the look is an open one", [D1, "incident i at 11 resolved=2000"], [(989 * H, True)]),
    ("an end exactly at the look is one too", [D1, "incident i at 11 resolved=1000"], [(989 * H, True)]),
    (
        "without an incident from the failed deployment to the one that mended it",
        [D1, "deployment r at 12 rollback_of=d1", "deployment f at 40 fixes=d1"],
        [(2 * H, False)],
    ),
    (
        "a revert mends when it is deployed",
        [D1, "change c at 5 merge_sha=a", "change r at 12 merge_sha=r reverts=c", "deployment d2 at 15 sha=r"],
        [(5 * H, False)],
    ),
    ("a failure that nothing mended has no times", ["deployment d1 at 10 failed=true"], [(None, False)]),
    (
        "with an incident the mending deployment adds none",
        [D1, "incident i at 11 resolved=14 deployment=d1", "deployment r at 12 rollback_of=d1"],
        [(3 * H, False)],
    ),
    (
        "an incident that no change caused is none of these",
        [D1, "incident i at 11 resolved=14 change_caused=false"],
        [],
    ),
]


@pytest.mark.parametrize(("lines", "expected"), [row[1:] for row in RECOVERIES], ids=[row[0] for row in RECOVERIES])
def test_recoveries(*, known: Any, lines: Any, expected: Any) -> None:
    facts = known(*lines)
    assert [(each.seconds, each.open) for each in facts.recoveries] == expected


def test_an_incident_open_for_over_26_weeks_is_named_and_blames_nobody(known: Any) -> None:
    facts = known(D1, "incident i at 11 deployment=d1", hours=11 + 26 * 168 + 1)
    (incident,) = facts.incidents
    assert incident.stale
    assert facts.recoveries == ()
    assert incident.cause is None
    assert facts.deployments[0].failure is None


# (sentence, the incident's times and the fix, stages in hours)
STAGES = [
    (
        "four times and a fix give four stages",
        [
            "incident i at 11 detected=12 acknowledged=12.5 resolved=18 deployment=d1",
            "deployment r at 17 begun=16 rollback_of=d1",
        ],
        {"detect": 1, "acknowledge": 0.5, "repair": 3.5, "fix_deploy": 2},
    ),
    (
        "without a fix the repair runs to the end",
        ["incident i at 11 detected=12 acknowledged=12.5 resolved=18 deployment=d1"],
        {"detect": 1, "acknowledge": 0.5, "repair": 5.5},
    ),
    (
        "a fix before the acknowledgement is none",
        [
            "incident i at 11 detected=12 acknowledged=14 resolved=18 deployment=d1",
            "deployment r at 13 begun=12 rollback_of=d1",
        ],
        {"detect": 1, "acknowledge": 2, "repair": 4},
    ),
    (
        "a planned deployment is no fix",
        ["incident i at 11 detected=12 acknowledged=14 resolved=18 deployment=d1", "deployment d9 at 17 begun=16"],
        {"detect": 1, "acknowledge": 2, "repair": 4},
    ),
    (
        "without an acknowledgement only detection is known",
        ["incident i at 11 detected=12 resolved=18 deployment=d1"],
        {"detect": 1},
    ),
    (
        "a start that stands in for detection is no detection",
        ["incident i recorded=12 detected=11 acknowledged=12 resolved=18 deployment=d1"],
        {"acknowledge": 1, "repair": 6},
    ),
    (
        "times out of order are cut into order",
        ["incident i at 11 detected=12 acknowledged=11.5 resolved=18 deployment=d1"],
        {"detect": 1, "acknowledge": 0, "repair": 6},
    ),
    ("an open one has no stages yet", ["incident i at 11 detected=12 acknowledged=12.5 deployment=d1"], {}),
]


@pytest.mark.parametrize(("lines", "hours"), [row[1:] for row in STAGES], ids=[row[0] for row in STAGES])
def test_recovery_stages(*, known: Any, lines: Any, hours: Any) -> None:
    (recovery,) = known(D1, *lines).recoveries
    assert recovery.stages == {name: span * H for name, span in hours.items()}
