"""A team's tallies as the rows that the watch weighs: which weeks count, and which failures."""

from __future__ import annotations

import numpy as np

from bot.calendar import WEEK, day_start
from bot.metrics.reach import Reach
from bot.metrics.visibility import SIGHT_WEEKS, Visibility, sight
from bot.regression.rows import frozen_weeks
from bot.regression.tallies import DEPLOYMENTS, EXPLICIT, EXPLICIT_RECOVERY, FAILED, FIRST_OUT, LEAD, RECOVERY, Tallies
from bot.regression.watch_score import WatchRows
from bot.teams import Team

EXPLICIT_SHARE = 0.5  # of the failures: where fewer say which deployment failed, those that only time tells count too


def watch_rows(every: Tallies, weeks: int, team: Team, reach: Reach) -> WatchRows | None:
    """The last weeks that tell of the team as it is measured now; None where none does."""
    seen = _visibility(every, reach)
    tallies = _comparable(every, weeks, team, reach)
    if tallies is None:
        return None
    failed, explicit = tallies.column(FAILED), tallies.column(EXPLICIT)
    told_by_time = bool(explicit.sum() < EXPLICIT_SHARE * failed.sum())
    counts = ~frozen_weeks(tallies.edges, team)
    since = -np.inf if seen.since is None else seen.since
    return WatchRows(
        edges=tallies.edges,
        deployments=tallies.column(DEPLOYMENTS),
        failed=failed if told_by_time else explicit,
        lead_time=tallies.log_hours(LEAD),
        # Where only explicit failures count, so do only recoveries from those.
        recovery=tallies.log_hours(RECOVERY if told_by_time else EXPLICIT_RECOVERY),
        speed_counts=counts,
        stability_counts=counts & (tallies.edges[:-1] >= since),
        visible=seen.visible,
        signs=seen.signs,
    )


def _visibility(tallies: Tallies, reach: Reach) -> Visibility:
    as_of = float(tallies.edges[-1])
    signs = int(np.count_nonzero(tallies.signs >= as_of - SIGHT_WEEKS * WEEK))
    return sight(as_of, (float(at) for at in tallies.incidents), signs, reach.loaded_from, reach.seen_since)


def _comparable(every: Tallies, weeks: int, team: Team, reach: Reach) -> Tallies | None:
    """From the first of the last weeks that was deployed in, loaded, and defined alike."""
    out = every.column(FIRST_OUT)
    if np.isnan(out).all():
        return None
    edges = every.edges
    usable = edges[1:] > day_start(float(np.nanmin(out)), team.zone)
    usable &= edges[:-1] >= (-np.inf if reach.loaded_from is None else reach.loaded_from)
    usable &= edges[:-1] > max(every.redefined, default=-np.inf)
    usable[: max(usable.size - weeks, 0)] = False
    return every.since(float(edges[np.argmax(usable)])) if usable.any() else None
