"""Events as rows: every instant as POSIX seconds, converted once, so that a replay of many instants converts none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from operator import attrgetter
from typing import TypeVar

from pydantic import TypeAdapter

from bot.events import Change, Deployment, Incident, PipelineRun
from bot.metrics.facts import ChangeFact, DeploymentFact
from bot.metrics.references import NOTHING, Named, Reference

# In the very zone object of events that are told in UTC: a difference between two of them asks no zone for its offset.
_EPOCH = TypeAdapter(datetime).validate_json('"1970-01-01T00:00:00Z"')


@dataclass(slots=True, eq=False)
class DeploymentRow:
    """`known_at` is the finish, or the start while running. `successful`: it reached production."""

    event: Deployment
    key: str
    service: str
    known_at: float
    latest: float  # of all its times
    started_at: float | None
    finished_at: float  # infinite while running
    judged_at: float  # since when its verdict counts; infinite without one
    production: bool
    successful: bool
    rollback_of: Reference[DeploymentRow] = NOTHING
    fixes: Reference[DeploymentRow] = NOTHING
    before: DeploymentRow | None = None  # the successful one of its service directly before
    redeploys: bool = False  # a sha or version that went out earlier, and not directly before
    gates: tuple[tuple[float, float | None], ...] = ()  # when it stood at one
    candidates: list[ChangeRow] = field(default_factory=list["ChangeRow"])  # changes it may have brought
    may_mend: bool = False  # one of them is a revert or a hotfix
    sound: DeploymentFact | None = None  # where it did not fail, the same at every instant after `told_at`
    told_at: float = inf

    @property
    def services(self) -> tuple[str, ...]:
        return (self.service,)

    @property
    def begun_at(self) -> float:
        """The start of the rollout, else its finish."""
        return self.finished_at if self.started_at is None else self.started_at

    @property
    def refers(self) -> bool:
        """Whether it names what it mends, resolved or not."""
        return self.event.rollback_of is not None or self.event.fixes is not None

    @property
    def rollback(self) -> bool:
        """It undid a deployment: it says so, or an earlier version came back and nobody says that was planned."""
        return self.event.rollback_of is not None or (self.redeploys and self.event.unplanned is not False)

    @property
    def references(self) -> tuple[Reference[Named], ...]:
        return (self.rollback_of, self.fixes)

    def reached_users(self, as_of: float) -> bool:
        """Whether it was known to have gone out."""
        return self.successful and self.finished_at < as_of

    def verdict(self, as_of: float) -> bool | None:
        """What the source itself said of it by then."""
        return self.event.failed if self.judged_at < as_of else None


@dataclass(slots=True, eq=False)
class ChangeRow:
    """A change; `known_at` is its merge. Who may have delivered it is settled by `bot.metrics.delivery`."""

    event: Change
    key: str
    known_at: float
    latest: float
    services: tuple[str, ...]  # the team's
    first_commit_at: float | None
    opened_at: float | None
    first_review_at: float | None
    approved_at: float | None
    shas: tuple[str, ...]  # the merge's first
    named: Reference[DeploymentRow] = NOTHING
    reverts: Reference[ChangeRow] = NOTHING
    by_sha: tuple[DeploymentRow, ...] = ()  # the first of each service that held one of its shas
    by_time: tuple[DeploymentRow, ...] = ()  # the first of each service that began after the merge
    settled_at: float = inf  # who delivered it is the same at every instant after this one
    fact: ChangeFact | None = None  # the same at every instant after `told_at`
    told_at: float = inf

    @property
    def merged_at(self) -> float:
        return self.known_at

    @property
    def refers(self) -> bool:
        """Whether it names another event, resolved or not."""
        return self.event.deployment is not None or self.event.reverts is not None

    @property
    def references(self) -> tuple[Reference[Named], ...]:
        return (self.named, self.reverts)

    @property
    def mends(self) -> bool:
        """Whether it is a revert or a hotfix."""
        return self.event.reverts is not None or self.event.hotfix is True


@dataclass(slots=True, eq=False)
class IncidentRow:
    """An incident that was not cancelled. `services` are the team's; none where it names only the team."""

    event: Incident
    key: str
    known_at: float
    latest: float
    services: tuple[str, ...]
    started_at: float | None
    opened_at: float | None
    detected_at: float | None
    acknowledged_at: float | None
    mitigated_at: float | None
    resolved_at: float | None
    named: Reference[DeploymentRow] = NOTHING

    @property
    def refers(self) -> bool:
        """Whether it names its cause, resolved or not."""
        return self.event.deployment is not None

    @property
    def references(self) -> tuple[Reference[Named], ...]:
        return (self.named,)


