"""One release of a team: its deployments of one sha to several services within ten minutes."""

from __future__ import annotations

from collections.abc import Iterable

from bot.metrics.facts import DeploymentFact, TeamDeployment

# From the finish of the first part to that of any other.
TOGETHER = 600.0


def team_deployments(deployments: Iterable[DeploymentFact]) -> tuple[TeamDeployment, ...]:
    """The successful ones, given by finish. Planned ones and remediation are apart; without a sha each is its own."""
    groups: list[list[DeploymentFact]] = []
    newest: dict[tuple[str, bool], list[DeploymentFact]] = {}
    for part in deployments:
        if not part.successful:
            continue
        sha = part.event.sha
        group = None if sha is None else newest.get((sha, part.planned))
        if group is not None and _belongs(part, group):
            group.append(part)
            continue
        groups.append([part])
        if sha is not None:
            newest[sha, part.planned] = groups[-1]
    return tuple(TeamDeployment(tuple(group), group[0].finished_at, group[0].planned) for group in groups)


def _belongs(part: DeploymentFact, group: list[DeploymentFact]) -> bool:
    in_time = part.finished_at - group[0].finished_at <= TOGETHER
    return in_time and all(part.service != other.service for other in group)
