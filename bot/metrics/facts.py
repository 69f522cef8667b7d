"""Facts: events with their attribution, the input of every metric. Times are POSIX seconds, durations seconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import nan
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.calendar import Window
from bot.events import BaseEvent, Change, Definition, Deployment, Incident, PipelineRun, SloWindow

Kind = TypeVar("Kind", bound=BaseEvent)


@dataclass(frozen=True, slots=True)
class TeamEvents:
    """The events of one team's services that are not retracted: what a store yields and attribution takes."""

    deployments: tuple[Deployment, ...] = ()
    changes: tuple[Change, ...] = ()
    pipeline_runs: tuple[PipelineRun, ...] = ()
    incidents: tuple[Incident, ...] = ()
    slo_windows: tuple[SloWindow, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @classmethod
    def of(cls, events: Iterable[BaseEvent]) -> Self:
        """Events of any kind, in the order given; what its source took back is left out."""
        known: defaultdict[type[BaseEvent], list[Any]] = defaultdict(list)
        for event in events:
            if not event.retracted:
                known[type(event)].append(event)

        def only(kind: type[Kind]) -> tuple[Kind, ...]:
            return tuple(known[kind])

        return cls(only(Deployment), only(Change), only(PipelineRun), only(Incident), only(SloWindow), only(Definition))


class FailureReason(StrEnum):
    """What says that a deployment failed, the most trusted first."""

    VERDICT = "verdict"  # the source itself: failed is true
    INCIDENT = "incident"
    ROLLBACK = "rollback"  # a deployment names it in rollback_of
    FIX = "fix"  # a deployment names it in fixes
    REVERT = "revert"  # a change that it brought was reverted within 14 days
    REDEPLOYMENT = "redeployment"  # an earlier version went out directly after it
    UNPLANNED = "unplanned"  # an unplanned deployment without a reference followed within 24 h


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a deployment counts as failed; `inferred` where only time says so; `evidence` are the events' keys."""

    reason: FailureReason
    inferred: bool
    known_at: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeploymentFact:
    """A finished production deployment, whatever its status. Only a planned successful one can fail."""

    event: Deployment
    key: str
    service: str
    started_at: float | None
    finished_at: float
    successful: bool
    planned: bool
    failure: Failure | None = None
    mended_by: str | None = None  # key of the deployment that mended it, where no incident says when it was over
    changes: tuple[str, ...] = ()  # keys of the changes it was the first to bring

    @property
    def sha(self) -> str | None:
        return self.event.sha


@dataclass(frozen=True, slots=True)
class TeamDeployment:
    """Deployments of one sha to several services within ten minutes: one release of the team."""

    parts: tuple[DeploymentFact, ...]
    finished_at: float  # of the first part
    planned: bool

    @property
    def failure(self) -> Failure | None:
        """The failure of the part that failed, explicit evidence before inferred; None where no part did."""
        failures = [part.failure for part in self.parts if part.failure is not None]
        return min(failures, key=lambda failure: (failure.inferred, failure.known_at), default=None)

    @property
    def failed(self) -> bool:
        return any(part.failure is not None for part in self.parts)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(part.key for part in self.parts)


LEAD_STAGES = (
    "coding",
    "pickup",
    "review",
    "merge_wait",
    "pipeline",
    "release_wait",
    "gate",
    "deploy",
    "unknown",
)
# Somebody or something works on the change; the others are waits. Their share is the flow efficiency.
ACTIVE_STAGES = ("coding", "review", "pipeline", "deploy")
RECOVERY_STAGES = ("detect", "acknowledge", "repair", "fix_deploy")


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """A merged change and the deployment that first brought it to production, if one did.

    `lead_time` is None where it waits, was made by a bot, has no first commit time, or where an inferred delivery
    is no honest measure (first deployment, a long gap, a huge import). `stages` add up to `lead_time`.
    `delivered_by` is the deployment as it was known.
    """

    event: Change
    key: str
    merged_at: float
    delivered_at: float | None = None
    delivered_by: Deployment | None = None
    delivery_inferred: bool = False
    lead_time: float | None = None
    tell_stages: Callable[[], Mapping[str, float]] = dict  # asked of few of many changes, so worked out when asked

    @property
    def stages(self) -> Mapping[str, float]:
        """Seconds of each stage of which both ends are known."""
        return self.tell_stages()


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """An incident that counts (not cancelled), with where it came from.

    Ended with an unknown duration: `open` is false and `ended_at` None. `cause` is the key of the deployment.
    """

    event: Incident
    key: str
    started_at: float
    ended_at: float | None
    open: bool
    cause: str | None = None
    cause_inferred: bool = False
    remediation: str | None = None
    stale: bool = False  # open for over 26 weeks: named among the missing data, counts nowhere else


@dataclass(frozen=True, slots=True)
class RecoveryFact:
    """The recovery from one change-caused failure: of an incident, or of a failed deployment without one.

    `seconds` is None where the end, or the start, is not known; while `open` it is the time it has lasted so far.
    `stages` hold the known stages only.
    """

    deployment: str
    incident: str | None
    started_at: float | None
    ended_at: float | None
    open: bool
    seconds: float | None
    stages: Mapping[str, float] = field(default_factory=dict[str, float])
    service: str = ""

    @property
    def key(self) -> str:
        """The event behind it: the incident, else the failed deployment."""
        return self.incident or self.deployment


@dataclass(frozen=True)
class Facts:
    """All that was known of one team at `as_of`, attributed. Each tuple is in order of time.

    What happened in a window is found without going through all of it.
    """

    as_of: float
    deployments: tuple[DeploymentFact, ...] = ()  # finished, production, any status; by finish
    team_deployments: tuple[TeamDeployment, ...] = ()  # successful ones only; by finish
    changes: tuple[ChangeFact, ...] = ()  # by merge
    incidents: tuple[IncidentFact, ...] = ()  # by start
    recoveries: tuple[RecoveryFact, ...] = ()  # by end, open ones last
    pipeline_runs: tuple[PipelineRun, ...] = ()  # by finish
    slo_windows: tuple[SloWindow, ...] = ()  # by end
    definitions: tuple[Definition, ...] = ()  # by time
    ambiguous: tuple[str, ...] = ()  # keys of events with a reference that several events match
    unresolved: tuple[str, ...] = ()  # keys of events with a reference that no event matches
    first_deployment_at: float | None = None  # finish of the first successful one; the tuples may begin later
    signs: tuple[float, ...] = ()  # when rollbacks, reverts, hotfixes and verdicts of the last 104 weeks were known
    loaded_from: float | None = None  # while history is being loaded: what happened before is not known yet

    def released(self, window: Window) -> tuple[TeamDeployment, ...]:
        """The team deployments that finished in a window."""
        finishes = self._finishes
        return self.team_deployments[bisect_left(finishes, window.start) : bisect_left(finishes, window.end)]

    def delivered(self, window: Window) -> list[ChangeFact]:
        """The changes that were delivered in a window, in order of their merge."""
        at = self._delivered_at
        return [self.changes[place] for place in np.flatnonzero((at >= window.start) & (at < window.end)).tolist()]

    def measured(self, window: Window) -> tuple[SloWindow, ...]:
        """The windows of objectives that end in a window: after its start, at its end at the latest."""
        ends = self._measured_until
        return self.slo_windows[bisect_right(ends, window.start) : bisect_right(ends, window.end)]

    @cached_property
    def _finishes(self) -> list[float]:
        return [each.finished_at for each in self.team_deployments]

    @cached_property
    def _delivered_at(self) -> NDArray[np.float64]:
        """Of each change; not a number where none delivered it."""
        at = (nan if each.delivered_at is None else each.delivered_at for each in self.changes)
        return np.fromiter(at, dtype=np.float64)

    @cached_property
    def _measured_until(self) -> list[float]:
        return [each.window_end.timestamp() for each in self.slo_windows]
