"""A team's events as rows, in order and indexed; the same for every instant at which one looks at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeVar

from bot.events import Definition, SloWindow
from bot.metrics.delivery import Delivery, find_candidates
from bot.metrics.facts import TeamEvents
from bot.metrics.references import Directory, Reference
from bot.metrics.rollouts import Rollouts, rollouts
from bot.metrics.rows import (
    ChangeRow,
    DeploymentRow,
    IncidentRow,
    RunRow,
    change_row,
    deployment_row,
    in_order,
    incident_row,
    run_row,
    seconds,
)
from bot.teams import Team

Owned = Callable[[tuple[str, ...]], tuple[str, ...]]
Row = DeploymentRow | ChangeRow | IncidentRow
Told = TypeVar("Told", SloWindow, Definition)


@dataclass(eq=False)
class Timeline:
    """`deployments` are those to production that finished, whatever their status."""

    team: Team
    deployments: list[DeploymentRow]
    changes: list[ChangeRow]
    incidents: list[IncidentRow]
    runs: list[RunRow]
    slo_windows: list[tuple[float, SloWindow]]  # by end
    definitions: list[tuple[float, Definition]]
    services: dict[str, Rollouts]
    everywhere: Rollouts  # of all services
    runs_of: dict[str, list[RunRow]]  # by sha
    finishes: list[float] = field(init=False)  # of the deployments
    merges: list[float] = field(init=False)  # of the changes
    reverts: list[ChangeRow] = field(default_factory=list[ChangeRow])
    reverts_naming: dict[str, list[ChangeRow]] = field(default_factory=dict[str, list[ChangeRow]])  # by issue
    remedies: list[DeploymentRow] = field(default_factory=list[DeploymentRow])  # what may blame another one
    referring: list[Row] = field(default_factory=list[Row])  # whatever names another event
    judged: list[DeploymentRow] = field(default_factory=list[DeploymentRow])  # with a verdict
    settled: dict[ChangeRow, Delivery] = field(default_factory=dict[ChangeRow, Delivery])  # found by earlier looks
    signs: list[float] = field(default_factory=list[float])  # when each sign of a failure was first known

    def __post_init__(self) -> None:
        self.finishes = [row.finished_at for row in self.deployments]
        self.merges = [row.known_at for row in self.changes]

    @cached_property
    def holding(self) -> dict[str, list[ChangeRow]]:
        """The changes by each of their shas; few teams' events ask for it."""
        holding: defaultdict[str, list[ChangeRow]] = defaultdict(list)
        for change in self.changes:
            for sha in dict.fromkeys(change.shas):
                holding[sha].append(change)
        return dict(holding)

    def first_deployment_before(self, at: float) -> float | None:
        """The finish of the team's first successful deployment, if it had come by an instant."""
        return next((finish for finish in self.everywhere.finishes[:1] if finish < at), None)

    def rollouts_of(self, services: tuple[str, ...]) -> list[Rollouts]:
        """The rollouts of some services; of all where none is named."""
        if not services:
            return [self.everywhere]
        return [self.services[service] for service in services if service in self.services]


def timeline(events: TeamEvents, team: Team) -> Timeline:
    """The rows of what the team owns; anything else in `events` is left out."""
    owned = _owned_by(team)
    everything = in_order(deployment_row(each) for each in events.deployments if owned(each.all_services))
    deployments = [row for row in everything if row.production and row.finished_at == row.known_at]
    changes = in_order(change_row(each, services) for each in events.changes if (services := owned(each.all_services)))
    incidents = in_order(
        incident_row(each, owned(each.all_services))
        for each in events.incidents
        if each.status != "cancelled"
        and (owned(each.all_services) or (each.team is not None and team.answers_to(each.team)))
    )
    runs = in_order(run_row(each) for each in events.pipeline_runs if owned(each.all_services))
    services = {service: rollouts(rows) for service, rows in _grouped(deployments).items()}
    made = Timeline(
        team=team,
        deployments=deployments,
        changes=changes,
        incidents=incidents,
        runs=runs,
        slo_windows=_by_time(
            (seconds(each.window_end), each) for each in events.slo_windows if owned(each.all_services)
        ),
        definitions=_by_time(
            (seconds(each.at), each) for each in events.definitions if each.service is None or owned((each.service,))
        ),
        services=services,
        everywhere=_everywhere(deployments, services.values()),
        runs_of=_runs_by_sha(runs),
    )
    _refer(made, everything)
    find_candidates(changes, services)
    _tell_remedies(made)
    return made


