"""The successful production deployments of one service, or of a whole team, in order of their finish."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

from bot.metrics.rows import DeploymentRow


@dataclass(slots=True, eq=False)
class Rollouts:
    """`first_with` names the first deployment that held a sha; `commits_listed_from` when one first listed its own."""

    rows: list[DeploymentRow]
    finishes: list[float] = field(init=False)
    first_with: dict[str, DeploymentRow] = field(default_factory=dict[str, DeploymentRow])
    commits_listed_from: float = inf

    def __post_init__(self) -> None:
        self.finishes = [row.finished_at for row in self.rows]

    def finished_within(self, start: float, end: float) -> list[DeploymentRow]:
        """Those that finished from `start` to `end`, both included."""
        return self.rows[bisect_left(self.finishes, start) : bisect_right(self.finishes, end)]

    def newest_within(self, seconds: float, at: float) -> Iterator[DeploymentRow]:
        """Those that finished at most so many seconds before an instant, the newest first."""
        last = bisect_right(self.finishes, at)
        first = bisect_left(self.finishes, at - seconds)
        return (self.rows[index] for index in range(last - 1, first - 1, -1))

    def first_begun_from(self, at: float) -> DeploymentRow | None:
        """The first, rollbacks apart, whose rollout began at or after an instant."""
        for index in range(bisect_left(self.finishes, at), len(self.rows)):
            row = self.rows[index]
            if row.begun_at >= at and not row.rollback:
                return row
        return None


def rollouts(rows: Iterable[DeploymentRow]) -> Rollouts:
    """Of one service, with what went out before: `rows` in order of their finish, of any status."""
    known = list(rows)
    service = Rollouts([row for row in known if row.successful])
    service.commits_listed_from = min((row.finished_at for row in known if row.event.commits is not None), default=inf)
    _tell_redeployments(service.rows)
    for row in service.rows:
        for sha in (row.event.sha, *(row.event.commits or ())):
            if sha is not None:
                service.first_with.setdefault(sha, row)
    return service


def _tell_redeployments(rows: list[DeploymentRow]) -> None:
    """Marks what brings back a sha or version of earlier.

    The same one back to back is a repeat, and no more a rollback than what it repeats.
    """
    shas: set[str] = set()
    versions: set[str] = set()
    versions_without_sha: set[str] = set()
    before: DeploymentRow | None = None
    for row in rows:
        sha, version = row.event.sha, row.event.version
        earlier = sha in shas or version in (versions if sha is None else versions_without_sha)
        row.before = before
        if before is not None:
            row.redeploys = before.rollback if _same(before, row) else earlier
        if sha is not None:
            shas.add(sha)
        if version is not None:
            versions.add(version)
            if sha is None:
                versions_without_sha.add(version)
        before = row


def _same(one: DeploymentRow, other: DeploymentRow) -> bool:
    """Whether two deployments brought the same; versions are compared where a sha is missing."""
    if one.event.sha is not None and other.event.sha is not None:
        return one.event.sha == other.event.sha
    return one.event.version is not None and one.event.version == other.event.version
