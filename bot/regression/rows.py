"""Weekly rows: a team's complete weeks before an instant, Monday to Monday in its zone, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bot.calendar import HOUR, Window, local_date, week_start, week_starts
from bot.metrics.facts import Facts, IncidentFact
from bot.metrics.measure import Metric
from bot.metrics.spans import history_start
from bot.metrics.visibility import Visibility
from bot.regression.budget import weekly_budget
from bot.regression.eras import BASELINE_WEEKS, GAP_WEEKS, RECENT_WEEKS
from bot.regression.log_hours import LogHours, by_week, log_hours_by_week
from bot.regression.samples import Bools, Floats, deployed, lead_times, recoveries
from bot.teams import Team

HISTORY_WEEKS = 130

# What can only be known since failures are recorded somewhere.
NEEDS_SIGHT = frozenset({Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME, Metric.RELIABILITY})


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyRows:
    """One entry a complete week, oldest first. `counts` says, for each metric, which weeks its trend may use."""

    edges: Floats  # the weeks' starts, and the end of the last one
    deployments: Floats  # planned team deployments
    failed: Floats  # of these
    lead_time: LogHours  # by the week of delivery
    recovery: LogHours  # by the week in which it ended
    incident_hours: Floats  # of all causes, overlaps once
    incidents: Floats  # by start; those with a known duration, or open
    budget_burnt: Floats  # share of the shown objective's error budget for the week; 0 where unknown
    budget_known: Bools
    counts: Mapping[Metric, Bools]

    @property
    def by_objective(self) -> bool:
        """Whether reliability is told by an objective; else by incidents."""
        return bool(self.budget_known.any())

    def sides(self, *metrics: Metric) -> Sides:
        """The weeks that count for all of the metrics, recent and baseline."""
        counted = np.logical_and.reduce([self.counts[metric] for metric in metrics])
        ago: Floats = np.arange(counted.size, 0, -1, dtype=np.float64)  # 1: the newest complete week
        gap_ends = RECENT_WEEKS + GAP_WEEKS
        return Sides(
            recent=counted & (ago <= RECENT_WEEKS),
            baseline=counted & (ago > gap_ends) & (ago <= gap_ends + BASELINE_WEEKS),
        )

    def span(self, weeks: Bools) -> Window | None:
        """From the first of the weeks to the end of the last; None where there is none."""
        chosen = np.flatnonzero(weeks)
        if not chosen.size:
            return None
        first, last = int(chosen[0]), int(chosen[-1])
        return Window(float(self.edges[first]), float(self.edges[last + 1]), 7.0 * (last + 1 - first))


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Masks over the rows: the last 13 calendar weeks, and up to 104 weeks before a gap of 8."""

    recent: Bools
    baseline: Bools


def weekly_rows(facts: Facts, team: Team, visibility: Visibility, weeks: int = HISTORY_WEEKS) -> WeeklyRows:
    """The last complete weeks before the facts' `as_of`."""
    starts = week_starts(facts.as_of, weeks, team.zone)
    edges = np.array([*starts, week_start(facts.as_of, team.zone)], dtype=np.float64)
    planned, lead, recovered = deployed(facts), lead_times(facts), recoveries(facts)
    known = [incident for incident in facts.incidents if has_hours(incident)]
    burnt, budget_known = weekly_budget(facts, team, visibility, edges)
    return WeeklyRows(
        edges=edges,
        deployments=by_week(edges, planned.at),
        failed=by_week(edges, planned.at[planned.failed]),
        lead_time=log_hours_by_week(edges, lead.at, lead.log_hours),
        recovery=log_hours_by_week(edges, recovered.at, recovered.log_hours),
        incident_hours=_incident_hours(edges, known, facts.as_of),
        incidents=by_week(edges, np.array([incident.started_at for incident in known], dtype=np.float64)),
        budget_burnt=burnt,
        budget_known=budget_known,
        counts=_counts(edges, facts, team, visibility, by_objective=bool(budget_known.any())),
    )


def has_hours(incident: IncidentFact) -> bool:
    """Whether it is known how long an incident lasted, or that it lasts; one open for half a year is bad data."""
    return not incident.stale and (incident.open or incident.ended_at is not None)


def _incident_hours(edges: Floats, incidents: Iterable[IncidentFact], as_of: float) -> Floats:
    """Hours of each week with at least one incident."""
    total = np.zeros(edges.size - 1)
    reached = -np.inf
    for incident in incidents:  # by start
        start = max(incident.started_at, reached)
        end = as_of if incident.ended_at is None else incident.ended_at
        if end > start:
            total += np.clip(end, edges[:-1], edges[1:]) - np.clip(start, edges[:-1], edges[1:])
            reached = end
    return total / HOUR


def _counts(
    edges: Floats, facts: Facts, team: Team, visibility: Visibility, *, by_objective: bool
) -> Mapping[Metric, Bools]:
    """History since the first deployment, without frozen weeks, definitions' past, what is not loaded or recorded."""
    first = history_start(facts, team.zone)
    loaded = -np.inf if facts.loaded_from is None else facts.loaded_from
    base = (edges[1:] > (np.inf if first is None else first)) & (edges[:-1] >= loaded) & ~frozen_weeks(edges, team)
    return {
        metric: base
        & (edges[:-1] > _redefined(facts, metric))
        & (edges[:-1] >= _recorded_since(metric, visibility, by_objective=by_objective))
        for metric in Metric
    }


def _redefined(facts: Facts, metric: Metric) -> float:
    """When the metric's definition last changed: only weeks that begin after it are comparable."""
    cuts = (each.at.timestamp() for each in facts.definitions if metric.value in each.metrics)
    return max(cuts, default=-np.inf)


def _recorded_since(metric: Metric, visibility: Visibility, *, by_objective: bool) -> float:
    if metric not in NEEDS_SIGHT or (metric is Metric.RELIABILITY and by_objective):
        return -np.inf
    return -np.inf if visibility.since is None else visibility.since


def frozen_weeks(edges: Floats, team: Team) -> Bools:
    """Weeks that a freeze touches, be it by one day."""
    touched = np.zeros(edges.size - 1, dtype=np.bool_)
    if not team.freezes:
        return touched
    mondays = np.array([local_date(float(edge), team.zone).toordinal() for edge in edges[:-1]])
    for freeze in team.freezes:
        touched |= (mondays <= freeze.last.toordinal()) & (mondays + 6 >= freeze.first.toordinal())
    return touched
