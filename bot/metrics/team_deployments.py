"""One release of a team: its deployments of one sha to several services within ten minutes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from bot.metrics.facts import DeploymentFact, TeamDeployment

# From the finish of the first part to that of any other.
TOGETHER = 600.0


class Part(Protocol):
    """A deployment of one service, as far as it matters to what it is a part of."""

    @property
    def sha(self) -> str | None: ...
    @property
    def service(self) -> str: ...
    @property
    def finished_at(self) -> float: ...
    @property
    def planned(self) -> bool: ...


SomePart = TypeVar("SomePart", bound=Part)


def team_deployments(deployments: Iterable[DeploymentFact]) -> tuple[TeamDeployment, ...]:
    """The successful ones, given by finish."""
    releases = together(part for part in deployments if part.successful)
    return tuple(TeamDeployment(tuple(parts), parts[0].finished_at, parts[0].planned) for parts in releases)


def together(deployments: Iterable[SomePart]) -> list[list[SomePart]]:
    """Those that are one, given by finish. Planned ones and remediation are apart; without a sha each is its own."""
    groups: list[list[SomePart]] = []
    newest: dict[tuple[str, bool], list[SomePart]] = {}
    for part in deployments:
        sha = part.sha
        group = None if sha is None else newest.get((sha, part.planned))
        if group is not None and _belongs(part, group):
            group.append(part)
            continue
        groups.append([part])
        if sha is not None:
            newest[sha, part.planned] = groups[-1]
    return groups


def _belongs(part: SomePart, group: list[SomePart]) -> bool:
    in_time = part.finished_at - group[0].finished_at <= TOGETHER
    return in_time and all(part.service != other.service for other in group)
