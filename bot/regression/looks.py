"""The watch's weekly looks at one team: each a function of the events known then, of the team and of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from bot.calendar import WEEK, local_date, week_start, week_starts
from bot.metrics.measure import Unknown
from bot.metrics.reach import Reach
from bot.metrics.timeline import Timeline
from bot.metrics.unknowns import Reason
from bot.regression.rows import HISTORY_WEEKS
from bot.regression.samples import Floats
from bot.regression.silence import silent
from bot.regression.tallies import Tallies
from bot.regression.watch_history import WatchHistory
from bot.regression.watch_needs import shortage
from bot.regression.watch_rows import watch_rows
from bot.regression.watch_score import WatchRows, score
from bot.teams import Team

LOOKS = 52  # after so many the state of the watch no longer depends on where it began


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look with enough data found. All but `rise` (the mean of s) and `since` are probabilities."""

    score: float
    """Gated and capped: what decides."""
    worse: float
    """That stability got worse along the speed-up."""
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
    """A look at each of some Mondays, in order, at all the events that there are."""
    if not instants:
        return ()
    history = WatchHistory(timeline, weeks_of(timeline, instants[-1]), reach.pulled)
    return tuple(look_at(history.tallies(at), timeline.team, reach) for at in instants)


def weeks_of(timeline: Timeline, end: float) -> Floats:
    """The starts of the weeks from that of the first event on, up to a Monday, which is the last."""
    rows = (timeline.deployments, timeline.changes, timeline.incidents, timeline.runs)
    began = [each[0].known_at for each in rows if each] + [at for at, _ in timeline.slo_windows[:1]]
    return weeks_between(min([*began, end]), end, timeline.team.zone)


def weeks_between(start: float, end: float, zone: ZoneInfo) -> Floats:
    """The starts of the weeks from that of an instant on, up to a Monday, which is the last."""
    weeks = round((end - week_start(start, zone)) / WEEK)
    return np.array([*week_starts(end, weeks, zone), end])


def look_at(tallies: Tallies, team: Team, reach: Reach) -> Look:
    """The look that is made at the end of the tallies."""
    at = float(tallies.edges[-1])
    (began,) = week_starts(at, 1, team.zone)
    week = local_date(began, team.zone)
    if (why := silent(tallies, HISTORY_WEEKS, team)) is not None:
        return Look(week, at, why=why)
    rows = watch_rows(tallies, HISTORY_WEEKS, team, reach)
    if rows is None:
        return Look(week, at, why=Unknown(Reason.NO_DEPLOYMENTS))
    missing = shortage(rows)
    return Look(week, at, why=missing) if missing else Look(week, at, _found(rows, team.zone))


def _found(rows: WatchRows, zone: ZoneInfo) -> Finding | None:
    made = score(rows)
    if made is None:
        return None
    ago = made.speed.since
    since = None if ago is None else local_date(float(rows.edges[rows.deployments.size - ago]), zone)
    return Finding(made.score, made.worse, made.rise, made.speed.faster, made.speed.old, since)
