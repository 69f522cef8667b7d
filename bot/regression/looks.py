"""The watch's weekly looks at one team: each a function of the events known then, of the team and of the week."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.calendar import DAY, WEEK, local_date, week_start, week_starts
from bot.metrics.measure import Unknown
from bot.metrics.reach import Reach
from bot.metrics.spans import frozen_days, span
from bot.metrics.timeline import Timeline
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED
from bot.regression.eras import GAP_WEEKS, RECENT_WEEKS
from bot.regression.rows import HISTORY_WEEKS
from bot.regression.samples import Floats
from bot.regression.watch_rows import WatchHistory
from bot.regression.watch_score import Score, WatchRows, score

LEAST_FAILURES = 4
LEAST_RECENT = 12  # planned deployments in the last 13 weeks
LEAST_BEFORE = 24
LEAST_SILENCE = 7.0  # days without any event that are silence at all
LOOKS = 52  # after so many the state of the watch no longer depends on where it began


@dataclass(frozen=True, slots=True)
class Look:
    """One look: at the Monday that follows the last complete week. `score` is None where `why` says so."""

    week: date
    """The Monday on which the last complete week began."""
    at: float
    score: Score | None = None
    why: Unknown | None = None


def looks(timeline: Timeline, reach: Reach, as_of: float, count: int, pulled: Collection[str] = ()) -> tuple[Look, ...]:
    """The last looks up to an instant, oldest first. Sources that are `pulled` are never taken to be silent."""
    zone = timeline.team.zone
    newest = week_start(as_of, zone)
    edges = np.array([*week_starts(newest, HISTORY_WEEKS + count - 1, zone), newest])
    history, heard = WatchHistory(timeline, reach), _heard(timeline, pulled)
    return tuple(_look(history, heard, edges[back : back + HISTORY_WEEKS + 1]) for back in range(count))


def _look(history: WatchHistory, heard: Floats, edges: Floats) -> Look:
    at, zone = float(edges[-1]), history.timeline.team.zone
    week = local_date(float(edges[-2]), zone)
    if (silent := _silent(history, heard, edges)) is not None:
        return Look(week, at, why=silent)
    rows = history.rows(edges)
    missing = Unknown(Reason.NO_DEPLOYMENTS, {}) if rows is None else _shortage(rows)
    made = None if rows is None or missing else score(rows)
    return Look(week, at, made, missing)


def _shortage(rows: WatchRows) -> Unknown | None:
    """What there is too little of, the first thing first."""
    if not rows.visible:
        return Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": rows.signs, "need": SIGNS_NEEDED})
    counted = rows.deployments * rows.speed_counts
    recent, before = counted[-RECENT_WEEKS:], counted[:-RECENT_WEEKS]
    failed = rows.failed * rows.stability_counts
    needs = (
        (Reason.TOO_FEW, "deployments", recent, LEAST_RECENT),
        (Reason.TOO_FEW_BEFORE, "deployments", before, LEAST_BEFORE),
        (Reason.TOO_FEW, "failures", failed, LEAST_FAILURES),
    )
    for reason, what, weeks, need in needs:
        if (have := int(weeks.sum())) < need:
            return Unknown(reason, {"what": what, "have": have, "need": need, "weeks": weeks.size})
    return None


def _heard(timeline: Timeline, pulled: Collection[str]) -> Floats:
    """When something of the team was known that nobody pulls, in order."""
    rows = (*timeline.deployments, *timeline.changes, *timeline.incidents, *timeline.runs)
    told = [row.known_at for row in rows if row.event.source not in pulled]
    told += [end for end, window in timeline.slo_windows if window.source not in pulled]
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
