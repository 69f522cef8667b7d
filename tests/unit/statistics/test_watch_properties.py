"""What holds of the watch whatever the team, and where it does not hold: how far it is missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.calendar import WEEK
from bot.regression.log_hours import LogHours
from bot.regression.watch import over
from bot.regression.watch_score import FASTER, WatchRows, score
from tests.unit.statistics.test_watch_score import Team

FULL_SPEED = 0.99  # how far along a week is that counts as one
ENOUGH_WEEKS = 5  # at full speed, so that one of them alone can't be taken for a week that is simply bad
# Measured on 1,500 teams: 0.004 where there are so many weeks; 0.07 where the failures of two or three weeks double.
LARGEST_DROP = 0.01


def constant(weeks: int, deployments: int, failing: float, lead: float, recovery: float) -> WatchRows:
    """Every week like the other; failures are spread as evenly as whole ones can be."""
    every, n = np.ones(weeks, dtype=bool), np.full(weeks, float(deployments))
    failed = np.diff(np.floor(np.arange(weeks + 1) * deployments * failing))
    hours = [LogHours(each, each * level, each * (level**2 + 0.5)) for each, level in ((n, lead), (failed, recovery))]
    return WatchRows(np.arange(weeks + 1) * WEEK, n, failed, *hours, every, every)


def until(rows: WatchRows, weeks: int) -> WatchRows:
    """The first weeks alone."""
    first = np.arange(rows.deployments.size) < weeks
    return WatchRows(
        rows.edges[: weeks + 1],
        rows.deployments[first],
        rows.failed[first],
        rows.lead_time.where(first),
        rows.recovery.where(first),
        rows.speed_counts[first],
        rows.stability_counts[first],
    )


@settings(max_examples=20, deadline=None)
@given(
    deployments=st.integers(1, 60),
    failing=st.floats(0.0, 0.6),
    lead=st.floats(-1, 6),
    recovery=st.floats(-2, 5),
)
def test_a_constant_team_never_pings(deployments: int, failing: float, lead: float, recovery: float) -> None:
    rows = constant(104, deployments, failing, lead, recovery)
    looks = [score(until(rows, weeks)) for weeks in range(26, 105, 6)]
    assert not any(watch.pings for watch in over(None if look is None else look.score for look in looks))


teams = st.builds(
    Team,
    deployments=st.floats(1.2, 2.5),
    lead_time=st.floats(0.4, 0.9),
    failures=st.floats(0.5, 3.0),
    recovery=st.floats(0.7, 2.0),
)


@settings(max_examples=60, deadline=None)
@given(team=teams, seed=st.integers(0, 10_000))
def test_more_failures_in_all_weeks_at_full_speed_never_make_worse_stability_less_likely(team: Team, seed: int) -> None:
    rows = team.rows(seed)
    before = score(rows)
    assert before is not None
    full = before.speed.curve >= FULL_SPEED
    assume(before.speed.faster >= FASTER and full.sum() >= ENOUGH_WEEKS)
    doubled = np.where(full, np.minimum(2 * rows.failed, rows.deployments), rows.failed)
    after = score(replace(rows, failed=doubled))
    assert after is not None
    assert after.worse >= before.worse - LARGEST_DROP


@settings(max_examples=30, deadline=None)
@given(team=teams, seed=st.integers(0, 10_000))
def test_failures_say_nothing_about_speed(team: Team, seed: int) -> None:
    rows = team.rows(seed)
    calm, loud = score(replace(rows, failed=np.zeros(rows.failed.size))), score(replace(rows, failed=rows.deployments))
    assert calm is not None
    assert loud is not None
    assert (calm.speed.faster, calm.speed.since) == (loud.speed.faster, loud.speed.since)
