"""The watch's weekly looks at one team: each a function of the events known then, of the team and of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from bot.calendar import DAY, WEEK, local_date, week_start, week_starts
from bot.metrics.measure import Unknown
from bot.metrics.reach import Reach
from bot.metrics.spans import frozen_days, span
from bot.metrics.timeline import Timeline
from bot.metrics.unknowns import Reason
from bot.regression.eras import GAP_WEEKS, RECENT_WEEKS
from bot.regression.rows import HISTORY_WEEKS
from bot.regression.samples import Floats
from bot.regression.watch_needs import shortage
from bot.regression.watch_rows import WatchHistory
from bot.regression.watch_score import WatchRows, score

LEAST_SILENCE = 7.0  # days without any event that are silence at all
LOOKS = 52  # after so many the state of the watch no longer depends on where it began


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look with enough data found. All but `rise` (the mean of s) and `since` are probabilities."""

    score: float
    """Gated and capped: what decides."""
    worse: float
    """That stability got worse along the speed-up, as it is."""
    rise: float
    faster: float
    """That the team got faster."""
    old: float
    """That, if so, it is too long ago to be news."""
    since: date | None
    """The Monday of the week in which the speed-up began, by the weighted median."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: at the Monday that follows the last complete week. Nothing is found where `why` says so."""

    week: date
    """The Monday on which the last complete week began."""
    at: float
    found: Finding | None = None
    why: Unknown | None = None

    @property
    def score(self) -> float | None:
        return None if self.found is None else self.found.score


def mondays(as_of: float, count: int, zone: ZoneInfo) -> tuple[float, ...]:
    """When the last looks up to an instant are made, oldest first."""
    newest = week_start(as_of, zone)
    return (*week_starts(newest, count - 1, zone), newest)


def looks(timeline: Timeline, reach: Reach, as_of: float, count: int) -> tuple[Look, ...]:
    """The last looks up to an instant, oldest first."""
    return looks_at(timeline, reach, mondays(as_of, count, timeline.team.zone))


def looks_at(timeline: Timeline, reach: Reach, instants: Sequence[float]) -> tuple[Look, ...]:
    """A look at each of some Mondays, in order."""
    if not instants:
        return ()
    zone, newest = timeline.team.zone, instants[-1]
    weeks = round((newest - instants[0]) / WEEK)
    edges = np.array([*week_starts(newest, HISTORY_WEEKS + weeks, zone), newest])
    history, heard = WatchHistory(timeline, reach), _heard(timeline, reach)
    ends = np.searchsorted(edges, instants)
    return tuple(_look(history, heard, edges[end - HISTORY_WEEKS : end + 1]) for end in ends)


def _look(history: WatchHistory, heard: Floats, edges: Floats) -> Look:
    at, zone = float(edges[-1]), history.timeline.team.zone
    week = local_date(float(edges[-2]), zone)
    if (silent := _silent(history, heard, edges)) is not None:
        return Look(week, at, why=silent)
    rows = history.rows(edges)
    if rows is None:
        return Look(week, at, why=Unknown(Reason.NO_DEPLOYMENTS))
    missing = shortage(rows)
    return Look(week, at, why=missing) if missing else Look(week, at, _found(rows, zone))


def _found(rows: WatchRows, zone: ZoneInfo) -> Finding | None:
    made = score(rows)
    if made is None:
        return None
    ago = made.speed.since
    since = None if ago is None else local_date(float(rows.edges[rows.deployments.size - ago]), zone)
    return Finding(made.score, made.worse, made.rise, made.speed.faster, made.speed.old, since)


def _heard(timeline: Timeline, reach: Reach) -> Floats:
    """When something of the team was known that nobody pulls, in order."""
    rows = (*timeline.deployments, *timeline.changes, *timeline.incidents, *timeline.runs)
    told = [row.known_at for row in rows if row.event.source not in reach.pulled]
    told += [end for end, window in timeline.slo_windows if window.source not in reach.pulled]
    return np.array(sorted(told), dtype=np.float64)


def _silent(history: WatchHistory, heard: Floats, edges: Floats) -> Unknown | None:
    """Data that is pushed or comes in files, and has been silent for twice as long as it ever was before."""
    at, team = float(edges[-1]), history.timeline.team
    known = heard[heard < at]
    before = known[(known < at - (RECENT_WEEKS + GAP_WEEKS) * WEEK) & (known >= edges[0])]
    if not known.size or before.size < 2:
        return None
    since = float(known[-1])
    usual = float(np.diff(before).max()) / DAY
    silence = span(since, at, team.zone)
    days = silence.days - frozen_days(team, silence)
    if days <= max(LEAST_SILENCE, 2 * usual):
        return None
    return Unknown(Reason.DATA_SILENT, {"days": days, "usual": usual})
