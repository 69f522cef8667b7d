"""What the events of a week may have to do with those of other weeks: whom they name, and how late they still speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.calendar import WEEK
from bot.events import Change, Deployment, Incident
from bot.metrics.causes import STALE_AFTER
from bot.metrics.facts import TeamEvents
from bot.metrics.rows import ChangeRow, IncidentRow
from bot.metrics.timeline import Timeline
from bot.regression.samples import Bools, Floats

Names = NDArray[np.uint32]

# What a name is the name of; the same text may well name a change and a deployment.
_SHA, _VERSION, _DEPLOYMENT, _CHANGE, _INCIDENT = (crc32(of) for of in (b"sha", b"version", b"d", b"c", b"i"))


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Of the week that begins at `start`, by the time by which windows count an event.

    `names` are checksums: two that are equal may be of different names, so that a name that nobody uses is known for
    sure, and one that is used is only likely.
    """

    start: float
    until: float
    """The last instant of which its events tell; `start` where they tell of none."""
    names: Names
    """What its events are called, and what they name; in order, each once."""
    deployed: frozenset[str]
    """The services of which a deployment that was no rollback reached production."""
    listing: frozenset[str]
    """Those of which a deployment listed its commits."""


class Named(NamedTuple):
    """An event, by the time by which windows count it, with the checksums of what it is called and names."""

    at: float
    names: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Events that name each other, or the same, are one group; an entry a group."""

    first: Floats
    """When its first event was."""
    last: Floats
    known: Bools
    """Whether one of them may be named, or name another, where that was looked for."""

    def since(self, instant: float) -> Groups:
        """Those of which an event was at an instant or later."""
        late = self.last >= instant
        return Groups(self.first[late], self.last[late], self.known[late])


def traces(named: Iterable[Named], timeline: Timeline, edges: Floats) -> tuple[Trace, ...]:
    """Of the weeks between the edges; `timeline` holds the rows of the events."""
    if edges.size < 2:
        return ()
    by_week: defaultdict[int, list[int]] = defaultdict(list)
    every = list(named)
    for week, each in zip(_weeks(edges, (each.at for each in every)), every, strict=True):
        by_week[week] += each.names
    until = _until(timeline, edges)
    deployed, listing = _services(timeline, edges)
    return tuple(
        Trace(
            start=float(start),
            until=float(until[week]),
            names=np.unique(_names(by_week.get(week, ()))),
            deployed=frozenset(deployed.get(week, ())),
            listing=frozenset(listing.get(week, ())),
        )
        for week, start in enumerate(edges[:-1])
    )


def named(events: TeamEvents, timeline: Timeline) -> Iterator[Named]:
    """Of deployments all that there are: a reference may also point at one that does not count."""
    for deployment in events.deployments:
        yield Named(deployment.at.timestamp(), list(_of_deployment(deployment)))
    by_time = {service for service, each in timeline.services.items() if each.commits_listed_from == inf}
    for change in timeline.changes:
        by_name = _of_change(change)
        yield Named(change.merged_at, [*by_name, *_by_time(change, by_time)] if by_time else by_name)
    for incident in timeline.incidents:
        yield Named(_began(incident), list(_of_incident(incident.event)))


def groups(events: Sequence[Named], elsewhere: Names) -> Groups:
    """Each event is in one; a group is known elsewhere where any of its names is."""
    named_by: dict[int, int] = {}  # the first event with each name, by its place
    group_of = _joined(events, named_by)
    found = max(group_of, default=-1) + 1
    first, last, known = np.full(found, np.inf), np.full(found, -np.inf), np.zeros(found, dtype=np.bool_)
    at = np.array([event.at for event in events], dtype=np.float64)
    np.minimum.at(first, group_of, at)
    np.maximum.at(last, group_of, at)
    used = _names(tuple(named_by))
    known[[group_of[named_by[name]] for name in used[among(elsewhere, used)].tolist()]] = True
    return Groups(first, last, known)


def _joined(events: Sequence[Named], named_by: dict[int, int]) -> list[int]:
    """The group of each event, numbered from 0. A union-find: SciPy's takes longer to load than these do to join."""
    above: list[int] = []
    for place, event in enumerate(events):
        above.append(place)
        for name in event.names:
            other = named_by.setdefault(name, place)
            if other != place:
                above[_top(above, place)] = _top(above, other)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(_top(above, place), len(numbers)) for place in range(len(above))]


def _top(above: list[int], place: int) -> int:
    """Halves its way on the way up."""
    while above[place] != place:
        above[place] = place = above[above[place]]
    return place


