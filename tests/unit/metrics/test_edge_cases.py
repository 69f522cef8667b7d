"""The edge cases of docs/metrics.md, by their numbers; what is told in words is tested where the words are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.calendar import HOUR, window_before
from bot.metrics import (
    change_failure_rate,
    deployment_frequency,
    lead_time,
    recovery_time,
    reliability,
    rework_rate,
)
from bot.metrics.attribution import attribute
from bot.metrics.history import history
from bot.metrics.visibility import Visibility
from bot.teams import Freeze, Team

SEEN = Visibility(visible=True, signs=9)


def test_1_durations_are_told_by_median_and_p90_and_never_by_the_mean_alone(known: Any, weeks: Any, team: Any) -> None:
    lines = [f"change c{n} at 900 first={900 - n} deployment=d" for n in (1, 2, 3, 4, 90)]
    measured = lead_time.measure(known("deployment d at 900", *lines), weeks(4), team)
    assert measured.value == 3 * HOUR
    assert measured.mean == 20 * HOUR
    assert measured.p90 == pytest.approx((4 + 0.6 * 86) * HOUR)


def test_2_only_successful_production_deployments_are_the_denominator(known: Any, weeks: Any, team: Any) -> None:
    facts = known(
        "deployment d1 at 900",
        "deployment d2 at 910 failed=true",
        "deployment d3 at 920 status=failure",
        "deployment d4 at 930 status=cancelled",
        "deployment d5 at 940 environment=staging",
        "run r1 at 901 sha=a status=failure",
    )
    measured = change_failure_rate.measure(facts, weeks(4), team, SEEN)
    assert (measured.failed, measured.n, measured.value) == (1, 2, 0.5)


def test_3_three_rollbacks_in_an_hour_are_one_failure_of_one_deployment(known: Any, weeks: Any, team: Any) -> None:
    rollbacks = [f"deployment r{n} at {900 + n / 4} rollback_of=d" for n in (1, 2, 3)]
    facts = known("deployment d at 900", *rollbacks)
    measured = change_failure_rate.measure(facts, weeks(4), team, SEEN)
    assert (measured.failed, measured.n) == (1, 1)
    assert facts.deployments[0].failure.evidence == tuple(f"deployment:file:r{n}" for n in (1, 2, 3))
    assert rework_rate.measure(facts, weeks(4), team).value == 0.75


def test_4_a_deployment_fails_at_most_once_whatever_the_number_of_tickets(known: Any, weeks: Any, team: Any) -> None:
    tickets = [f"incident i{n} at 901 resolved=902 deployment=d" for n in range(5)]
    measured = change_failure_rate.measure(known("deployment d at 900", *tickets), weeks(4), team, SEEN)
    assert (measured.failed, measured.value) == (1, 1.0)


def test_5_the_share_of_failures_that_was_inferred_is_known(known: Any, weeks: Any, team: Any) -> None:
    facts = known(
        "deployment d1 at 900",
        "incident i1 at 901 resolved=902",
        "deployment d2 at 940",
        "incident i2 at 941 resolved=942 deployment=d2",
    )
    assert change_failure_rate.measure(facts, weeks(4), team, SEEN).inferred_share == 0.5


def test_6_a_hotfix_blames_what_it_names_not_the_previous_deployment(known: Any) -> None:
    facts = known("deployment d1 at 900", "deployment d2 at 910", "deployment h at 911 fixes=d1")
    assert [each.event.id for each in facts.deployments if each.failure] == ["d1"]


def test_7_open_incidents_are_counted_with_the_age_of_the_oldest(known: Any, weeks: Any, team: Any) -> None:
    facts = known(
        "deployment d at 900",
        "incident i1 at 928 deployment=d",
        "incident i2 at 999 deployment=d",
        "incident i3 at 901 resolved=902 deployment=d",
    )
    measured = recovery_time.measure(facts, weeks(4), team, SEEN)
    assert (measured.n, measured.open, measured.oldest_open) == (1, 2, 72 * HOUR)


def test_8_the_clock_of_recovery_stops_at_mitigation_else_at_the_resolution(known: Any) -> None:
    facts = known(
        "deployment d at 900",
        "incident i1 at 901 mitigated=902 resolved=980",
        "incident i2 at 901 resolved=903",
    )
    assert [each.seconds for each in facts.recoveries] == [HOUR, 2 * HOUR]


def test_9_the_first_commit_counts_and_bots_are_left_out_but_counted(known: Any, weeks: Any, team: Any) -> None:
    facts = known(
        "deployment d at 900",
        "change c at 899 first=800 opened=898 deployment=d",
        "change s at 899 first=899 opened=899 first_commit_inferred=true deployment=d",
        "change b at 899 first=100 automated=true deployment=d",
    )
    measured = lead_time.measure(facts, weeks(4), team)
    assert (measured.n, measured.automated) == (2, 1)
    assert [each.lead_time for each in facts.changes if each.event.automated] == [None]
    assert all(span >= 0 for change in facts.changes for span in change.stages.values())


def test_10_a_direct_push_has_only_waits_and_deploy_and_the_rest_is_unknown(known: Any) -> None:
    facts = known(
        "change c at 890 first=880 merge_sha=a reviews=0",
        "run r at 892 begun=891 sha=a",
        "deployment d at 900 begun=899 sha=a",
    )
    hours = {name: span / HOUR for name, span in facts.changes[0].stages.items()}
    assert hours == {"unknown": 10, "pipeline": 2, "release_wait": 7, "deploy": 1}


def test_11_in_a_monorepo_a_change_belongs_to_each_service_that_it_touches(known: Any) -> None:
    facts = known(
        "change c at 890 merge_sha=a services=checkout,pay-api,pay-web",
        "deployment d1 at 900 sha=a",
        "deployment d2 at 901 sha=a service=pay-api",
        "deployment d3 at 902 sha=a service=pay-other",
        "change r at 910 reverts=c services=checkout,pay-api",
    )
    brought = {each.event.id: each.changes for each in facts.deployments}
    assert brought == {"d1": ("change:file:c",), "d2": ("change:file:c",), "d3": ()}
    assert {each.event.id for each in facts.deployments if each.failure} == {"d1", "d2"}


def test_12_weeks_without_deployments_count_and_frozen_days_do_not(known: Any, weeks: Any, team: Any) -> None:
    facts = known("deployment d0 at 10", "deployment d1 at 990", "deployment d2 at 999")
    assert deployment_frequency.measure(facts, weeks(4), team).value == 0.5
    assert deployment_frequency.measure(facts, weeks(4), team).previous is None
    frozen = replace(team, freezes=(Freeze(date(2026, 6, 22), date(2026, 7, 5)),))  # 504 to 840 hours
    assert deployment_frequency.measure(facts, weeks(4), frozen).value == 1.0
    last = replace(team, freezes=(Freeze(date(2026, 7, 12), date(2026, 7, 12)),))  # the day of both
    assert deployment_frequency.measure(facts, weeks(4), last).value == 0.0


@pytest.mark.parametrize(
    ("sentence", "lines", "has_lead_time"),
    [
        ("inferred, of the first deployment", ["change c at 5 first=4", "deployment d at 6"], False),
        (
            "inferred, after sixty days",
            ["deployment d0 at 6", "change c at 7 first=6", "deployment d at 1446"],
            False,
        ),
        (
            "inferred, after a day less",
            ["deployment d0 at 6", "change c at 7 first=6", "deployment d at 1422"],
            True,
        ),
        (
            "listed, of the first deployment",
            ["change c at 5 first=4 merge_sha=a", "deployment d at 6 sha=b commits=a"],
            True,
        ),
        (
            "linked, after sixty days",
            ["deployment d0 at 6", "change c at 7 first=6 deployment=d", "deployment d at 1446"],
            True,
        ),
        (
            "listed among more than 5,000 commits",
            ["change c at 5 first=4 merge_sha=a", f"deployment d at 6 commits=a,{','.join(map(str, range(5_000)))}"],
            False,
        ),
        ("without a first commit", ["change c at 5 deployment=d", "deployment d at 6"], False),
        ("with a first commit after the delivery", ["change c at 5 first=7 deployment=d", "deployment d at 6"], False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_13_no_lead_time_where_the_delivery_is_no_honest_measure(
    known: Any, sentence: Any, lines: Any, has_lead_time: Any
) -> None:
    facts = known(*lines, hours=2_000)
    assert sentence
    assert (facts.changes[0].lead_time is not None) is has_lead_time


def test_14_weeks_run_from_monday_in_the_team_s_zone_and_a_day_of_25_hours_is_one(tell: Any) -> None:
    zone = ZoneInfo("Europe/Berlin")
    team = Team("team-x", "Team X", ("checkout",), zone=zone)
    # Sunday 25 October 2026 has 25 hours in Berlin; Monday 26 October begins there at 23:00 UTC of that Sunday.
    monday = (date(2026, 10, 25) - date(2026, 6, 1)).days * 24 + 23
    events = tell(["deployment d0 at 0", f"deployment d1 at {monday - 0.5}", f"deployment d2 at {monday}"])
    facts = attribute(events, team, as_of := 1_780_272_000 + (monday + 168) * HOUR)
    *_, before, newest = history(facts, team, SEEN)
    assert (before.week, before.deployments) == (date(2026, 10, 19), 1)
    assert (newest.week, newest.deployments) == (date(2026, 10, 26), 1)
    fortnight = window_before(as_of, 14, zone)
    assert fortnight.end - fortnight.start == 14 * 24 * HOUR + HOUR
    assert deployment_frequency.measure(facts, fortnight, team).value == 1.0


def test_14_a_late_incident_changes_a_past_week(known: Any, team: Any) -> None:
    on_time = ["deployment d0 at 0", "deployment d at 800"]
    late = [*on_time, "incident i at 801 resolved=802 deployment=d"]
    failed = [[week.failed for week in history(known(*lines), team, SEEN)] for lines in (on_time, late)]
    assert sum(failed[0]) == 0
    assert sum(failed[1]) == 1


def test_15_every_ratio_has_its_count(known: Any, weeks: Any, team: Any) -> None:
    facts = known("deployment d at 900", "deployment r at 910 rollback_of=d")
    assert change_failure_rate.measure(facts, weeks(4), team, SEEN).n == 1
    assert rework_rate.measure(facts, weeks(4), team).n == 2


def test_16_a_change_of_definition_is_among_the_facts_from_when_it_is_known(known: Any) -> None:
    line = "definition x at 500 metrics=change_failure_rate"
    assert [each.id for each in known(line).definitions] == ["x"]
    assert known(line, hours=500).definitions == ()


@pytest.mark.parametrize(
    ("sentence", "line", "part"),
    [
        ("a deployment by its finish", "deployment d at 500 begun=499", "deployments"),
        ("a run by its finish", "run r at 500 begun=499 sha=a", "pipeline_runs"),
        ("a change by its merge", "change c at 500 first=400", "changes"),
        ("an incident by its detection", "incident i at 400 detected=500 resolved=600", "incidents"),
        ("else by its start", "incident i at 500 resolved=600", "incidents"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_17_what_was_known_at_an_instant(known: Any, sentence: Any, line: Any, part: Any) -> None:
    assert sentence
    assert len(getattr(known(line, hours=500), part)) == 0
    assert len(getattr(known(line, hours=500.1), part)) == 1


def test_17_an_objective_s_window_that_ends_at_the_instant_is_known(known: Any) -> None:
    line = "slo s at 400 for=100 good=9 total=10 objective=0.9"
    assert len(known(line, hours=500).slo_windows) == 1
    assert known(line, hours=499.9).slo_windows == ()


def test_17_a_verdict_counts_from_when_it_was_given(known: Any) -> None:
    line = "deployment d at 400 failed=true judged=500"
    (before,), (after,) = known(line, hours=500).deployments, known(line, hours=501).deployments
    assert (before.failure, before.event.failed, before.event.failed_at) == (None, None, None)
    assert after.failure is not None
    (at_once,) = known("deployment d at 400 failed=true", hours=401).deployments
    assert at_once.failure is not None


def test_17_fields_timed_at_or_after_the_instant_are_null(known: Any) -> None:
    facts = known(
        "deployment d at 400 gate=390-450 gate=450-460",
        "change c at 400 first=390 opened=391 reviewed=500 approved=501 deployment=d",
        "incident i at 401 detected=402 acknowledged=500 resolved=600 deployment=d",
        hours=450,
    )
    (deployment,), (change,), (incident,) = facts.deployments, facts.changes, facts.incidents
    assert [wait.ended_at for wait in deployment.event.gate_waits] == [None]
    assert (change.event.first_review_at, change.event.approved_at) == (None, None)
    assert (incident.event.acknowledged_at, incident.event.resolved_at) == (None, None)
    assert incident.event.status == "open"
    assert incident.open


# (metric, better, worse): the value of the first is the better one
GOOD, BAD = (
    "slo s at 800 for=100 good=99 total=100 objective=0.9",
    "slo s at 800 for=100 good=91 total=100 objective=0.9",
)


def test_18_more_planned_deployments_are_a_higher_frequency(known: Any, weeks: Any, team: Any) -> None:
    few, many = (
        known("deployment d0 at 0", "deployment d1 at 900"),
        known("deployment d0 at 0", "deployment d1 at 900", "deployment d2 at 910"),
    )
    assert (
        deployment_frequency.measure(many, weeks(4), team).value
        > deployment_frequency.measure(few, weeks(4), team).value
    )


def test_18_a_shorter_way_is_a_lower_lead_time(known: Any, weeks: Any, team: Any) -> None:
    slow, fast = (known("deployment d at 900", f"change c at 899 first={at} deployment=d") for at in (800, 890))
    assert lead_time.measure(fast, weeks(4), team).value < lead_time.measure(slow, weeks(4), team).value


def test_18_fewer_failures_are_a_lower_rate(known: Any, weeks: Any, team: Any) -> None:
    sound, broken = (known("deployment d at 900", f"deployment e at 910 failed={word}") for word in ("false", "true"))
    good = change_failure_rate.measure(sound, weeks(4), team, SEEN)
    bad = change_failure_rate.measure(broken, weeks(4), team, SEEN)
    assert good.value < bad.value
    assert good.interval[1] < bad.interval[1]


def test_18_a_faster_recovery_is_a_lower_time(known: Any, weeks: Any, team: Any) -> None:
    fast, slow = (known("deployment d at 900", f"incident i at 901 resolved={end} deployment=d") for end in (902, 910))
    assert (
        recovery_time.measure(fast, weeks(4), team, SEEN).value
        < recovery_time.measure(slow, weeks(4), team, SEEN).value
    )


@pytest.mark.parametrize(
    ("better", "worse"), [(GOOD, BAD), ("incident i at 900 resolved=901", "incident i at 900 resolved=950")]
)
def test_18_more_of_what_was_promised_is_a_higher_reliability(
    known: Any, weeks: Any, team: Any, better: Any, worse: Any
) -> None:
    good, bad = (reliability.measure(known(line), weeks(4), team, SEEN) for line in (better, worse))
    assert good.value > bad.value
    assert good.budget_left is None or good.budget_left > bad.budget_left


def test_18_less_remediation_is_a_lower_rework_rate(known: Any, weeks: Any, team: Any) -> None:
    less, more = (known("deployment d at 900", f"deployment e at 910 unplanned={word}") for word in ("false", "true"))
    assert rework_rate.measure(less, weeks(4), team).value < rework_rate.measure(more, weeks(4), team).value
