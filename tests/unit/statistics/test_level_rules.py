from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import DAY, WEEK
from bot.metrics.facts import Facts
from bot.metrics.level import Level
from bot.metrics.measure import Metric
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.reading.levels import settle_levels
from bot.teams import Bands, Freeze

DF, LT, CFR, RECOVERY = (
    Metric.DEPLOYMENT_FREQUENCY,
    Metric.LEAD_TIME,
    Metric.CHANGE_FAILURE_RATE,
    Metric.RECOVERY_TIME,
)


@pytest.mark.parametrize(
    ("count", "days", "expected", "window"),
    [
        (40, 28, Level.HEALTHY, 28),  # ten a week for four weeks
        (0, 28, Level.POOR, 28),  # none in four weeks: Gamma(.5, 4) is below 1 at .995
        (34, 182, Level.HEALTHY, 182),  # a little over one a week takes half a year to see
        (20, 182, Level.POOR, 91),  # a little under one a week: 10 in 13 weeks
    ],
)
def test_deployment_frequency_settles_in_the_shortest_window_that_is_sure(
    *, level: Any, out: Any, made: Any, count: Any, days: Any, expected: Any, window: Any
) -> None:
    long_ago = [made.deployment(made.monday - 400 * DAY)]
    verdict = level(DF, deployments=[*long_ago, *out(count, days)])
    assert (verdict.level, verdict.borderline) == (expected, False)
    assert verdict.window.days >= window


def test_one_quiet_month_is_no_slow_team(level: Any, made: Any, out: Any) -> None:
    # Gamma(1.5, 4) is below 1 at .954: enough elsewhere, but frequency over four weeks needs .98
    older = out(25, 154, end=made.monday - 28 * DAY)
    verdict = level(DF, deployments=[*older, made.deployment(made.monday - DAY)])
    assert (verdict.level, verdict.borderline) == (Level.HEALTHY, True)


def test_frequency_is_told_from_the_day_of_the_first_deployment(level: Any, out: Any) -> None:
    # nine in nine days is a team of seven a week, not of a third of one
    verdict = level(DF, deployments=out(9, 9))
    assert (verdict.level, verdict.window.days) == (Level.HEALTHY, 28)


def test_no_deployment_ever_is_unknown_and_not_zero(level: Any) -> None:
    verdict = level(DF)
    assert verdict.level is Level.UNKNOWN
    assert verdict.why_unknown.reason == Reason.NO_DEPLOYMENTS


def test_frozen_days_are_no_quiet_days(level: Any, made: Any, out: Any) -> None:
    team = replace(made.team, freezes=(Freeze(date(2026, 10, 12), date(2026, 11, 1)),))
    before = out(80, 182, end=made.monday - 21 * DAY)
    assert level(DF, team=team, deployments=before).level is Level.HEALTHY
    assert level(DF, deployments=before).level is Level.HEALTHY
    assert level(DF, team=team, deployments=before).window.days == 28


def test_a_freeze_takes_nothing_out_of_the_failure_rate(level: Any, made: Any, out: Any) -> None:
    team = replace(made.team, freezes=(Freeze(date(2026, 9, 1), date(2026, 11, 1)),))
    assert level(CFR, team=team, deployments=out(60, 28, failed=30)).window.days == 28


@pytest.mark.parametrize(
    ("failed", "count", "expected", "window"),
    [
        (0, 40, Level.HEALTHY, 28),
        (20, 40, Level.POOR, 28),
        (9, 19, Level.POOR, 182),  # the shorter windows need 20
    ],
)
def test_failure_rate_settles_where_it_has_twenty_deployments(
    *, level: Any, out: Any, failed: Any, count: Any, expected: Any, window: Any
) -> None:
    verdict = level(CFR, deployments=out(count, 28, failed=failed))
    assert verdict.level is expected
    assert verdict.window.days >= window
    assert not verdict.low_confidence


def test_under_ten_deployments_one_failure_is_no_poor_rate(level: Any, out: Any) -> None:
    one = level(CFR, deployments=out(2, 182, failed=1))
    assert one.level is Level.UNKNOWN
    two = level(CFR, deployments=out(4, 182, failed=3))
    assert (two.level, two.borderline, two.low_confidence) == (Level.POOR, False, True)


def test_zero_failures_count_only_where_they_could_have_been_seen(level: Any, out: Any) -> None:
    blind = Visibility(visible=False, signs=1)
    verdict = level(CFR, seen=blind, deployments=out(40, 28))
    assert verdict.level is Level.UNKNOWN
    assert verdict.why_unknown.reason == Reason.FAILURES_NOT_VISIBLE
    assert verdict.why_unknown.figures == {"signs": 1, "need": 3}


