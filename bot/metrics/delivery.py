"""Which deployment first brought a change to production."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import NamedTuple

from bot.metrics.rollouts import Rollouts
from bot.metrics.rows import ChangeRow, DeploymentRow


class Delivery(NamedTuple):
    """`by` was the first; `brought` are the first of each service. `inferred`: only time says so."""

    by: DeploymentRow | None = None
    inferred: bool = False
    brought: tuple[DeploymentRow, ...] = ()

    def of(self, services: tuple[str, ...]) -> DeploymentRow | None:
        """The deployment that brought it to one of the services, else the first that brought it anywhere."""
        return next((row for row in self.brought if row.service in services), self.by)


UNDELIVERED = Delivery()


def find_candidates(changes: Iterable[ChangeRow], services: Mapping[str, Rollouts]) -> None:
    """Notes on every change, and on the deployment, who may have delivered it, whatever is known when."""
    for change in changes:
        own = [services[service] for service in change.services if service in services]
        change.by_sha = _earliest_first([_first_holding(change, service) for service in own])
        if change.event.deployment is None:
            change.by_time = _earliest_first([_first_after(change, service) for service in own])
        candidates = dict.fromkeys((*change.named.candidates, *change.by_sha, *change.by_time))
        change.settled_at = _settled_at(candidates, change.by_time, services)
        mends = change.mends
        for row in candidates:
            row.candidates.append(change)
            row.may_mend = row.may_mend or mends


def _settled_at(
    candidates: Iterable[DeploymentRow], by_time: Iterable[DeploymentRow], services: Mapping[str, Rollouts]
) -> float:
    """When the last of what may decide about a delivery was known."""
    told = [row.known_at for row in candidates]
    listed = [at for row in by_time if (at := services[row.service].commits_listed_from) < inf]
    return max(told + listed, default=-inf)


def deliver(change: ChangeRow, services: Mapping[str, Rollouts], as_of: float) -> Delivery:
    """By its own word, else by a sha, else by time where the service never lists commits; as known then."""
    named = change.named.target(as_of) if change.named.given else None
    told = (named,) if named is not None and named.reached_users(as_of) else ()
    by_sha = [row for row in change.by_sha if row.finished_at < as_of]
    by_time = [row for row in change.by_time if row.finished_at < as_of <= services[row.service].commits_listed_from]
    found = (*told, *by_sha, *by_time)
    if not found:
        return UNDELIVERED
    brought = {row.service: row for row in reversed(found)}
    return Delivery(found[0], inferred=not told and not by_sha, brought=tuple(brought.values()))


def _first_holding(change: ChangeRow, service: Rollouts) -> DeploymentRow | None:
    holding = [service.first_with[sha] for sha in change.shas if sha in service.first_with]
    return min(holding, key=_finish) if len(holding) > 1 else holding[0] if holding else None


def _first_after(change: ChangeRow, service: Rollouts) -> DeploymentRow | None:
    """None where it is told by the commits that the service lists by then."""
    if change.merged_at >= service.commits_listed_from:
        return None
    row = service.first_begun_from(change.merged_at)
    return None if row is None or row.finished_at >= service.commits_listed_from else row


def _earliest_first(rows: Iterable[DeploymentRow | None]) -> tuple[DeploymentRow, ...]:
    found = [row for row in rows if row is not None]
    if len(found) > 1:
        found.sort(key=_finish)
    return tuple(found)


def _finish(row: DeploymentRow) -> tuple[float, str]:
    return (row.finished_at, row.key)
