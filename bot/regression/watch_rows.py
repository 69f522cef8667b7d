"""Weekly rows as the watch takes them, for many looks at one team's events, each as it was known then.

What can no longer change about a change or a deployment is worked out once; a look then only counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.calendar import HOUR, WEEK, day_start
from bot.metrics.causes import Course, courses
from bot.metrics.change_facts import lead_seconds
from bot.metrics.durations import SHORTEST
from bot.metrics.failures import Failed, failed_deployments
from bot.metrics.look import Look
from bot.metrics.measure import Metric
from bot.metrics.reach import Reach
from bot.metrics.recoveries import recoveries
from bot.metrics.rows import DeploymentRow
from bot.metrics.team_deployments import together
from bot.metrics.timeline import Timeline
from bot.metrics.visibility import SIGHT_WEEKS, Visibility, sight
from bot.regression.log_hours import LogHours, by_week, log_hours_by_week
from bot.regression.rows import frozen_weeks
from bot.regression.samples import Floats
from bot.regression.watch_score import WatchRows

WATCHED = frozenset(
    {
        Metric.DEPLOYMENT_FREQUENCY.value,
        Metric.LEAD_TIME.value,
        Metric.CHANGE_FAILURE_RATE.value,
        Metric.RECOVERY_TIME.value,
    }
)
EXPLICIT_SHARE = 0.5  # of the failures: where fewer say which deployment failed, those that only time tells count too


@dataclass(frozen=True, slots=True)
class Part:
    """A deployment of one service; `planned` as it was known."""

    row: DeploymentRow
    planned: bool

    @property
    def sha(self) -> str | None:
        return self.row.event.sha

    @property
    def service(self) -> str:
        return self.row.service

    @property
    def finished_at(self) -> float:
        return self.row.finished_at


@dataclass(frozen=True, slots=True, eq=False)
class Releases:
    """The planned team deployments by finish; `of` says which of them a deployment is a part of."""

    finished_at: Floats
    of: Mapping[DeploymentRow, int]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was known at a look of failures, and of how well they could be seen."""

    look: Look
    incidents: Sequence[Course]
    failed: Mapping[DeploymentRow, Failed]
    visibility: Visibility