def _refer(made: Timeline, deployments: list[DeploymentRow]) -> None:
    """Looks up what each event refers to. A reference may point at any deployment, also at one that failed."""
    directory = Directory("deployment", deployments)
    rows: list[Row] = [*made.deployments, *made.changes, *made.incidents]
    made.referring = [row for row in rows if row.refers]
    for row in made.referring:
        event = row.event
        if isinstance(row, DeploymentRow):
            row.rollback_of = directory.look_up(row.event.rollback_of, event.source, row.services, apart_from=row.key)
            row.fixes = directory.look_up(row.event.fixes, event.source, row.services, apart_from=row.key)
        else:
            row.named = directory.look_up(row.event.deployment, event.source, row.services)
    _refer_reverts(made)


def _refer_reverts(made: Timeline) -> None:
    """A revert names the change that it undoes by reference, or by a sha of it: the merge's before any other."""
    naming: defaultdict[str, list[ChangeRow]] = defaultdict(list)
    directory = Directory("change", made.changes)
    for change in made.changes:
        text = change.event.reverts
        if text is None:
            continue
        found = directory.look_up(text, change.event.source, change.services, apart_from=change.key)
        change.reverts = found if found.candidates else (_by_sha(change, text, made.holding) or found)
        made.reverts.append(change)
        for issue in change.event.issues or ():
            naming[issue].append(change)
    made.reverts_naming = dict(naming)


def _by_sha(revert: ChangeRow, sha: str, changes: dict[str, list[ChangeRow]]) -> Reference[ChangeRow] | None:
    others = tuple(change for change in changes.get(sha, ()) if change is not revert)
    merges = tuple(change for change in others if change.event.merge_sha == sha)
    return Reference(others=merges or others) if others else None


def _tell_remedies(made: Timeline) -> None:
    """Gathers the few events that say something about another one, and the instants at which a failure showed."""
    for row in made.deployments:
        event = row.event
        if row.successful and (row.refers or row.redeploys or event.unplanned):
            made.remedies.append(row)
        if row.successful and (row.rollback or event.fixes is not None or event.unplanned):
            made.signs.append(row.finished_at)
        elif event.failed is not None:
            made.signs.append(row.judged_at)
        if event.failed is not None:
            made.judged.append(row)
    made.signs.extend(change.merged_at for change in made.changes if change.mends)
    made.signs.sort()


def _owned_by(team: Team) -> Owned:
    """Which of some services are the team's, each combination worked out once; a pattern meets each service once."""
    owns = cache(team.owns)

    @cache
    def owned(services: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(service for service in services if owns(service))

    return owned


def _everywhere(deployments: list[DeploymentRow], services: Iterable[Rollouts]) -> Rollouts:
    """All services as one: whoever held a sha first, in whichever of them."""
    everywhere = Rollouts([row for row in deployments if row.successful])
    for service in services:
        for sha, row in service.first_with.items():
            first = everywhere.first_with.setdefault(sha, row)
            if (row.finished_at, row.key) < (first.finished_at, first.key):
                everywhere.first_with[sha] = row
    return everywhere


def _by_time(timed: Iterable[tuple[float, Told]]) -> list[tuple[float, Told]]:
    return sorted(timed, key=lambda each: (each[0], each[1].key))


def _grouped(deployments: list[DeploymentRow]) -> dict[str, list[DeploymentRow]]:
    grouped: defaultdict[str, list[DeploymentRow]] = defaultdict(list)
    for row in deployments:
        grouped[row.service].append(row)
    return dict(grouped)


def _runs_by_sha(runs: list[RunRow]) -> dict[str, list[RunRow]]:
    grouped: defaultdict[str, list[RunRow]] = defaultdict(list)
    for run in runs:
        grouped[run.event.sha].append(run)
    return dict(grouped)
