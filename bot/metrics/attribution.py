"""What happened: a team's events with what caused what, as it was known at an instant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from bot.calendar import WEEK
from bot.metrics.causes import Course, courses
from bot.metrics.change_facts import change_fact
from bot.metrics.facts import DeploymentFact, Facts, IncidentFact, TeamEvents
from bot.metrics.failures import Failed, failed_deployments
from bot.metrics.known import deployment_at, incident_at, run_at
from bot.metrics.look import Look
from bot.metrics.recoveries import recoveries
from bot.metrics.rows import DeploymentRow
from bot.metrics.team_deployments import team_deployments
from bot.metrics.timeline import Timeline, timeline
from bot.metrics.visibility import SIGHT_WEEKS
from bot.teams import Team


def attribute(events: TeamEvents, team: Team, as_of: float) -> Facts:
    """All that was known of the team at an instant, attributed."""
    return facts_at(timeline(events, team), as_of)


def facts_at(rows: Timeline, as_of: float) -> Facts:
    """The same of a timeline; many instants can be asked of the same rows, in any order."""
    look = Look(rows, as_of)
    incidents = courses(look)
    failed = failed_deployments(look, incidents)
    with_incident = {incident.cause for incident in incidents}
    made = _Deployments(look, failed, with_incident)
    deployments = tuple(made.fact(row) for row in rows.deployments[: bisect_left(rows.finishes, as_of)])
    referring = [row for row in rows.referring if row.known_at < as_of]
    return Facts(
        as_of=as_of,
        deployments=deployments,
        team_deployments=team_deployments(deployments),
        changes=tuple(change_fact(look, row) for row in rows.changes[: bisect_left(rows.merges, as_of)]),
        incidents=tuple(_incident_fact(look, incident) for incident in incidents),
        recoveries=recoveries(look, incidents, failed),
        pipeline_runs=tuple(run_at(row, as_of) for row in rows.runs if row.known_at < as_of),
        slo_windows=tuple(window for end, window in rows.slo_windows if end <= as_of),
        definitions=tuple(definition for at, definition in rows.definitions if at < as_of),
        ambiguous=tuple(row.key for row in referring if any(each.ambiguous(as_of) for each in row.references)),
        unresolved=tuple(row.key for row in referring if any(each.unresolved(as_of) for each in row.references)),
        first_deployment_at=rows.first_deployment_before(as_of),
        signs=tuple(at for at in rows.signs if as_of - SIGHT_WEEKS * WEEK <= at < as_of),
    )


@dataclass(slots=True, eq=False)
class _Deployments:
    """Deployments as facts; one that did not fail is made once for all looks after which nothing can alter it."""

    look: Look
    failed: Mapping[DeploymentRow, Failed]
    with_incident: set[DeploymentRow | None]

    def fact(self, row: DeploymentRow) -> DeploymentFact:
        if row in self.failed:
            return self._fact(row)
        if row.sound is not None and row.told_at < self.look.as_of:
            return row.sound
        made, told_at = self._fact(row), _told_at(row)
        if told_at < self.look.as_of:
            row.sound, row.told_at = made, told_at
        return made

    def _fact(self, row: DeploymentRow) -> DeploymentFact:
        failed = self.failed.get(row)
        mended_by = None if failed is None or row in self.with_incident else failed.mended_by
        return DeploymentFact(
            event=deployment_at(row, self.look.as_of),
            key=row.key,
            service=row.service,
            started_at=row.started_at,
            finished_at=row.finished_at,
            successful=row.successful,
            planned=self.look.planned(row),
            failure=None if failed is None else failed.failure,
            mended_by=None if mended_by is None else mended_by.key,
            changes=tuple(change.key for change in self.look.brought(row)),
        )


def _told_at(row: DeploymentRow) -> float:
    """When the last was known of what its fact rests on, but for its failure."""
    return max([row.latest, *[max(change.merged_at, change.settled_at) for change in row.candidates]])


def _incident_fact(look: Look, incident: Course) -> IncidentFact:
    return IncidentFact(
        event=incident_at(incident.row, look.as_of),
        key=incident.row.key,
        started_at=incident.started_at,
        ended_at=incident.ended_at,
        open=incident.open,
        cause=None if incident.cause is None else incident.cause.key,
        cause_inferred=incident.inferred,
        remediation=incident.remediations[-1].key if incident.remediations else None,
        stale=incident.stale,
    )
