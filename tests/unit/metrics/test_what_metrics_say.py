from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc

from bot.calendar import HOUR
from bot.metrics import (
    change_failure_rate,
    deployment_frequency,
    lead_time,
    recovery_time,
    reliability,
    rework_rate,
)
from bot.metrics.change_failure_rate import jeffreys
from bot.metrics.durations import geometric_mean, median, quantiles, survival_median
from bot.metrics.history import history
from bot.metrics.measure import Metric
from bot.metrics.measures import measure_all
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility, visibility
from bot.teams import Freeze

SEEN = Visibility(visible=True, signs=9)
UNSEEN = Visibility(visible=False, signs=2)
BOUGHT = "deployment d at 900"


# Each row: a sentence, the metric, a history, what can be seen, and the reason.
UNKNOWNS = [
    ("no deployment was ever known", deployment_frequency, [], SEEN, Reason.NO_DEPLOYMENTS),
    ("nothing was delivered", lead_time, [BOUGHT], SEEN, Reason.NO_CHANGES),
    ("what was delivered has no first commit", lead_time, [BOUGHT, "change c at 899"], SEEN, Reason.NO_LEAD_TIMES),
    ("no deployment could fail", change_failure_rate, [], SEEN, Reason.NO_DEPLOYMENTS),
    ("failures could not be seen", change_failure_rate, [BOUGHT], UNSEEN, Reason.FAILURES_NOT_VISIBLE),
    ("none was planned", change_failure_rate, ["deployment d at 900 unplanned=true"], SEEN, Reason.NONE_DEPLOYED),
    ("nothing failed", recovery_time, [BOUGHT], SEEN, Reason.NOTHING_FAILED),
    ("nothing was seen to fail", recovery_time, [BOUGHT], UNSEEN, Reason.FAILURES_NOT_VISIBLE),
    ("failures have no times", recovery_time, ["deployment d at 900 failed=true"], SEEN, Reason.NO_FAILURE_TIMES),
    (
        "failures of before the window ended before it",
        recovery_time,
        ["deployment c at 100 failed=true", "deployment r at 101 rollback_of=c", BOUGHT],
        SEEN,
        Reason.NONE_RECOVERED,
    ),
    (
        "nothing that lasts has ended",
        recovery_time,
        [BOUGHT, "incident i at 901 deployment=d"],
        SEEN,
        Reason.MOSTLY_OPEN,
    ),
    ("no incident was ever known", reliability, [BOUGHT], SEEN, Reason.NO_INCIDENTS_KNOWN),
    (
        "an incident has no duration",
        reliability,
        ["incident i at 901 status=resolved"],
        SEEN,
        Reason.INCIDENT_DURATION_UNKNOWN,
    ),
    (
        "an objective measured nothing lately",
        reliability,
        ["slo s at 0 for=24 good=9 total=10 objective=0.9", "incident i at 901 resolved=902"],
        SEEN,
        Reason.NO_OBJECTIVE_DATA,
    ),
    (
        "an objective's windows had no traffic",
        reliability,
        ["slo s at 900 for=24 good=0 total=0 objective=0.9"],
        SEEN,
        Reason.NO_OBJECTIVE_DATA,
    ),
    ("there was no deployment to be rework", rework_rate, [], SEEN, Reason.NO_DEPLOYMENTS),
]


@pytest.mark.parametrize(
    ("metric", "lines", "sight", "reason"), [row[1:] for row in UNKNOWNS], ids=[row[0] for row in UNKNOWNS]
)
def test_unknown_has_its_reason_and_is_never_zero(
    *, known: Any, weeks: Any, team: Any, metric: Any, lines: Any, sight: Any, reason: Any
) -> None:
    with_sight = metric in (change_failure_rate, recovery_time, reliability)
    measured = metric.measure(known(*lines), weeks(4), team, *([sight] if with_sight else []))
    assert measured.value is None
    assert measured.why_unknown.reason == reason


def test_failures_that_are_recorded_only_since_later_are_unknown_before(
    known: Any, weeks: Any, team: Any, clock: Any
) -> None:
    facts = known("deployment d0 at 0", "deployment d1 at 500 failed=true", "deployment d2 at 900")
    since = Visibility(visible=True, since=clock(832), signs=9)
    measured = change_failure_rate.measure(facts, weeks(4), team, since)
    assert (measured.value, measured.n, measured.window.days) == (0.0, 1, 7)
    later = replace(since, since=clock(1_001))
    for metric in (change_failure_rate, recovery_time):
        assert metric.measure(facts, weeks(4), team, later).why_unknown.reason == Reason.NOT_YET_RECORDED