@dataclass(slots=True, eq=False)
class RunRow:
    """A run of continuous integration."""

    event: PipelineRun
    key: str
    known_at: float
    latest: float
    begun_at: float


def seconds(at: datetime) -> float:
    """The same as `at.timestamp()`, several times as fast."""
    return (at - _EPOCH).total_seconds()


def _seconds(at: datetime | None) -> float | None:
    """A time as POSIX seconds, where it is known."""
    return None if at is None else (at - _EPOCH).total_seconds()


def deployment_row(event: Deployment) -> DeploymentRow:
    started, finished, judged = _seconds(event.started_at), _seconds(event.finished_at), _seconds(event.failed_at)
    over = finished is not None and event.status != "running"
    finish = finished if finished is not None and over else inf
    gates = tuple((seconds(wait.started_at), _seconds(wait.ended_at)) for wait in event.gate_waits)
    return DeploymentRow(
        event=event,
        key=event.key,
        service=event.service,
        known_at=finish if over else _first(started, finished),
        latest=_latest(started, finished, judged, *(at for wait in gates for at in wait)),
        started_at=started,
        finished_at=finish,
        judged_at=inf if event.failed is None else (finish if judged is None else judged),
        production=event.environment == "production",
        successful=over and event.status == "success" and event.environment == "production",
        gates=gates,
    )


def change_row(event: Change, services: tuple[str, ...]) -> ChangeRow:
    merged = seconds(event.merged_at)
    first, opened = _seconds(event.first_commit_at), _seconds(event.opened_at)
    review, approved = _seconds(event.first_review_at), _seconds(event.approved_at)
    merge_sha = () if event.merge_sha is None else (event.merge_sha,)
    return ChangeRow(
        event=event,
        key=event.key,
        known_at=merged,
        latest=_latest(merged, first, opened, review, approved),
        services=services,
        first_commit_at=first,
        opened_at=opened,
        first_review_at=review,
        approved_at=approved,
        shas=(*merge_sha, *(event.commits or ())),
    )


def incident_row(event: Incident, services: tuple[str, ...]) -> IncidentRow:
    started, opened, detected = _seconds(event.started_at), _seconds(event.opened_at), _seconds(event.detected_at)
    acknowledged = _seconds(event.acknowledged_at)
    mitigated, resolved = _seconds(event.mitigated_at), _seconds(event.resolved_at)
    return IncidentRow(
        event=event,
        key=event.key,
        known_at=_first(detected, started, opened),
        latest=_latest(started, opened, detected, acknowledged, mitigated, resolved),
        services=services,
        started_at=started,
        opened_at=opened,
        detected_at=detected,
        acknowledged_at=acknowledged,
        mitigated_at=mitigated,
        resolved_at=resolved,
    )


def run_row(event: PipelineRun) -> RunRow:
    queued, started, finished = _seconds(event.queued_at), _seconds(event.started_at), seconds(event.finished_at)
    return RunRow(event, event.key, finished, _latest(queued, started, finished), _first(started, queued, finished))


Row = TypeVar("Row", DeploymentRow, ChangeRow, IncidentRow, RunRow)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By the time at which they were known; the key decides between equals, never the order of arrival."""
    return sorted(rows, key=attrgetter("known_at", "key"))


def _first(*times: float | None) -> float:
    return next(at for at in times if at is not None)


def _latest(*times: float | None) -> float:
    latest = -inf
    for at in times:
        if at is not None and at > latest:
            latest = at
    return latest
