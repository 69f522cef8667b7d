"""Which deployment an incident came from, and which one mended it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from bot.calendar import DAY, HOUR, WEEK
from bot.metrics.look import Look
from bot.metrics.rows import ChangeRow, DeploymentRow, IncidentRow

# How far an incident reaches back that says it was caused by a change, and does not say by which.
CHANGE_CAUSED_REACH = 7 * DAY
# An incident open for longer was forgotten, not suffered.
STALE_AFTER = 26 * WEEK


@dataclass(slots=True, eq=False)
class Course:
    """An incident as it was known: from when to when, what mended it, and where it came from.

    Neither open nor with an end: it ended, nobody says when.
    """

    row: IncidentRow
    started_at: float
    ended_at: float | None
    open: bool
    stale: bool = False
    remediations: tuple[DeploymentRow, ...] = ()  # by finish
    cause: DeploymentRow | None = None
    inferred: bool = False

    @property
    def counted_at(self) -> float:
        """Its end; its start where nobody says when it ended."""
        return self.started_at if self.ended_at is None else self.ended_at

    def holds(self, at: float) -> bool:
        """Whether it was going on at an instant."""
        return self.started_at <= at and (self.open or (self.ended_at is not None and at <= self.ended_at))


class Ongoing:
    """Which incidents were going on at an instant, without asking each of a long history."""

    def __init__(self, incidents: Iterable[Course]) -> None:
        self._incidents = [each for each in incidents if not each.stale]  # by start
        self._starts = [each.started_at for each in self._incidents]
        ends = (inf if each.open else each.counted_at for each in self._incidents)
        self._reached = list(accumulate(ends, max))  # the latest end of it and all before

    def at(self, instant: float) -> Iterator[Course]:
        """Newest first."""
        for index in range(bisect_right(self._starts, instant) - 1, -1, -1):
            if self._reached[index] < instant:
                return
            if self._incidents[index].holds(instant):
                yield self._incidents[index]


def courses(look: Look) -> list[Course]:
    """Every incident known at the look, in order of its start."""
    known = [course(look, row) for row in look.timeline.incidents if row.known_at < look.as_of]
    return sorted(known, key=lambda each: (each.started_at, each.row.key))


def course(look: Look, row: IncidentRow) -> Course:
    ended_at, is_open = _end(row, look.as_of)
    started_at = _start(look, row)
    if ended_at is not None and ended_at < started_at:
        ended_at = None  # contradictory: it ended, and how long it lasted can't be told
    made = Course(row, started_at, ended_at, is_open)
    made.stale = is_open and look.as_of - started_at > STALE_AFTER
    if not made.stale:
        made.remediations = _remediations(look, made)
        made.cause, made.inferred = _cause(look, made)
    return made


def _start(look: Look, row: IncidentRow) -> float:
    """When users were affected; else when it was noticed, when its deployment finished, when it was recorded."""
    for at in (row.started_at, row.detected_at):
        if at is not None and at < look.as_of:
            return at
    opened = row.known_at if row.opened_at is None else row.opened_at
    linked = row.named.target(look.as_of)
    if linked is not None and linked.reached_users(look.as_of) and linked.finished_at <= opened:
        return linked.finished_at
    return opened


def _end(row: IncidentRow, as_of: float) -> tuple[float | None, bool]:
    """When it ended, and whether it is open: mitigation before resolution, and never later than the look."""
    for at in (row.mitigated_at, row.resolved_at):
        if at is not None and at < as_of:
            return at, False
    still_to_end = row.mitigated_at is not None or row.resolved_at is not None
    return None, still_to_end or row.event.status == "open"


def _remediations(look: Look, incident: Course) -> tuple[DeploymentRow, ...]:
    """The remediations of its service that finished between its start and its end."""
    end = look.as_of if incident.open else incident.ended_at
    if end is None:
        return ()
    found = (
        row
        for service in look.timeline.rollouts_of(incident.row.services)
        for row in service.finished_within(incident.started_at, end)
        if row.finished_at < look.as_of and not look.planned(row)
    )
    return tuple(sorted(found, key=lambda row: (row.finished_at, row.key)))


def _cause(look: Look, incident: Course) -> tuple[DeploymentRow | None, bool]:
    """The most trusted answer, and whether only time gives it. A verdict detaches the incidents of its deployment."""
    event = incident.row.event
    if event.change_caused is False:
        return None, False
    if event.deployment is not None or event.cause_sha is not None:
        cause, inferred = _linked(look, incident.row), False
    else:
        told = next(_told(look, incident), None)
        cause, inferred = (told, False) if told is not None else (_latest_before(look, incident), True)
    if cause is None or cause.verdict(look.as_of) is False:
        return None, False
    return cause, inferred


def _linked(look: Look, row: IncidentRow) -> DeploymentRow | None:
    """By its own link. One that can't be resolved attributes nothing, so nothing else is asked after it."""
    named = row.named.target(look.as_of)
    if named is not None and named.reached_users(look.as_of):
        return named
    sha = row.event.cause_sha
    return None if sha is None else _first_with(look, sha, row.services)


def _first_with(look: Look, sha: str, services: tuple[str, ...]) -> DeploymentRow | None:
    """The first deployment that held a sha, of its own services before others; else the one that brought its change."""
    timeline = look.timeline
    for group in (timeline.rollouts_of(services), timeline.services.values()):
        holding = [each.first_with[sha] for each in group if sha in each.first_with]
        known = [row for row in holding if row.finished_at < look.as_of]
        if known:
            return min(known, key=lambda row: (row.finished_at, row.key))
    changes = (change for change in timeline.holding.get(sha, ()) if change.merged_at < look.as_of)
    return next(_brought_by(look, changes, services), None)


def _told(look: Look, incident: Course) -> Iterator[DeploymentRow]:
    """By a revert: one that names the incident, or that mended it. Then by what its remediation says it mends."""
    names = (incident.row.event.id, incident.row.key)
    naming = [change for name in names for change in look.timeline.reverts_naming.get(name, ())]
    yield from _undone(look, naming, incident)
    newest_first = incident.remediations[::-1]
    for remediation in newest_first:
        yield from _undone(look, look.brought(remediation), incident)
    for remediation in newest_first:
        for reference in (remediation.rollback_of, remediation.fixes):
            named = reference.target(look.as_of)
            if named is not None and named.reached_users(look.as_of):
                yield named


def _undone(look: Look, changes: Iterable[ChangeRow], incident: Course) -> Iterator[DeploymentRow]:
    """Who had brought what these changes revert."""
    reverted = (change.reverts.target(look.as_of) for change in changes if change.merged_at < look.as_of)
    return _brought_by(look, (change for change in reverted if change is not None), incident.row.services)


def _brought_by(look: Look, changes: Iterable[ChangeRow], services: tuple[str, ...]) -> Iterator[DeploymentRow]:
    found = (look.delivery(change).of(services) for change in changes)
    return (row for row in found if row is not None)


def _latest_before(look: Look, incident: Course) -> DeploymentRow | None:
    """The latest planned deployment of its services, of any where it names only a team, that is near enough."""
    reach = look.timeline.team.attribution_hours * HOUR
    if incident.row.event.change_caused:
        reach = max(reach, CHANGE_CAUSED_REACH)
    newest = (
        next((row for row in each.newest_within(reach, incident.started_at) if look.planned(row)), None)
        for each in look.timeline.rollouts_of(incident.row.services)
    )
    return max((row for row in newest if row is not None), key=lambda row: (row.finished_at, row.key), default=None)