def test_a_window_begins_with_the_day_of_the_first_deployment_and_holds_seven_days(
    known: Any, weeks: Any, team: Any
) -> None:
    early = deployment_frequency.measure(known("deployment d at 667", "deployment e at 700"), weeks(26), team)
    assert early.window.days == pytest.approx((1_000 - 648) / 24)  # from the start of that day
    late = deployment_frequency.measure(known("deployment d at 999"), weeks(26), team)
    assert (late.window.days, late.value, late.active_days) == (7, 1.0, 1)


def test_previous_is_the_window_before_and_null_where_history_does_not_cover_it(
    known: Any, weeks: Any, team: Any
) -> None:
    lines = ["deployment a at 800", "deployment b at 850", "deployment c at 900"]
    assert deployment_frequency.measure(known(*lines), weeks(1), team).previous is None
    covered = known("deployment z at 640", *lines)
    measured = deployment_frequency.measure(covered, weeks(1), team)
    assert (measured.value, measured.previous) == (2.0, 1.0)


def test_a_window_that_is_frozen_throughout_has_no_frequency(known: Any, weeks: Any, team: Any) -> None:
    frozen = replace(team, freezes=(Freeze(date(2026, 6, 1), date(2026, 8, 1)),))
    measured = deployment_frequency.measure(known(BOUGHT), weeks(1), frozen)
    assert measured.why_unknown.reason == Reason.ALL_FROZEN


@pytest.mark.parametrize(
    ("sentence", "ended", "lasting", "expected"),
    [
        ("without any that last it is the common median", [1, 2, 3, 10], [], 2.5),
        ("of an odd number the middle one", [1, 2, 9], [], 2),
        ("one that lasts longer than all counts as longer", [1, 2], [5], 2),
        ("one that began just now says little", [2, 4], [1], 3),
        ("where more than half last on there is none", [1], [5, 6], None),
        ("nor where nothing ended", [], [5], None),
        ("equal ones count each", [3, 3, 3], [], 3),
    ],
)
def test_the_median_of_durations_of_which_some_last(sentence: Any, ended: Any, lasting: Any, expected: Any) -> None:
    assert sentence
    assert survival_median(ended, lasting) == expected


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=20), st.lists(st.floats(1, 1e6), max_size=5))
def test_what_lasts_longer_never_shortens_the_median(ended: Any, lasting: Any) -> None:
    plain = survival_median(ended, [])
    assert plain == pytest.approx(median(ended))
    censored = survival_median(ended, [each + 1e6 for each in lasting])
    assert censored is None or censored >= plain * (1 - 1e-9)


@given(st.integers(1, 200), st.integers(0, 200))
def test_the_interval_holds_ninety_per_cent_and_the_rate(n: Any, failed: Any) -> None:
    failed = min(failed, n)
    low, high = jeffreys(failed, n)
    assert 0 <= low <= failed / n <= high <= 1
    if 0 < failed < n:
        held = betainc(failed + 0.5, n - failed + 0.5, high) - betainc(failed + 0.5, n - failed + 0.5, low)
        assert held == pytest.approx(0.9)


def test_four_of_fifty_failed_lie_between_3_and_16_per_cent() -> None:
    assert [round(each, 2) for each in jeffreys(4, 50)] == [0.03, 0.16]


def test_quantiles_interpolate_between_neighbours() -> None:
    assert quantiles([1, 2, 3, 4], 0.0, 0.5, 0.9, 1.0) == pytest.approx((1, 2.5, 3.7, 4))
    assert median([]) is None


def test_the_geometric_mean_is_that_of_the_logs_and_zero_is_a_minute() -> None:
    assert geometric_mean([100.0, 10_000.0]) == pytest.approx(1_000)
    assert geometric_mean([0.0]) == pytest.approx(60)
    assert geometric_mean([]) is None


