"""The last complete weeks, one by one: what a chart draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.calendar import HOUR, Window, local_date, week_start, week_starts
from bot.metrics.durations import geometric_mean, median
from bot.metrics.facts import Facts, TeamDeployment
from bot.metrics.visibility import Visibility
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Week:
    """One week, Monday to Monday in the team's zone; durations are its medians in seconds, None without any.

    `failed` is None where failures could not be seen. `failure_hours` are the failed ones times the geometric mean
    of their recoveries: 0 without failures, None where failures have no times.
    """

    week: date
    deployments: int
    failed: int | None
    lead_time: float | None
    recovery_time: float | None
    failure_hours: float | None


def history(facts: Facts, team: Team, visibility: Visibility, weeks: int = 12) -> tuple[Week, ...]:
    """The complete weeks before the facts' `as_of`, oldest first; those that are not loaded yet are left out."""
    edges = (*week_starts(facts.as_of, weeks, team.zone), week_start(facts.as_of, team.zone))
    known = [Window(start, end, 7) for start, end in pairwise(edges) if start >= (facts.loaded_from or start)]
    return tuple(_week(facts, week, team, visibility) for week in known)


def _week(facts: Facts, week: Window, team: Team, visibility: Visibility) -> Week:
    planned = [each for each in facts.released(week) if each.planned]
    seen = visibility.visible and (visibility.since is None or visibility.since <= week.start)
    failed = [each for each in planned if each.failed]
    lead_times = [each.lead_time for each in facts.delivered(week) if each.lead_time is not None]
    recovered = [
        each.seconds
        for each in facts.recoveries
        if each.seconds is not None and each.ended_at is not None and each.ended_at in week
    ]
    return Week(
        week=local_date(week.start, team.zone),
        deployments=len(planned),
        failed=len(failed) if seen else None,
        lead_time=median(lead_times),
        recovery_time=median(recovered),
        failure_hours=_failure_hours(facts, failed) if seen else None,
    )


def _failure_hours(facts: Facts, failed: list[TeamDeployment]) -> float | None:
    """Of the recoveries from these failures, whenever they ended; what lasts still counts with the time so far."""
    if not failed:
        return 0.0
    keys = {key for each in failed for key in each.keys}
    seconds = [each.seconds for each in facts.recoveries if each.deployment in keys and each.seconds is not None]
    typical = geometric_mean(seconds)
    return None if typical is None else len(failed) * typical / HOUR
