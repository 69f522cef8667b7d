"""What holds of the watch whatever the team, and where it does not hold: how far it is missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.calendar import WEEK
from bot.regression.log_hours import LogHours
from bot.regression.samples import Floats
from bot.regression.watch import over
from bot.regression.watch_score import PING, WatchRows, score
from tests.unit.statistics.test_watch_score import Team

# How much less likely worse stability may become when failures rise with the speed. It is never less likely than with
# 1.3, 1.7, 2.2 or 2.9 times fewer failures since the speed-up; of what lies between, this is room for.
LARGEST_DROP = 0.05


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


UNEVEN = Team(1.4150923575257015, 0.7917915284310814, 2.291950485720358, 1.1528511169234585)


@pytest.mark.parametrize("least", [0.01, 0.99], ids=["all weeks in step", "the weeks at full speed alone"])
@settings(max_examples=30, deadline=None)
@given(team=teams, seed=st.integers(0, 10_000), times=st.floats(1.1, 3.0))
@example(team=UNEVEN, seed=499_918, times=1.8)
def test_failures_that_rise_with_the_speed_make_worse_stability_no_less_likely(
    least: float, team: Team, seed: int, times: float
) -> None:
    rows = team.rows(seed)
    before = score(rows)
    assert before is not None
    assume(before.score > 0)
    after = score(replace(rows, failed=raised(rows, before.speed.curve, times, least)))
    assert after is not None
    assert after.worse >= before.worse - LARGEST_DROP


def raised(rows: WatchRows, curve: Floats, times: float, least: float) -> Floats:
    """More failures in the weeks that were at least so far along."""
    return np.minimum(rows.failed * np.where(curve >= least, times**curve, 1.0), rows.deployments)


def test_a_ping_stays_where_still_more_fails_though_so_bad_weeks_look_simply_bad() -> None:
    """Every other week of this team fails often."""
    rows = UNEVEN.rows(499_918)
    before = score(rows)
    assert before is not None
    after = score(replace(rows, failed=raised(rows, before.speed.curve, 1.8, 0.0)))
    assert after is not None
    assert min(before.score, after.score) >= PING


@settings(max_examples=30, deadline=None)
@given(team=teams, seed=st.integers(0, 10_000))
def test_failures_say_nothing_about_speed(team: Team, seed: int) -> None:
    rows = team.rows(seed)
    calm, loud = score(replace(rows, failed=np.zeros(rows.failed.size))), score(replace(rows, failed=rows.deployments))
    assert calm is not None
    assert loud is not None
    assert (calm.speed.faster, calm.speed.since) == (loud.speed.faster, loud.speed.since)
