"""One team's events, ready to be looked at from many Mondays: what each week had come to, as it was known then.

What can no longer change about a change or a deployment is worked out once; a look then only counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bot.calendar import HOUR
from bot.metrics.causes import Course, courses
from bot.metrics.change_facts import lead_seconds
from bot.metrics.durations import SHORTEST
from bot.metrics.failures import Failed, failed_deployments
from bot.metrics.look import Look
from bot.metrics.measure import Metric
from bot.metrics.recoveries import recoveries
from bot.metrics.rows import DeploymentRow
from bot.metrics.team_deployments import together
from bot.metrics.timeline import Timeline
from bot.regression.log_hours import LogHours, by_week, log_hours_by_week
from bot.regression.samples import Floats
from bot.regression.tallies import Tallies, columns

WATCHED = frozenset(
    {
        Metric.DEPLOYMENT_FREQUENCY.value,
        Metric.LEAD_TIME.value,
        Metric.CHANGE_FAILURE_RATE.value,
        Metric.RECOVERY_TIME.value,
    }
)


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
    """What was known at a look of failures."""

    look: Look
    incidents: Sequence[Course]
    failed: Mapping[DeploymentRow, Failed]


@dataclass(slots=True, eq=False)
class WatchHistory:
    """`edges` are the starts of its weeks, and the end of the last one that may be looked at.

    `pulled` are the sources that are asked, and so are never silent because nobody sends anything.
    """

    timeline: Timeline
    edges: Floats
    pulled: frozenset[str] = frozenset()
    _heard: Floats = field(init=False)
    _merged_at: Floats = field(init=False)
    _settled_at: Floats = field(init=False)
    _delivered_at: Floats = field(init=False)
    _lead_hours: Floats = field(init=False)
    _doubtful: list[DeploymentRow] = field(init=False)
    _releases: dict[tuple[bool, ...], Releases] = field(default_factory=dict[tuple[bool, ...], Releases])

    def __post_init__(self) -> None:
        changes, last = self.timeline.changes, Look(self.timeline, np.inf)
        leads = [(found, lead_seconds(change, found)) for change in changes for found in (last.delivery(change),)]
        self._heard = _heard_by_week(self.edges, _heard(self.timeline, self.pulled))
        self._merged_at = np.array(self.timeline.merges, dtype=np.float64)
        self._settled_at = _floats(change.settled_at for change in changes)
        self._delivered_at = _floats(np.nan if each.by is None else each.by.finished_at for each, _ in leads)
        self._lead_hours = _log_hours(np.nan if seconds is None else seconds for _, seconds in leads)
        # Whether these are planned depends on which changes are known to be theirs; of others it never changes.
        self._doubtful = [row for row in self.timeline.deployments if row.successful and row.may_mend]

    def tallies(self, as_of: float) -> Tallies:
        """All weeks up to one of the edges, as known then."""
        weeks = int(np.searchsorted(self.edges, as_of))
        edges = np.append(self.edges[:weeks], as_of)
        timeline, seen = self.timeline, self._seen(as_of)
        releases = self._planned(seen.look)
        failed, explicit = _failed(releases, seen)
        starts = sorted(each.started_at for each in seen.incidents if not each.stale)
        redefined = (at for at, each in timeline.definitions if WATCHED & set(each.metrics))
        return Tallies(
            edges,
            columns(
                (
                    by_week(edges, releases.finished_at),
                    by_week(edges, failed),
                    by_week(edges, explicit),
                    self._lead_times(seen.look, edges),
                    *_recoveries(seen, edges),
                    _first_by_week(edges, np.array(timeline.everywhere.finishes, dtype=np.float64)),
                    *self._heard[:, :weeks],
                )
            ),
            *(_inside(edges, _floats(instants)) for instants in (starts, timeline.signs, redefined)),
        )

    def _seen(self, as_of: float) -> Seen:
        look = Look(self.timeline, as_of)
        incidents = courses(look)
        return Seen(look, incidents, failed_deployments(look, incidents))

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


def _recoveries(seen: Seen, edges: Floats) -> tuple[LogHours, LogHours]:
    """By the week of the end: all of them, and those from explicit failures and of linked incidents."""
    explicit = {row.key for row, each in seen.failed.items() if not each.failure.inferred}
    linked = {each.row.key for each in seen.incidents if not each.inferred}
    ended = [
        (each.ended_at, each.seconds, each.deployment in explicit or each.incident in linked)
        for each in recoveries(seen.look, seen.incidents, seen.failed, -np.inf)
        if not each.open and each.ended_at is not None and each.seconds is not None
    ]
    at, hours = _floats(at for at, _, _ in ended), _log_hours(seconds for _, seconds, _ in ended)
    told = np.array([explicitly for _, _, explicitly in ended], dtype=np.bool_)
    return log_hours_by_week(edges, at, hours), log_hours_by_week(edges, at[told], hours[told])


def _heard(timeline: Timeline, pulled: frozenset[str]) -> Floats:
    """When something of the team was known that nobody pulls, in order."""
    rows = (*timeline.deployments, *timeline.changes, *timeline.incidents, *timeline.runs)
    told = [row.known_at for row in rows if row.event.source not in pulled]
    told += [end for end, window in timeline.slo_windows if window.source not in pulled]
    return np.array(sorted(told), dtype=np.float64)


def _heard_by_week(edges: Floats, heard: Floats) -> Floats:
    """Three rows: the first and the last instant of each week, and the longest silence between two of it."""
    first, last, longest = (np.full(edges.size - 1, np.nan) for _ in range(3))
    places = np.searchsorted(heard, edges)
    silences = np.diff(heard)
    for week, (begin, end) in enumerate(pairwise(places.tolist())):
        if begin < end:
            first[week], last[week] = heard[begin], heard[end - 1]
        if end - begin > 1:
            longest[week] = silences[begin : end - 1].max()
    return np.stack([first, last, longest])


def _first_by_week(edges: Floats, instants: Floats) -> Floats:
    """The first of some instants in order that each week holds; NaN where it holds none."""
    places = np.searchsorted(instants, edges)
    first = np.append(instants, np.nan)[places[:-1]]
    first[places[:-1] == places[1:]] = np.nan
    return first


def _inside(edges: Floats, instants: Floats) -> Floats:
    return instants[(instants >= edges[0]) & (instants < edges[-1])]


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _log_hours(seconds: Iterable[float]) -> Floats:
    return np.log(np.maximum(_floats(seconds), SHORTEST) / HOUR)