# (sentence, objectives, value, budget left, coverage)
DAY = "for=24 objective=0.9"
OBJECTIVES = [
    ("good of total", [f"slo a at 900 {DAY} good=95 total=100"], 0.95, 0.5, 1 / 28),
    (
        "summed over windows",
        [f"slo a at 900 {DAY} good=100 total=100", f"slo b at 924 {DAY} good=270 total=300"],
        0.925,
        0.25,
        2 / 28,
    ),
    (
        "of overlapping windows the shorter",
        [f"slo a at 900 {DAY} good=100 total=100", "slo b at 890 for=100 objective=0.9 good=0 total=100"],
        1.0,
        1.0,
        1 / 28,
    ),
    (
        "of equal ones the newer",
        [f"slo a at 900 {DAY} good=0 total=100", f"slo b at 901 {DAY} good=100 total=100"],
        1.0,
        1.0,
        1 / 28,
    ),
    (
        "the one with least budget left",
        [f"slo a at 900 {DAY} good=95 total=100", f"slo b at 900 {DAY} good=91 total=100 name=latency"],
        0.91,
        0.1,
        1 / 28,
    ),
    ("a missed one has less than none left", [f"slo a at 900 {DAY} good=80 total=100"], 0.8, -1.0, 1 / 28),
    ("a window that ends at the instant is inside", [f"slo a at 976 {DAY} good=95 total=100"], 0.95, 0.5, 1 / 28),
]


@pytest.mark.parametrize(
    ("lines", "value", "left", "coverage"), [row[1:] for row in OBJECTIVES], ids=[row[0] for row in OBJECTIVES]
)
def test_reliability_by_objectives(
    *, known: Any, weeks: Any, team: Any, lines: Any, value: Any, left: Any, coverage: Any
) -> None:
    measured = reliability.measure(known(*lines), weeks(4), team, SEEN)
    assert (measured.value, measured.budget_left, measured.coverage) == pytest.approx((value, left, coverage))
    assert measured.basis == "slo"


def test_reliability_by_incidents_counts_what_overlaps_once_and_every_cause(known: Any, weeks: Any, team: Any) -> None:
    facts = known(
        "incident i1 at 900 resolved=910",
        "incident i2 at 905 resolved=915 change_caused=false",
        "incident i3 at 990",
        "incident i4 at 320 resolved=332",
    )
    with_objective = replace(team, availability_objective=0.9)
    measured = reliability.measure(facts, weeks(4), with_objective, SEEN)
    assert measured.incident_hours == pytest.approx(29)
    assert measured.value == pytest.approx(1 - 29 / 672)
    assert measured.budget_left == pytest.approx(1 - 29 / 67.2)
    assert measured.n == 4