def test_failures_seen_only_by_signs_leave_confidence_low(level: Any, out: Any) -> None:
    verdict = level(CFR, seen=Visibility(visible=True, low_confidence=True), deployments=out(40, 28))
    assert (verdict.level, verdict.low_confidence) == (Level.HEALTHY, True)


def test_weeks_before_failures_were_recorded_are_no_quiet_weeks(level: Any, made: Any, out: Any) -> None:
    seen = Visibility(visible=True, since=made.monday - 7 * DAY)
    verdict = level(CFR, seen=seen, deployments=out(100, 182))
    assert verdict.level is Level.UNKNOWN  # 4 deployments in the week that is known
    assert verdict.why_unknown.figures["have"] == 4


@pytest.mark.parametrize(("inferred", "borderline"), [(8, False), (9, True)])
def test_more_than_forty_percent_of_failures_inferred_is_at_most_borderline(
    level: Any, out: Any, inferred: Any, borderline: Any
) -> None:
    assert level(CFR, deployments=out(40, 28, failed=20, inferred=inferred)).borderline is borderline


@pytest.mark.parametrize(
    ("hours", "days", "expected", "window"),
    [
        ([24.0] * 12, 28, Level.HEALTHY, 28),
        ([24.0] * 9, 28, Level.HEALTHY, 182),  # the shorter windows need ten changes
        ([400.0] * 12, 28, Level.POOR, 28),
    ],
)
def test_lead_time_settles_where_it_has_ten_changes(
    *, level: Any, delivered: Any, hours: Any, days: Any, expected: Any, window: Any
) -> None:
    verdict = level(LT, **delivered(hours, days))
    assert (verdict.level, verdict.window.days, verdict.borderline) == (expected, window, False)
    assert verdict.low_confidence is (len(hours) < 10)


def test_a_level_never_contradicts_the_median_beside_it(level: Any, delivered: Any) -> None:
    # six of ten changes take nine days, four take minutes: the mean log is short, the median is not
    verdict = level(LT, **delivered([216.0] * 12 + [0.1] * 8, 28))
    assert (verdict.level, verdict.borderline) == (Level.POOR, True)


def test_without_changes_lead_time_is_unknown(level: Any, out: Any) -> None:
    verdict = level(LT, deployments=out(40, 28))
    assert verdict.why_unknown.reason == Reason.NO_CHANGES


@pytest.mark.parametrize(
    ("hours", "expected", "window", "low"),
    [
        ([1.0, 1.0, 1.0], Level.HEALTHY, 28, False),
        ([1.0, 1.0], Level.HEALTHY, 182, True),  # under three: only half a year, and low confidence
        ([300.0] * 4, Level.POOR, 28, False),
    ],
)
def test_recovery_settles_where_it_has_three_incidents(
    *, level: Any, out: Any, recovered: Any, hours: Any, expected: Any, window: Any, low: Any
) -> None:
    verdict = level(RECOVERY, deployments=out(40, 28, failed=4), recoveries=recovered(hours, 28))
    assert (verdict.level, verdict.window.days, verdict.low_confidence) == (expected, window, low)


def test_an_open_incident_enters_with_the_time_it_has_lasted(level: Any, made: Any, out: Any, recovered: Any) -> None:
    quick = recovered([20.0, 20.0], 28)
    lasting = [made.lasting(hours) for hours in (900, 950, 1000, 1000)]
    verdict = level(RECOVERY, deployments=out(40, 28, failed=6), recoveries=[*quick, *lasting])
    assert verdict.level is Level.POOR


def test_an_incident_open_longer_than_the_band_leaves_recovery_at_most_borderline(
    level: Any, made: Any, out: Any, recovered: Any
) -> None:
    quick = recovered([1.0] * 10, 28)
    shorter = level(RECOVERY, deployments=out(40, 28, failed=9), recoveries=[*quick, made.lasting(23)])
    longer = level(RECOVERY, deployments=out(40, 28, failed=9), recoveries=[*quick, made.lasting(25)])
    assert (shorter.level, shorter.borderline) == (Level.HEALTHY, False)
    assert (longer.level, longer.borderline) == (Level.HEALTHY, True)


def test_recovery_without_a_failure_in_half_a_year_is_untested(level: Any, out: Any) -> None:
    verdict = level(RECOVERY, deployments=out(40, 28))
    assert (verdict.level, verdict.untested, verdict.low_confidence) == (Level.HEALTHY, True, True)
    assert verdict.why_unknown is None


