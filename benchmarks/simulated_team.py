"""Simulated teams: weeks of deployments, changes and incidents, with or without a regression at a known week.

The model is that of docs/statistics.md: volume follows a slow random course with holidays, some weeks are simply bad,
durations are log-normal, most incidents name their deployment, most failures are mended by a rollback or a hotfix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import exp

import numpy as np

from bot.events import BaseEvent, Change, Deployment, Incident

START = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS = np.array([1.0, 1.15, 1.15, 1.05, 0.60, 0.03, 0.02])  # how a week's deployments spread over its days
_HOLIDAYS = {51: 0.35, 0: 0.45, 15: 0.8, 20: 0.85, 30: 0.75, 31: 0.7, 32: 0.75, 46: 0.7}  # by week of the year


@dataclass(frozen=True)
class Habits:
    """How a team usually works. Medians in hours; scatters are standard deviations of logarithms."""

    deployments: float = 10.0  # planned ones a week
    failing: float = 0.10
    lead: float = 40.0
    recovery: float = 1.5
    lead_scatter: float = 1.0
    recovery_scatter: float = 1.1
    weekly_volume: float = 0.30
    memory: float = 0.3  # of the weekly volume
    weekly_lead: float = 0.25
    weekly_recovery: float = 0.40
    bad_weeks: float = 0.06
    bad_times: float = 3.0
    linked: float = 0.85  # incidents that name their deployment
    doubled: float = 0.12  # failures with two incidents
    mended: float = 0.7  # failures that a rollback or hotfix follows
    outside: float = 0.15  # incidents a week that no change caused
    changes: float = 1.6  # a deployment
    unreviewed: float = 0.05  # changes that nobody reviews


@dataclass(frozen=True)
class Course:
    """What happens to a team: from `onset` on over `ramp` weeks, each figure moves to so many times what it was."""

    onset: int = 52
    ramp: int = 16
    volume: float = 1.0
    lead: float = 1.0
    failures: float = 1.0
    recovery: float = 1.0
    dip: tuple[int, int, float] | None = None  # first week, weeks, times
    bad_week: int | None = None
    lag: int = 0  # weeks by which failures and recovery follow the speed
    unreviewed: float | None = None  # the share of changes that nobody reviews in the end

    def along(self, week: int) -> float:
        """How far the change has come, 0 to 1."""
        return min(max((week - self.onset + 1) / max(self.ramp, 1), 0.0), 1.0)


TEAMS = {
    3: Habits(3, 0.15, 60, 3.0),
    10: Habits(),
    25: Habits(25, 0.08, 30, 1.2),
    50: Habits(50, 0.06, 20, 1.0),
}


def under_stress(habits: Habits) -> Habits:
    """Wilder than what the thresholds were set on."""
    return replace(
        habits,
        weekly_volume=0.5,
        memory=0.6,
        bad_weeks=0.10,
        bad_times=3.5,
        weekly_lead=0.4,
        weekly_recovery=0.6,
        recovery_scatter=1.5,
    )


def team(habits: Habits, course: Course, weeks: int, seed: int) -> list[BaseEvent]:
    """A team's events of so many weeks; the same seed gives the same."""
    # What is reviewed is drawn apart, so that it moves nothing else.
    draw, reviewing = (np.random.default_rng([seed, apart]) for apart in (20_241_125, 20_241_126))
    year_begins = int(draw.integers(52))
    drift, events = 0.0, list[BaseEvent]()
    for week in range(weeks):
        drift = habits.memory * drift + np.sqrt(1 - habits.memory**2) * draw.normal() * habits.weekly_volume
        volume = exp(drift - habits.weekly_volume**2 / 2) * _HOLIDAYS.get((year_begins + week) % 52, 1.0)
        events.extend(_reviewed(habits, course, week, _week(habits, course, week, volume, draw), reviewing))
    return events