@pytest.mark.parametrize(
    ("sentence", "lines", "since", "expected"),
    [
        ("nothing says so", [BOUGHT], None, (False, False, None)),
        (
            "three incidents are a source",
            [f"incident i{n} at {n} resolved=9" for n in range(3)],
            None,
            (True, False, None),
        ),
        (
            "three signs are sight, of low confidence",
            [BOUGHT, "deployment r at 901 rollback_of=d", "change h at 9 hotfix=true", "incident i at 9"],
            None,
            (True, True, None),
        ),
        (
            "a verdict is a sign, whatever it says",
            [f"deployment d{n} at {n} failed=false" for n in range(3)],
            None,
            (True, True, None),
        ),
        ("a source that is set up is one since it records", [BOUGHT], 500, (True, False, 500)),
        ("one that will record is none yet", [BOUGHT], 1_001, (False, False, None)),
        (
            "three incidents of before it show that they were seen",
            [f"incident i{n} at {n} resolved=9" for n in range(3)],
            500,
            (True, False, None),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whether_failures_could_be_seen(
    *, known: Any, clock: Any, sentence: Any, lines: Any, since: Any, expected: Any
) -> None:
    assert sentence
    seen = visibility(known(*lines), None if since is None else clock(since))
    visible, low, recorded = expected
    assert (seen.visible, seen.low_confidence) == (visible, low)
    assert seen.since == (None if recorded is None else clock(recorded))


def test_signs_of_more_than_two_years_ago_are_forgotten(known: Any) -> None:
    lines = [f"deployment d{n} at {n} failed=false" for n in range(3)]
    assert visibility(known(*lines, hours=104 * 168 + 1)).signs == 2


def test_history_tells_each_week_and_null_where_nothing_could_be_seen(known: Any, team: Any) -> None:
    facts = known(
        "deployment d0 at 10",
        "deployment d1 at 680",
        "change c at 679 first=675 deployment=d1",
        "deployment d2 at 700",
        "incident i at 701 resolved=703 deployment=d2",
        "deployment d3 at 850 failed=true",
        hours=1_008,
    )
    *_, week, last = history(facts, team, SEEN)
    assert (week.week, week.deployments, week.failed) == (date(2026, 6, 29), 2, 1)
    assert (week.lead_time, week.recovery_time, week.failure_hours) == (5 * HOUR, 2 * HOUR, pytest.approx(2.0))
    assert (last.deployments, last.failed, last.failure_hours, last.lead_time) == (1, 1, None, None)
    *_, unseen = history(facts, team, UNSEEN)
    assert (unseen.failed, unseen.failure_hours) == (None, None)
    quiet = history(facts, team, SEEN)[-3]
    assert (quiet.deployments, quiet.failed, quiet.failure_hours) == (0, 0, 0.0)


def test_all_measures_take_their_own_window(known: Any, weeks: Any, team: Any) -> None:
    windows = {metric: weeks(count) for count, metric in enumerate(Metric, start=1)}
    measures: Any = measure_all(known("deployment d at 0", BOUGHT), windows, team, SEEN)
    assert {metric: getattr(measures, metric.value).window for metric in Metric} == windows
    assert measures.rework_rate.window == windows[Metric.CHANGE_FAILURE_RATE]


# (sentence, history around a change from 0 to a deployment that finished at 20, hours by stage)
STAGES = [
    (
        "all boundaries known",
        [
            "change c at 10 first=0 opened=2 reviewed=5 approved=6 merge_sha=a deployment=d",
            "run r at 12 begun=11 sha=a",
            "deployment d at 20 begun=18 sha=a",
        ],
        {"coding": 2, "pickup": 3, "review": 1, "merge_wait": 4, "pipeline": 2, "release_wait": 6, "deploy": 2},
    ),
    (
        "a boundary that is not known puts its span into unknown",
        ["change c at 10 first=0 opened=2 approved=6 deployment=d", "deployment d at 20"],
        {"coding": 2, "unknown": 4 + 10, "merge_wait": 4},
    ),
    (
        "the last run that started before the deployment ends the pipeline",
        [
            "change c at 10 first=0 merge_sha=a deployment=d",
            "run r1 at 12 begun=11 sha=a",
            "run r2 at 14 begun=13 sha=a",
            "run r3 at 22 begun=19 sha=a",
            "deployment d at 20 begun=18",
        ],
        {"unknown": 10, "pipeline": 4, "release_wait": 4, "deploy": 2},
    ),
    (
        "the delivering sha is the deployment's",
        [
            "change c at 10 first=0 merge_sha=a deployment=d",
            "run r1 at 12 begun=11 sha=a",
            "run r2 at 14 begun=13 sha=b",
            "deployment d at 20 begun=18 sha=b",
        ],
        {"unknown": 10, "pipeline": 4, "release_wait": 4, "deploy": 2},
    ),
    (
        "time at gates is the gate's wherever it falls after the merge, overlaps once",
        [
            "change c at 10 first=0 merge_sha=a deployment=d",
            "run r at 12 begun=11 sha=a",
            "deployment d at 20 begun=18 gate=8-11 gate=15-17 gate=16-19",
        ],
        {"unknown": 10, "pipeline": 1, "release_wait": 3, "deploy": 1, "gate": 5},
    ),
    (
        "a gate whose end is not known leaves the wait unknown",
        [
            "change c at 10 first=0 merge_sha=a deployment=d",
            "run r at 12 begun=11 sha=a",
            "deployment d at 20 begun=18 gate=15-",
        ],
        {"unknown": 13, "pipeline": 2, "release_wait": 3, "deploy": 2, "gate": 0},
    ),
    (
        "times out of order are cut into order",
        ["change c at 10 first=0 opened=5 reviewed=3 approved=12 deployment=d", "deployment d at 20 begun=8"],
        {"coding": 5, "pickup": 0, "review": 5, "merge_wait": 0, "deploy": 10},
    ),
]


@pytest.mark.parametrize(("lines", "hours"), [row[1:] for row in STAGES], ids=[row[0] for row in STAGES])
def test_stages_of_the_lead_time(*, known: Any, lines: Any, hours: Any) -> None:
    (change,) = known(*lines).changes
    assert {name: span / HOUR for name, span in change.stages.items()} == pytest.approx(hours)
    assert sum(hours.values()) == pytest.approx(change.lead_time / HOUR)