def names(some: Iterable[Trace]) -> Names:
    """All of them, in order."""
    return np.sort(np.concatenate([_names(()), *(trace.names for trace in some)]))


def among(elsewhere: Names, some: Names) -> Bools:
    """Which of some are there; `elsewhere` is in order."""
    if not elsewhere.size:
        return np.zeros(some.size, dtype=np.bool_)
    return elsewhere[np.minimum(np.searchsorted(elsewhere, some), elsewhere.size - 1)] == some


def name_known(event: Deployment, elsewhere: Names) -> bool:
    """Whether any name of a deployment is, or that it names."""
    return bool(among(elsewhere, _names(tuple(_of_deployment(event)))).any())


def _names(checksums: Sequence[int]) -> Names:
    return np.array(checksums, dtype=np.uint32)


def _of_deployment(event: Deployment) -> Iterator[int]:
    yield crc32(event.id.encode(), _DEPLOYMENT)
    for sha in (event.sha, *(event.commits or ())):
        if sha is not None:
            yield crc32(sha.encode(), _SHA)
    if event.version is not None:
        yield crc32(event.version.encode(), _VERSION)
    for reference in (event.rollback_of, event.fixes):
        yield from _referred(reference, _DEPLOYMENT)


def _of_change(row: ChangeRow) -> list[int]:
    event = row.event
    made = [crc32(event.id.encode(), _CHANGE), *(crc32(sha.encode(), _SHA) for sha in row.shas)]
    if event.deployment is not None or event.reverts is not None:
        made.extend(_references_of(event))
    return made


def _by_time(row: ChangeRow, services: Collection[str]) -> Iterator[int]:
    """What is said by time alone counts as if it were said by name."""
    for deployment in row.by_time:
        if deployment.service in services:
            yield crc32(deployment.event.id.encode(), _DEPLOYMENT)


def _references_of(event: Change) -> Iterator[int]:
    yield from _referred(event.deployment, _DEPLOYMENT)
    if event.reverts is not None:
        yield from _referred(event.reverts, _CHANGE)
        yield crc32(event.reverts.encode(), _SHA)
        for issue in event.issues or ():
            yield from _referred(issue, _INCIDENT)


def _of_incident(event: Incident) -> Iterator[int]:
    yield crc32(event.id.encode(), _INCIDENT)
    yield from _referred(event.deployment, _DEPLOYMENT)
    if event.cause_sha is not None:
        yield crc32(event.cause_sha.encode(), _SHA)


def _referred(text: str | None, of: int) -> Iterator[int]:
    """An id as it stands; of `kind:source:id` nobody knows where the id begins, so every part that may be one."""
    if text is None:
        return
    parts = text.split(":")
    for begin in range(len(parts)):
        yield crc32(":".join(parts[begin:]).encode(), of)


def _until(timeline: Timeline, edges: Floats) -> Floats:
    """By week. An open incident has its last word when it is forgotten."""
    until = edges[:-1].copy()
    rows = (
        (timeline.finishes, [row.latest for row in timeline.deployments]),
        (timeline.merges, [row.latest for row in timeline.changes]),
        ([*map(_began, timeline.incidents)], [*map(_told_until, timeline.incidents)]),
    )
    for at, latest in rows:
        np.maximum.at(until, _weeks(edges, at), np.array(latest, dtype=np.float64))
    return until


def _began(row: IncidentRow) -> float:
    """The time by which windows count it."""
    return next(at for at in (row.started_at, row.detected_at, row.opened_at) if at is not None)


def _told_until(row: IncidentRow) -> float:
    ended = row.mitigated_at is not None or row.resolved_at is not None or row.event.status != "open"
    return row.latest if ended else row.latest + STALE_AFTER + WEEK


def _services(timeline: Timeline, edges: Floats) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    deployed: defaultdict[int, set[str]] = defaultdict(set)
    listing: defaultdict[int, set[str]] = defaultdict(set)
    for week, row in zip(_weeks(edges, timeline.finishes), timeline.deployments, strict=True):
        if row.successful and not row.rollback:
            deployed[week].add(row.service)
        if row.event.commits is not None:
            listing[week].add(row.service)
    return deployed, listing


def _weeks(edges: Floats, at: Iterable[float]) -> list[int]:
    """Which of the weeks holds each instant; what lies outside is told of the nearest."""
    places = np.searchsorted(edges, np.fromiter(at, dtype=np.float64), side="right") - 1
    weeks: list[int] = np.clip(places, 0, edges.size - 2).tolist()
    return weeks
