from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bot.calendar import DAY, HOUR, WEEK
from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.regression.rows import weekly_rows
from bot.teams import Freeze

FAILURES = (Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME, Metric.RELIABILITY)


@pytest.fixture(scope="module")
def daily(made: Any) -> Any:
    """One deployment a day at noon for 60 weeks."""
    return [made.deployment(made.monday - day * DAY + 12 * HOUR) for day in range(1, 60 * 7 + 1)]


def weeks_counted(rows: Any, metric: Any) -> Any:
    return int(np.count_nonzero(rows.counts[metric]))


def test_the_week_that_still_runs_is_left_out(made: Any, daily: Any) -> None:
    wednesday = made.monday + 2.5 * DAY
    new = [*daily, made.deployment(made.monday + DAY)]
    rows = weekly_rows(made.facts(wednesday, new), made.team, made.seen)
    assert rows.edges[-1] == made.monday
    assert rows.deployments[-1] == 7


def test_a_deployment_on_the_stroke_of_monday_belongs_to_the_new_week(made: Any) -> None:
    at = made.monday - WEEK
    rows = weekly_rows(made.facts(made.monday, [made.deployment(at), made.deployment(at - 1)]), made.team, made.seen)
    assert list(rows.deployments[-2:]) == [1, 1]


def test_weeks_follow_the_teams_own_clock(made: Any) -> None:
    berlin = replace(made.team, zone=ZoneInfo("Europe/Berlin"))
    late_sunday = made.monday - WEEK - 0.5 * HOUR  # 00:30 on Monday in Berlin
    facts = made.facts(made.monday + 6 * HOUR, [made.deployment(late_sunday)])
    assert weekly_rows(facts, berlin, made.seen).deployments[-1] == 1
    assert weekly_rows(facts, made.team, made.seen).deployments[-1] == 0


def test_a_failed_deployment_counts_in_the_week_of_the_deployment_and_its_recovery_when_it_ended(made: Any) -> None:
    failed = made.deployment(made.monday - 8 * DAY, failed=True)
    facts = made.facts(made.monday, [failed], recoveries=[made.recovery(made.monday - 2 * DAY, 144)])
    rows = weekly_rows(facts, made.team, made.seen)
    assert list(rows.failed[-2:]) == [1, 0]
    assert list(rows.recovery.n[-2:]) == [0, 1]
    assert rows.recovery.total[-1] == pytest.approx(np.log(144))


def test_remediation_is_no_deployment(made: Any) -> None:
    facts = made.facts(made.monday, [made.deployment(made.monday - DAY, planned=False)])
    assert weekly_rows(facts, made.team, made.seen).deployments.sum() == 0


def test_an_open_recovery_and_one_without_times_are_in_no_week(made: Any) -> None:
    facts = made.facts(made.monday, recoveries=[made.lasting(5), made.recovery(made.monday - DAY, None)])
    assert weekly_rows(facts, made.team, made.seen).recovery.count == 0


def test_history_begins_with_the_week_of_the_first_deployment(made: Any, daily: Any) -> None:
    rows = weekly_rows(made.facts(made.monday, daily), made.team, made.seen)
    assert all(weeks_counted(rows, metric) == 60 for metric in Metric)


def test_a_week_that_a_freeze_touches_by_a_day_is_taken_out_of_every_trend(made: Any, daily: Any) -> None:
    sunday_and_monday = Freeze(date(2026, 10, 18), date(2026, 10, 19))
    team = replace(made.team, freezes=(sunday_and_monday,))
    rows = weekly_rows(made.facts(made.monday, daily), team, made.seen)
    assert [bool(week) for week in rows.counts[Metric.LEAD_TIME][-4:]] == [True, False, False, True]
    assert int(np.count_nonzero(rows.sides(Metric.LEAD_TIME).recent)) == 11  # recent stays 13 calendar weeks


def test_a_definition_drops_for_its_metrics_every_week_that_does_not_begin_after_it(made: Any, daily: Any) -> None:
    cut = made.definition(made.monday - 10 * WEEK, "change_failure_rate")
    rows = weekly_rows(made.facts(made.monday, daily, definitions=[cut]), made.team, made.seen)
    assert weeks_counted(rows, Metric.CHANGE_FAILURE_RATE) == 9
    assert weeks_counted(rows, Metric.DEPLOYMENT_FREQUENCY) == 60


def test_the_last_of_several_definitions_cuts(made: Any, daily: Any) -> None:
    cuts = [made.definition(made.monday - weeks * WEEK - DAY, "lead_time") for weeks in (5, 20)]
    rows = weekly_rows(made.facts(made.monday, daily, definitions=cuts), made.team, made.seen)
    assert weeks_counted(rows, Metric.LEAD_TIME) == 5


def test_weeks_before_failures_were_recorded_are_unknown_to_what_failures_tell(made: Any, daily: Any) -> None:
    rows = weekly_rows(
        made.facts(made.monday, daily), made.team, Visibility(visible=True, since=made.monday - 30 * WEEK)
    )
    assert {metric: weeks_counted(rows, metric) for metric in Metric} == {
        metric: 30 if metric in FAILURES else 60 for metric in Metric
    }


def test_recent_is_13_weeks_then_a_gap_of_8_then_up_to_104(made: Any) -> None:
    years = [made.deployment(made.monday - week * WEEK + HOUR) for week in range(1, 131)]
    sides = weekly_rows(made.facts(made.monday, years), made.team, made.seen).sides(Metric.DEPLOYMENT_FREQUENCY)
    assert list(np.flatnonzero(sides.recent)) == list(range(117, 130))
    assert list(np.flatnonzero(sides.baseline)) == list(range(5, 109))


def test_overlapping_incidents_are_hours_once_and_each_week_gets_its_part(made: Any) -> None:
    start = made.monday - WEEK - 2 * HOUR
    incidents = [made.incident(start, 4), made.incident(start + HOUR, 1), made.incident(start + 3 * HOUR, 2)]
    rows = weekly_rows(made.facts(made.monday, incidents=incidents), made.team, made.seen)
    assert list(rows.incident_hours[-2:]) == pytest.approx([2, 3])
    assert list(rows.incidents[-2:]) == [2, 1]


def test_an_open_incident_lasts_until_now_and_one_of_unknown_length_has_no_hours(made: Any) -> None:
    start = made.monday - 10 * HOUR
    incidents = [made.incident(start, None), made.incident(start + 8 * HOUR, None, lasts=True)]
    rows = weekly_rows(made.facts(made.monday, incidents=incidents), made.team, made.seen)
    assert rows.incident_hours[-1] == pytest.approx(2)
    assert rows.incidents[-1] == 1


def test_an_incident_open_for_half_a_year_counts_nowhere(made: Any) -> None:
    stale = replace(made.incident(made.monday - 200 * DAY, None, lasts=True), stale=True)
    assert weekly_rows(made.facts(made.monday, incidents=[stale]), made.team, made.seen).incident_hours.sum() == 0


def test_a_duration_of_no_time_at_all_still_has_a_logarithm(made: Any) -> None:
    facts = made.facts(made.monday, changes=[made.change(made.monday - DAY, 0)])
    assert np.isfinite(weekly_rows(facts, made.team, made.seen).lead_time.total).all()


def test_a_day_of_25_hours_moves_no_week(made: Any) -> None:
    berlin = replace(made.team, zone=ZoneInfo("Europe/Berlin"))
    after_autumn = datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp()  # the clocks went back on 25 October
    edges = weekly_rows(made.facts(after_autumn), berlin, made.seen).edges
    assert edges[-2] - edges[-3] == 7 * DAY + HOUR
