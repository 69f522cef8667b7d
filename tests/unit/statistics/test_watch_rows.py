"""The watch's weekly rows, looked at from many weeks: always what was known at each of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import WEEK, week_start
from bot.events import Change, Deployment
from bot.metrics.attribution import facts_at
from bot.metrics.facts import Facts, TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.regression.log_hours import by_week, log_hours_by_week
from bot.regression.looks import weeks_of
from bot.regression.samples import Floats, deployed, lead_times, recoveries
from bot.regression.watch_history import WatchHistory
from bot.regression.watch_rows import watch_rows
from bot.regression.watch_score import WatchRows
from tests.unit.metrics.any_history import MONDAY, TEAM, at, histories


def end_of(week: int) -> float:
    return week_start(MONDAY.timestamp() + week * WEEK, TEAM.zone)


def rows_at(history: WatchHistory, week: int) -> WatchRows | None:
    return watch_rows(history.tallies(end_of(week)), 130, TEAM, Reach())


def failures(facts: Facts, edges: Floats) -> Floats:
    """By the facts themselves: explicit ones where they are half of them, else all."""
    inside = [each for each in facts.team_deployments if each.planned and edges[0] <= each.finished_at < edges[-1]]
    failed = [each for each in inside if each.failed]
    explicit = [each for each in failed if any(part.failure and not part.failure.inferred for part in each.parts)]
    counted = explicit if 2 * len(explicit) >= len(failed) else failed
    return by_week(edges, np.array([each.finished_at for each in counted], dtype=float))


@settings(max_examples=60, deadline=None)
@given(histories(), st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_each_look_sees_what_was_known_then_in_whatever_order_one_looks(events: TeamEvents, weeks: list[int]) -> None:
    made = timeline(events, TEAM)
    history = WatchHistory(made, weeks_of(made, end_of(60)))
    for week in weeks:
        rows, facts = rows_at(history, week), facts_at(timeline(events, TEAM), end_of(week))
        if rows is None:
            assert not facts.team_deployments
            continue
        lead = lead_times(facts)
        expected = log_hours_by_week(rows.edges, lead.at, lead.log_hours)
        assert np.array_equal(rows.deployments, by_week(rows.edges, deployed(facts).at))
        assert np.array_equal(rows.failed, failures(facts, rows.edges))
        assert np.array_equal(rows.lead_time.n, expected.n)
        assert rows.lead_time.total == pytest.approx(expected.total)
        if np.array_equal(rows.failed, by_week(rows.edges, deployed(facts).at[deployed(facts).failed])):
            continue  # else only the recoveries from explicit failures count
        assert (rows.recovery.n <= by_week(rows.edges, recoveries(facts).at)).all()


def test_a_deployment_that_only_mends_counts_at_no_look_whichever_was_made_before() -> None:
    """Until it is out nobody knows what it will bring; the earlier look must not have the later one believe so."""
    out = [
        Deployment(
            kind="deployment", id=f"d{week}", service="checkout", status="success", finished_at=at(168 * week + 9)
        )
        for week in (1, 10, 20)
    ]
    fix = Change(kind="change", id="fix", service="checkout", merged_at=at(168 * 20 + 8), hotfix=True, deployment="d20")
    made = timeline(TeamEvents(deployments=tuple(out), changes=(fix,)), TEAM)
    history = WatchHistory(made, weeks_of(made, end_of(60)))
    for week, planned in ((15, 2), (25, 2), (12, 2), (5, 1)):
        rows = rows_at(history, week)
        assert rows is not None
        assert rows.deployments.sum() == planned, week
