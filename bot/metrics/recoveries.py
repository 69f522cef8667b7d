"""Recovery from each change-caused failure, and where its time went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf

from bot.metrics.causes import Course
from bot.metrics.facts import RecoveryFact
from bot.metrics.failures import Failed
from bot.metrics.known import known
from bot.metrics.lead_stages import cut
from bot.metrics.look import Look
from bot.metrics.rows import DeploymentRow


def recoveries(
    look: Look, incidents: Iterable[Course], failed: Mapping[DeploymentRow, Failed], since: float = -inf
) -> tuple[RecoveryFact, ...]:
    """Those that ended, or began without a known end, from `since` on, and those still open; by end, open ones last."""
    attributed = [incident for incident in incidents if incident.cause is not None]
    with_incident = {incident.cause for incident in attributed}
    of_incidents = (
        _of_incident(look, incident) for incident in attributed if incident.counted_at >= since or incident.open
    )
    of_deployments = (_of_deployment(row, each.mended_by) for row, each in failed.items() if row not in with_incident)
    found = [*of_incidents, *(each for each in of_deployments if _when(each) >= since)]
    return tuple(sorted(found, key=lambda each: (each.open, _when(each), each.key)))


def _of_incident(look: Look, incident: Course) -> RecoveryFact:
    assert incident.cause is not None  # noqa: S101  only attributed ones are asked
    end = look.as_of if incident.open else incident.ended_at
    return RecoveryFact(
        deployment=incident.cause.key,
        incident=incident.row.key,
        started_at=incident.started_at,
        ended_at=incident.ended_at,
        open=incident.open,
        seconds=None if end is None else end - incident.started_at,
        stages=recovery_stages(incident, look.as_of),
        service=incident.cause.service,
    )


def _of_deployment(row: DeploymentRow, mended_by: DeploymentRow | None) -> RecoveryFact:
    """Without an incident: from the finish of the failed one to the finish of the one that mended it."""
    ended_at = None if mended_by is None else mended_by.finished_at
    return RecoveryFact(
        deployment=row.key,
        incident=None,
        started_at=row.finished_at,
        ended_at=ended_at,
        open=False,
        seconds=None if ended_at is None else ended_at - row.finished_at,
        service=row.service,
    )


def recovery_stages(incident: Course, as_of: float) -> dict[str, float]:
    """Seconds by stage of an incident that ended; a stage of which an end is not known is left out."""
    if incident.ended_at is None:
        return {}
    return dict(_stages(incident, incident.ended_at, as_of))


def _stages(incident: Course, end: float, as_of: float) -> Iterator[tuple[str, float]]:
    row = incident.row
    start = known(row.started_at, as_of)
    detected, acknowledged = known(row.detected_at, as_of), known(row.acknowledged_at, as_of)
    detected = None if detected is None else cut(detected, incident.started_at, end)
    if start is not None and detected is not None:
        yield "detect", detected - incident.started_at
    if acknowledged is None:
        return
    acknowledged = cut(acknowledged, incident.started_at if detected is None else detected, end)
    if detected is not None:
        yield "acknowledge", acknowledged - detected
    fix = next((each for each in reversed(incident.remediations) if each.finished_at >= acknowledged), None)
    if fix is None or fix.started_at is None:
        yield "repair", end - acknowledged
        return
    begun = cut(fix.started_at, acknowledged, end)
    yield "repair", begun - acknowledged
    yield "fix_deploy", end - begun


def _when(recovery: RecoveryFact) -> float:
    at = recovery.started_at if recovery.ended_at is None else recovery.ended_at
    assert at is not None  # noqa: S101  every recovery made here has a start
    return at
