"""Which share of deployments was made to mend something; beside the five, without a level."""

from __future__ import annotations

from collections.abc import Sequence

from bot.calendar import Window
from bot.metrics.facts import Facts, TeamDeployment
from bot.metrics.measure import ReworkRate, Unknown
from bot.metrics.spans import first_deployment, window_directly_before
from bot.metrics.unknowns import Reason
from bot.teams import Team


def measure(facts: Facts, window: Window, team: Team) -> ReworkRate:
    """Remediation of all successful team deployments; `events` are the remediations."""
    counted = facts.released(window)
    value = _share(counted)
    before = window_directly_before(facts, window, team.zone)
    return ReworkRate(
        window=window,
        value=value,
        n=len(counted),
        previous=None if before is None else _share(facts.released(before)),
        why_unknown=None if value is not None else _why_unknown(facts, window),
        events=tuple(key for each in counted if not each.planned for key in each.keys),
    )


def _share(deployments: Sequence[TeamDeployment]) -> float | None:
    return sum(not each.planned for each in deployments) / len(deployments) if deployments else None


def _why_unknown(facts: Facts, window: Window) -> Unknown:
    if first_deployment(facts) is None:
        return Unknown(Reason.NO_DEPLOYMENTS)
    return Unknown(Reason.NONE_DEPLOYED, {"days": window.days})
