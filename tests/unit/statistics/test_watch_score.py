"""One look of the watch: evidence that stability got worse in step with a speed-up, over simulated weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import WEEK
from bot.regression.log_hours import LogHours
from bot.regression.watch_score import PING, WatchRows, score

WEEKS = 96


@dataclass(frozen=True)
class Team:
    """Ten deployments a week, one in ten fails; from 24 weeks ago on, over 16 weeks, it changes by these factors."""

    deployments: float = 1.0
    lead_time: float = 1.0
    failures: float = 1.0
    recovery: float = 1.0

    def rows(self, seed: int, weeks: int = WEEKS) -> WatchRows:
        draw = np.random.default_rng(seed)
        along = np.clip((np.arange(weeks) - (weeks - 24) + 1) / 16, 0, 1)
        deployments = draw.poisson(10 * self.deployments**along).astype(float)
        failed = draw.binomial(deployments.astype(int), 0.1 * self.failures**along).astype(float)
        lead = log_hours(draw, deployments, np.log(40) + along * np.log(self.lead_time), 1.0)
        recovery = log_hours(draw, failed, np.log(1.5) + along * np.log(self.recovery), 1.1)
        every = np.ones(weeks, dtype=bool)
        return WatchRows(np.arange(weeks + 1) * WEEK, deployments, failed, lead, recovery, every, every)


def log_hours(draw: np.random.Generator, counts: np.ndarray, means: np.ndarray, deviation: float) -> LogHours:
    weeks = [draw.normal(mean, deviation, int(n)) for n, mean in zip(counts, means, strict=True)]
    return LogHours(
        counts.astype(float), np.array([week.sum() for week in weeks]), np.array([(week**2).sum() for week in weeks])
    )


REGRESSION = Team(deployments=1.75, lead_time=1 / 1.75, failures=2.0, recovery=1.75)


def pings(team: Team, seeds: range) -> int:
    looks = [score(team.rows(seed)) for seed in seeds]
    return sum(look is not None and look.score >= PING for look in looks)


@pytest.mark.parametrize(
    ("team", "least", "most"),
    [
        pytest.param(Team(), 0, 1, id="nothing changed"),
        pytest.param(Team(deployments=1.75, lead_time=1 / 1.75), 0, 4, id="faster, and as sound as before"),
        pytest.param(Team(failures=2.0, recovery=1.75), 0, 4, id="less sound, and no faster"),
        pytest.param(Team(deployments=1 / 1.75, lead_time=1.75, failures=2.0), 0, 1, id="slower and less sound"),
        pytest.param(REGRESSION, 26, 30, id="speed bought with stability"),
        pytest.param(replace(REGRESSION, failures=3.0, deployments=2.0), 29, 30, id="much speed for much stability"),
    ],
)
def test_only_stability_that_falls_as_speed_rises_scores_high(team: Team, least: int, most: int) -> None:
    assert least <= pings(team, range(30)) <= most


def test_the_onset_is_found_about_where_it_was() -> None:
    look = score(REGRESSION.rows(3))
    assert look is not None
    assert look.speed.since is not None
    assert 16 <= look.speed.since <= 32
    assert np.all(np.diff(look.speed.curve) >= -1e-9)
    assert look.speed.curve[0] < 0.05
    assert look.speed.curve[-1] > 0.9


@pytest.mark.parametrize("weeks", [0, 1, 8])
def test_too_few_weeks_have_no_score(weeks: int) -> None:
    assert score(Team().rows(1, weeks)) is None


def test_weeks_that_do_not_count_change_nothing() -> None:
    rows = REGRESSION.rows(5)
    counts = np.ones(WEEKS, dtype=bool)
    counts[[20, 21, 70]] = False
    masked = replace(rows, speed_counts=counts, stability_counts=counts)
    loud = replace(
        masked, deployments=np.where(counts, rows.deployments, 500), failed=np.where(counts, rows.failed, 400)
    )
    told, shouted = score(masked), score(loud)
    assert told is not None
    assert shouted is not None
    assert (told.score, told.worse) == pytest.approx((shouted.score, shouted.worse))


def test_without_recovery_times_failures_alone_decide() -> None:
    rows = REGRESSION.rows(5)
    nothing = LogHours(*(np.zeros(WEEKS) for _ in range(3)))
    look = score(replace(rows, recovery=nothing))
    assert look is not None
    assert look.worse > PING


def test_a_rise_too_small_to_matter_never_pings() -> None:
    """However sure it is: hundreds of deployments a week tell a rise by a fifth from none."""
    weeks = np.arange(WEEKS)
    along = np.clip((weeks - (WEEKS - 24) + 1) / 16, 0, 1)
    deployments = np.round(300 * 1.75**along)
    failed = np.round(deployments * 0.1 * 1.2**along)
    rows = replace(REGRESSION.rows(5), deployments=deployments, failed=failed)
    look = score(replace(rows, recovery=LogHours(*(np.zeros(WEEKS) for _ in range(3)))))
    assert look is not None
    assert look.worse > PING > look.score


counts = st.integers(0, 30)


@st.composite
def any_rows(draw: st.DrawFn) -> WatchRows:
    weeks = draw(st.integers(9, 40))
    deployments = np.array(draw(st.lists(counts, min_size=weeks, max_size=weeks)), dtype=float)
    failed = np.array([draw(st.integers(0, int(n))) for n in deployments], dtype=float)
    known = st.lists(st.booleans(), min_size=weeks, max_size=weeks)
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    lead = log_hours(source, np.minimum(deployments, 3), np.full(weeks, 3.0), 1.0)
    recovery = log_hours(source, np.minimum(failed, 2), np.full(weeks, 1.0), 1.0)
    return WatchRows(
        np.arange(weeks + 1) * WEEK, deployments, failed, lead, recovery, np.array(draw(known)), np.array(draw(known))
    )


@settings(max_examples=60, deadline=None)
@given(any_rows())
def test_whatever_the_weeks_hold_probabilities_are_probabilities(rows: WatchRows) -> None:
    look = score(rows)
    assert look is not None
    for probability in (look.score, look.worse, look.speed.faster, look.speed.old):
        assert 0 <= probability <= 1 + 1e-9
    assert -1 <= look.rise <= 2
    assert np.all((look.speed.curve >= 0) & (look.speed.curve <= 1 + 1e-9))


@settings(max_examples=40, deadline=None)
@given(any_rows(), st.integers(2, 5))
def test_the_unit_of_durations_changes_nothing(rows: WatchRows, times: int) -> None:
    """Durations in other units move every level alike, and so nothing."""
    factor = float(times)

    def scaled(hours: LogHours) -> LogHours:
        total = hours.total + hours.n * np.log(factor)
        squares = hours.squares + 2 * np.log(factor) * hours.total + hours.n * np.log(factor) ** 2
        return LogHours(hours.n, total, squares)

    there, here = score(rows), score(replace(rows, lead_time=scaled(rows.lead_time), recovery=scaled(rows.recovery)))
    assert there is not None
    assert here is not None
    assert here.worse == pytest.approx(there.worse, abs=1e-6)
    assert here.speed.faster == pytest.approx(there.speed.faster, abs=1e-6)