def _week(habits: Habits, course: Course, week: int, volume: float, draw: np.random.Generator) -> Iterator[BaseEvent]:
    along, behind = course.along(week), course.along(week - course.lag)
    if course.dip and course.dip[0] <= week < course.dip[0] + course.dip[1]:
        volume *= course.dip[2]
    count = int(draw.poisson(habits.deployments * volume * course.volume**along))
    failing = min(0.75, habits.failing * course.failures**behind * _luck(habits, course, week, draw))
    lead = habits.lead * course.lead**along * exp(draw.normal() * habits.weekly_lead)
    recovery = habits.recovery * course.recovery**behind * exp(draw.normal() * habits.weekly_recovery)
    hours = np.sort(draw.choice(7, count, p=_DAYS / _DAYS.sum()) * 24 + 8.5 + 9 * draw.beta(2, 2, count))
    for place, hour in enumerate(hours):
        release = _deployment(f"{week}-{place}", _service(draw), START + timedelta(weeks=week, hours=float(hour)))
        yield release
        yield from _changes(habits, release, lead, draw)
        if draw.random() < failing:
            yield from _failure(habits, release, recovery, draw)
    for place in range(int(draw.poisson(habits.outside))):
        begun = START + timedelta(weeks=week, hours=float(draw.uniform(0, 168)))
        hours_down = 2 * habits.recovery * exp(draw.normal() * habits.recovery_scatter)
        yield _incident(f"outside-{week}-{place}", _service(draw), begun, hours_down, None)


def _reviewed(
    habits: Habits, course: Course, week: int, events: Iterable[BaseEvent], draw: np.random.Generator
) -> Iterator[BaseEvent]:
    """The same events; of each change it is known whether somebody reviewed it."""
    to = habits.unreviewed if course.unreviewed is None else course.unreviewed
    unreviewed = habits.unreviewed + (to - habits.unreviewed) * course.along(week)
    for event in events:
        seen = isinstance(event, Change)
        yield event.model_copy(update={"reviews": int(draw.random() >= unreviewed)}) if seen else event


def _luck(habits: Habits, course: Course, week: int, draw: np.random.Generator) -> float:
    """Some weeks are simply bad; the others make up for it, so that the mean is what the habits say."""
    bad = draw.random() < habits.bad_weeks
    if course.bad_week == week:
        return 5.0
    return habits.bad_times if bad else (1 - habits.bad_weeks * habits.bad_times) / (1 - habits.bad_weeks)


def _changes(habits: Habits, release: Deployment, lead: float, draw: np.random.Generator) -> Iterator[Change]:
    at = release.at
    for place in range(1 + int(draw.poisson(max(0.0, habits.changes - 1)))):
        begun = at - timedelta(hours=lead * exp(draw.normal() * habits.lead_scatter))
        yield Change(
            kind="change",
            source="sim",
            id=f"{release.id}-{place}",
            service=release.service,
            first_commit_at=begun,
            merged_at=max(begun, at - timedelta(minutes=10)),
            deployment=release.id,
        )


def _failure(habits: Habits, release: Deployment, recovery: float, draw: np.random.Generator) -> Iterator[BaseEvent]:
    ends: list[datetime] = []
    for place in range(1 + int(draw.random() < habits.doubled)):
        begun = release.at + timedelta(hours=float(draw.exponential()))
        hours = recovery * exp(draw.normal() * habits.recovery_scatter)
        cause = release.id if draw.random() < habits.linked else None
        yield _incident(f"{release.id}-{place}", release.service, begun, hours, cause)
        ends.append(begun + timedelta(hours=hours))
    if draw.random() < habits.mended:
        rollback = draw.random() < 0.4
        mend = _deployment(f"{release.id}-mends", release.service, ends[0])
        yield mend.model_copy(update={"rollback_of": release.id} if rollback else {"unplanned": True})


def _service(draw: np.random.Generator) -> str:
    return f"service-{int(draw.integers(2))}"


def _deployment(name: str, service: str, at: datetime) -> Deployment:
    return Deployment(kind="deployment", source="sim", id=name, service=service, status="success", finished_at=at)


def _incident(name: str, service: str, begun: datetime, hours: float, deployment: str | None) -> Incident:
    """Noticed after a third of its time, more or less."""
    return Incident(
        kind="incident",
        source="sim",
        id=name,
        service=service,
        started_at=begun,
        detected_at=begun + timedelta(hours=0.3 * hours),
        resolved_at=begun + timedelta(hours=hours),
        status="resolved",
        deployment=deployment,
    )
