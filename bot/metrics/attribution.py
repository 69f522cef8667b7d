"""What happened: a team's events with what caused what, as it was known at an instant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from bot.calendar import WEEK
from bot.metrics.causes import Course, courses
from bot.metrics.change_facts import change_fact
from bot.metrics.facts import DeploymentFact, Facts, IncidentFact, TeamEvents
from bot.metrics.failures import Failed, failed_deployments
from bot.metrics.known import deployment_at, incident_at, run_at
from bot.metrics.look import Look
from bot.metrics.recoveries import recoveries
from bot.metrics.rows import ChangeRow, DeploymentRow
from bot.metrics.team_deployments import TOGETHER, team_deployments
from bot.metrics.timeline import Timeline, timeline
from bot.metrics.visibility import SIGHT_WEEKS
from bot.teams import Team

# What a level looks at.
REPLAY_WEEKS = 26


def attribute(events: TeamEvents, team: Team, as_of: float) -> Facts:
    """All that was known of the team at an instant, attributed."""
    return facts_at(timeline(events, team), as_of)


def facts_at(rows: Timeline, as_of: float, since: float = -inf, *, changes: bool = True) -> Facts:
    """The facts at an instant, of what finished, merged, was delivered or ended from `since` on; changes if asked for.

    From `since` on they are those of the whole history: whatever lies before and reaches into that time
    (a link, a redeployed version, an open incident, a deployment that is mended late) is looked up, not cut off.
    Incidents are given whole. Many instants can be asked of the same rows, in any order.
    """
    look = Look(rows, as_of)
    incidents = courses(look)
    failed = failed_deployments(look, incidents)
    with_incident = {incident.cause for incident in incidents}
    made = _Deployments(look, failed, with_incident)
    chosen = _deployments(rows, since, as_of)
    deployments = tuple(made.fact(row) for row in chosen)
    merged = _changes(look, chosen, since) if changes else ()
    referring = [row for row in rows.referring if since <= row.known_at < as_of]
    return Facts(
        as_of=as_of,
        deployments=deployments,
        team_deployments=team_deployments(deployments),
        changes=tuple(change_fact(look, row, made.fact) for row in merged),
        incidents=tuple(_incident_fact(look, incident) for incident in incidents),
        recoveries=recoveries(look, incidents, failed, since),
        pipeline_runs=tuple(run_at(row, as_of) for row in rows.runs if since <= row.known_at < as_of),
        slo_windows=tuple(window for end, window in rows.slo_windows if since <= end <= as_of),
        definitions=tuple(definition for at, definition in rows.definitions if at < as_of),
        ambiguous=tuple(row.key for row in referring if any(each.ambiguous(as_of) for each in row.references)),
        unresolved=tuple(row.key for row in referring if any(each.unresolved(as_of) for each in row.references)),
        first_deployment_at=next((at for at in rows.everywhere.finishes[:1] if at < as_of), None),
        signs=tuple(at for at in rows.signs if as_of - SIGHT_WEEKS * WEEK <= at < as_of),
    )


@dataclass(slots=True, eq=False)
class _Deployments:
    """Deployments as facts, each made once."""

    look: Look
    failed: Mapping[DeploymentRow, Failed]
    with_incident: set[DeploymentRow | None]
    made: dict[DeploymentRow, DeploymentFact] = field(default_factory=dict[DeploymentRow, DeploymentFact])

    def fact(self, row: DeploymentRow) -> DeploymentFact:
        known = self.made.get(row)
        if known is None:
            known = self.made[row] = self._fact(row)
        return known

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


def _deployments(rows: Timeline, since: float, as_of: float) -> list[DeploymentRow]:
    """Those that finished in time, and before them what may be one release with the first of them."""
    finishes = rows.finishes
    first, last = bisect_left(finishes, since), bisect_left(finishes, as_of)
    while 0 < first < len(finishes) and finishes[first] - finishes[first - 1] <= TOGETHER:
        first -= 1
    return rows.deployments[first:last]


def _changes(look: Look, deployments: list[DeploymentRow], since: float) -> list[ChangeRow]:
    """Those that merged in time, and those of earlier that a deployment of that time brought."""
    changes, merges = look.timeline.changes, look.timeline.merges
    merged = changes[bisect_left(merges, since) : bisect_left(merges, look.as_of)]
    earlier = {
        change: None
        for row in deployments
        for change in row.candidates
        if change.merged_at < since and look.delivery(change).by is row
    }
    return [*sorted(earlier, key=lambda change: (change.merged_at, change.key)), *merged]


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
