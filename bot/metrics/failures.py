"""Which deployments failed, what says so, and which deployment mended them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.calendar import DAY, HOUR
from bot.metrics.causes import Course, Ongoing
from bot.metrics.facts import Failure, FailureReason
from bot.metrics.look import Look
from bot.metrics.rows import DeploymentRow

# How long after a deployment a revert of what it brought still says that it failed.
REVERT_REACH = 14 * DAY

_TRUST = {reason: rank for rank, reason in enumerate(FailureReason)}


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that says that a deployment failed; `mended_by` where it also tells what mended it."""

    blamed: DeploymentRow
    reason: FailureReason
    known_at: float
    evidence: str
    inferred: bool = False
    mended_by: DeploymentRow | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A failed deployment: a failure at most, whatever the number of signs."""

    failure: Failure
    mended_by: DeploymentRow | None


def failed_deployments(look: Look, incidents: list[Course]) -> dict[DeploymentRow, Failed]:
    """Those that can fail and of which something says that they did."""
    by_deployment: defaultdict[DeploymentRow, list[Sign]] = defaultdict(list)
    for sign in _signs(look, incidents):
        if look.can_fail(sign.blamed):
            by_deployment[sign.blamed].append(sign)
    return {deployment: _failed(deployment, signs) for deployment, signs in by_deployment.items()}


def _failed(deployment: DeploymentRow, signs: list[Sign]) -> Failed:
    """The most trusted sign is its reason, explicit before inferred; every sign is evidence."""
    best = min(signs, key=lambda sign: (sign.inferred, _TRUST[sign.reason], sign.known_at, sign.evidence))
    in_time = sorted(signs, key=lambda sign: (sign.known_at, sign.evidence))
    evidence = tuple(dict.fromkeys(sign.evidence for sign in in_time))
    mended = [sign.mended_by for sign in signs if sign.mended_by is not None]
    after = [row for row in mended if row.finished_at >= deployment.finished_at]
    return Failed(
        Failure(best.reason, best.inferred, best.known_at, evidence),
        min(after, key=lambda row: (row.finished_at, row.key), default=None),
    )


def _signs(look: Look, incidents: list[Course]) -> Iterator[Sign]:
    yield from _verdicts(look)
    for incident in incidents:
        if incident.cause is not None:
            row = incident.row
            yield Sign(incident.cause, FailureReason.INCIDENT, row.known_at, row.key, incident.inferred)
    ongoing = Ongoing(incidents)
    for remedy in look.timeline.remedies:
        if remedy.finished_at < look.as_of:
            yield from _blamed_by(look, remedy, ongoing)
    yield from _reverted(look)


def _verdicts(look: Look) -> Iterator[Sign]:
    for row in look.timeline.judged:
        if row.verdict(look.as_of):
            yield Sign(row, FailureReason.VERDICT, row.judged_at, row.key)


def _blamed_by(look: Look, remedy: DeploymentRow, ongoing: Ongoing) -> Iterator[Sign]:
    """By reference; without one, whom an unplanned deployment or an earlier version that came back points at."""
    for reference, reason in (
        (remedy.rollback_of, FailureReason.ROLLBACK),
        (remedy.fixes, FailureReason.FIX),
    ):
        named = reference.target(look.as_of)
        if named is not None:
            yield _sign(named, reason, remedy)
    if remedy.refers or (remedy.event.unplanned and _mends_an_incident(remedy, ongoing)):
        return
    if remedy.rollback and remedy.before is not None:
        yield _sign(remedy.before, FailureReason.REDEPLOYMENT, remedy, inferred=True)
    if remedy.event.unplanned:
        latest = _latest_planned_before(look, remedy)
        if latest is not None:
            yield _sign(latest, FailureReason.UNPLANNED, remedy, inferred=True)


def _sign(blamed: DeploymentRow, reason: FailureReason, remedy: DeploymentRow, *, inferred: bool = False) -> Sign:
    return Sign(blamed, reason, remedy.finished_at, remedy.key, inferred, mended_by=remedy)


def _mends_an_incident(remedy: DeploymentRow, ongoing: Ongoing) -> bool:
    """Whether it finished during an incident of its service: then it mends that one and blames nothing else."""
    return any(
        not incident.row.services or remedy.service in incident.row.services
        for incident in ongoing.at(remedy.finished_at)
    )


def _latest_planned_before(look: Look, remedy: DeploymentRow) -> DeploymentRow | None:
    reach = look.timeline.team.attribution_hours * HOUR
    earlier = look.timeline.services[remedy.service].newest_within(reach, remedy.finished_at)
    return next((row for row in earlier if row is not remedy and look.planned(row)), None)


def _reverted(look: Look) -> Iterator[Sign]:
    """What a deployment brought was reverted within 14 days; the deployment of the revert mended it.

    A revert that the same deployment brought came before any user saw the change: nothing failed.
    """
    for revert in look.timeline.reverts:
        undone = revert.reverts.target(look.as_of) if revert.merged_at < look.as_of else None
        if undone is None:
            continue
        for row in look.delivery(undone).brought:
            if row.finished_at <= revert.merged_at <= row.finished_at + REVERT_REACH:
                mended_by = look.delivery(revert).of(row.services)
                if mended_by is row:
                    continue
                yield Sign(row, FailureReason.REVERT, revert.merged_at, revert.key, mended_by=mended_by)