@dataclass(slots=True, eq=False)
class WatchHistory:
    """One team's events, ready to be looked at from many instants; `reach` limits what may be looked at."""

    timeline: Timeline
    reach: Reach
    _merged_at: Floats = field(init=False)
    _settled_at: Floats = field(init=False)
    _delivered_at: Floats = field(init=False)
    _lead_hours: Floats = field(init=False)
    _doubtful: list[DeploymentRow] = field(init=False)
    _releases: dict[tuple[bool, ...], Releases] = field(default_factory=dict[tuple[bool, ...], Releases])

    def __post_init__(self) -> None:
        changes, last = self.timeline.changes, Look(self.timeline, np.inf)
        leads = [(last.delivery(change), lead_seconds(change, last.delivery(change))) for change in changes]
        self._merged_at = np.array(self.timeline.merges, dtype=np.float64)
        self._settled_at = _floats(change.settled_at for change in changes)
        self._delivered_at = _floats(np.nan if each.by is None else each.by.finished_at for each, _ in leads)
        self._lead_hours = _log_hours(np.nan if seconds is None else seconds for _, seconds in leads)
        # Whether these are planned depends on which changes are known to be theirs; of others it never changes.
        self._doubtful = [row for row in self.timeline.deployments if row.successful and row.may_mend]

    def rows(self, edges: Floats) -> WatchRows | None:
        """The weeks between the edges, as known at the last of them; None where none counts."""
        seen = self._seen(float(edges[-1]))
        edges = self._counted(edges)
        if edges.size < 2:
            return None
        releases = self._planned(seen.look)
        failed, explicitly = _failed(releases, seen)
        told_by_time = _inside(edges, explicitly) < EXPLICIT_SHARE * _inside(edges, failed)
        counts = ~frozen_weeks(edges, self.timeline.team)
        since = -np.inf if seen.visibility.since is None else seen.visibility.since
        return WatchRows(
            edges=edges,
            deployments=by_week(edges, releases.finished_at),
            failed=by_week(edges, failed if told_by_time else explicitly),
            lead_time=self._lead_times(seen.look, edges),
            recovery=_recovery(seen, edges, told_by_time=told_by_time),
            speed_counts=counts,
            stability_counts=counts & (edges[:-1] >= since),
            visible=seen.visibility.visible,
            signs=seen.visibility.signs,
        )

    def _seen(self, as_of: float) -> Seen:
        look = Look(self.timeline, as_of)
        incidents = courses(look)
        first, last = np.searchsorted(self.timeline.signs, (as_of - SIGHT_WEEKS * WEEK, as_of))
        starts = (each.started_at for each in incidents if not each.stale)
        visibility = sight(as_of, starts, int(last - first), self.reach.loaded_from, self.reach.seen_since)
        return Seen(look, incidents, failed_deployments(look, incidents), visibility)

    def _counted(self, edges: Floats) -> Floats:
        """From the first week that tells of the team as it is measured now: deployed in, loaded, defined alike."""
        as_of, team = float(edges[-1]), self.timeline.team
        first = next((at for at in self.timeline.everywhere.finishes[:1] if at < as_of), None)
        if first is None:
            return edges[:0]
        redefined = (at for at, each in self.timeline.definitions if at < as_of and WATCHED & set(each.metrics))
        loaded = -np.inf if self.reach.loaded_from is None else self.reach.loaded_from
        usable = (edges[1:] > day_start(first, team.zone)) & (edges[:-1] >= loaded)
        usable &= edges[:-1] > max(redefined, default=-np.inf)
        return edges[np.argmax(usable) :] if usable.any() else edges[:0]

    def _planned(self, look: Look) -> Releases:
        """One grouping for all looks at which the same deployments are known to be planned."""
        known = tuple(look.planned(row) for row in self._doubtful)
        made = self._releases.get(known)
        if made is None:
            rows = [row for row in self.timeline.deployments if row.successful]
            groups = [group for group in together(Part(row, look.planned(row)) for row in rows) if group[0].planned]
            made = self._releases[known] = Releases(
                _floats(group[0].finished_at for group in groups),
                {part.row: place for place, group in enumerate(groups) for part in group},
            )
        return made

    def _lead_times(self, look: Look, edges: Floats) -> LogHours:
        """By delivery. Only of changes whose delivery was not settled yet is it asked anew."""
        merged = self._merged_at < look.as_of
        settled = merged & (self._settled_at < look.as_of) & ~np.isnan(self._lead_hours)
        open_ones = (self.timeline.changes[at] for at in np.flatnonzero(merged & (self._settled_at >= look.as_of)))
        found = [(look.delivery(change), change) for change in open_ones]
        timed = [(each.by, lead_seconds(change, each)) for each, change in found]
        known = [(by.finished_at, seconds) for by, seconds in timed if by is not None and seconds is not None]
        at = np.concatenate([self._delivered_at[settled], _floats(when for when, _ in known)])
        hours = np.concatenate([self._lead_hours[settled], _log_hours(seconds for _, seconds in known)])
        return log_hours_by_week(edges, at, hours)


def _failed(releases: Releases, seen: Seen) -> tuple[Floats, Floats]:
    """When the planned team deployments finished that failed, and those of them that something else than time names."""
    blamed = {row: each.failure.inferred for row, each in seen.failed.items() if row in releases.of}
    places = {releases.of[row] for row in blamed}
    explicit = {releases.of[row] for row, inferred in blamed.items() if not inferred}
    return releases.finished_at[sorted(places)], releases.finished_at[sorted(explicit)]


def _recovery(seen: Seen, edges: Floats, *, told_by_time: bool) -> LogHours:
    """By the week of the end. Where only explicit failures count, so do only recoveries from those."""
    explicit = {row.key for row, each in seen.failed.items() if not each.failure.inferred}
    linked = {each.row.key for each in seen.incidents if not each.inferred}
    ended = [
        (each.ended_at, each.seconds)
        for each in recoveries(seen.look, seen.incidents, seen.failed, -np.inf)
        if not each.open
        and each.ended_at is not None
        and each.seconds is not None
        and (told_by_time or each.deployment in explicit or each.incident in linked)
    ]
    return log_hours_by_week(edges, _floats(at for at, _ in ended), _log_hours(seconds for _, seconds in ended))


def _inside(edges: Floats, at: Floats) -> int:
    return int(np.count_nonzero((at >= edges[0]) & (at < edges[-1])))


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _log_hours(seconds: Iterable[float]) -> Floats:
    return np.log(np.maximum(_floats(seconds), SHORTEST) / HOUR)