@pytest.mark.parametrize(
    ("seen", "count"),
    [
        (Visibility(visible=False), 40),  # failures could not have been seen
        (Visibility(visible=True), 0),  # nothing went out that could have failed
    ],
)
def test_recovery_is_unknown_rather_than_untested_where_nothing_could_be_seen(
    level: Any, made: Any, out: Any, seen: Any, count: Any
) -> None:
    old = [made.deployment(made.monday - 300 * DAY)]
    verdict = level(RECOVERY, seen=seen, deployments=[*old, *out(count, 28)])
    assert (verdict.level, verdict.untested) == (Level.UNKNOWN, False)


def test_failures_without_times_make_recovery_unknown(level: Any, out: Any) -> None:
    verdict = level(RECOVERY, deployments=out(40, 28, failed=5))
    assert verdict.level is Level.UNKNOWN
    assert verdict.why_unknown.reason == Reason.NO_FAILURE_TIMES
    assert verdict.why_unknown.figures == {"failures": 5}


def test_missing_times_are_not_made_up_from_what_was_once_settled(level: Any, made: Any, out: Any) -> None:
    def known(at: float) -> Facts:
        return made.facts(at, out(40, 28, failed=4, end=at), recoveries=[made.recovery(at - 1, 2) for _ in range(4)])

    old = [made.recovery(made.monday - 200 * DAY, 2)]
    verdict = level(RECOVERY, known, deployments=out(200, 182, failed=20), recoveries=old)
    assert (verdict.level, verdict.why_unknown.reason) == (Level.UNKNOWN, Reason.NO_FAILURE_TIMES)


def test_a_fixed_window_is_judged_as_the_longest_one_is(level: Any, out: Any) -> None:
    deployments = out(30, 28, failed=7)  # Beta(7.5, 23.5) lies beyond 15% at .89: not sure enough for four weeks
    verdict = level(CFR, deployments=deployments, window_days=28)
    assert (verdict.level, verdict.window.days, verdict.borderline) == (Level.POOR, 28, False)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 60),
    failed=st.integers(0, 20),
    hours=st.lists(st.floats(0.01, 2000), max_size=30),
    window=st.sampled_from([None, 28, 60, 182]),
)
def test_a_settled_level_is_on_the_side_of_the_value(
    made: Any, count: Any, failed: Any, hours: Any, window: Any
) -> None:
    times = made.evenly(count, made.monday, 28)
    deployments = [made.deployment(at, failed=index < failed) for index, at in enumerate(times)]
    ended = made.evenly(len(hours), made.monday, 28)
    facts = made.facts(
        made.monday,
        deployments,
        changes=[made.change(at, each) for at, each in zip(ended, hours, strict=True)],
        recoveries=[made.recovery(at, each) for at, each in zip(ended, hours, strict=True)],
    )
    team = replace(made.team, bands=Bands(lead_time_days=1, recovery_hours=24))
    levels = settle_levels(facts, team, made.seen, made.nothing_before, window)
    shown = sorted(hours)[(len(hours) - 1) // 2 : len(hours) // 2 + 1]
    poor = {
        DF: None,
        CFR: min(failed, count) > 0.15 * count if count else None,
        LT: sum(shown) / len(shown) > 24 if shown else None,
        RECOVERY: sum(shown) / len(shown) > 24 if shown else None,
    }
    for metric, side in poor.items():
        verdict = levels[metric]
        assert verdict.certainty is None or 0 <= verdict.certainty <= 1
        if side is not None and verdict.level is not Level.UNKNOWN and not verdict.borderline:
            assert (verdict.level is Level.POOR) is side


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), weeks=st.integers(-200, 200))
def test_shifting_everything_by_whole_weeks_changes_no_level(made: Any, seed: Any, weeks: Any) -> None:
    moved = replace(made, monday=made.monday + weeks * WEEK)

    def levels(here: Any) -> Any:
        facts = here.history(seed, weeks=30, a_week=3, failing=0.15, lead_hours=150)
        settled = settle_levels(facts, here.team, here.seen, here.nothing_before)
        return [(m, v.level, v.borderline, v.certainty) for m, v in settled.items()]

    for ours, theirs in zip(levels(made), levels(moved), strict=True):
        assert ours[:3] == theirs[:3]
        assert ours[3] == pytest.approx(theirs[3], abs=1e-4)


def test_more_deployments_never_make_frequency_worse_than_its_band(made: Any, out: Any) -> None:
    order = [Level.POOR, Level.HEALTHY]
    seen = []
    for count in range(0, 60, 4):
        facts = made.facts(made.monday, [made.deployment(made.monday - 400 * DAY), *out(count, 28)])
        seen.append(settle_levels(facts, made.team, made.seen, made.nothing_before, 28)[DF].level)
    assert seen == sorted(seen, key=order.index)
