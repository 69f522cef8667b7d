"""How often a team brings something planned to its users."""

from __future__ import annotations

from bot.calendar import Window, local_date
from bot.metrics.facts import Facts, TeamDeployment
from bot.metrics.measure import DeploymentFrequency, Unknown
from bot.metrics.spans import first_deployment, frozen, since_first_deployment, unfrozen_weeks, window_directly_before
from bot.metrics.unknowns import Reason
from bot.teams import Team


def measure(facts: Facts, window: Window, team: Team) -> DeploymentFrequency:
    """Planned team deployments a week. Weeks without any are data; frozen days count neither way."""
    window = since_first_deployment(facts, window, team.zone)
    counted = _counted(facts, window, team)
    rate = _a_week(facts, window, team)
    before = window_directly_before(facts, window, team.zone)
    return DeploymentFrequency(
        window=window,
        value=rate,
        n=len(counted),
        active_days=len({local_date(each.finished_at, team.zone) for each in counted}),
        previous=None if before is None else _a_week(facts, before, team),
        why_unknown=None if rate is not None else _why_unknown(facts, window),
        events=tuple(key for each in counted for key in each.keys),
    )


def value(facts: Facts, window: Window, team: Team) -> float | None:
    """The rate alone."""
    return _a_week(facts, since_first_deployment(facts, window, team.zone), team)


def _a_week(facts: Facts, window: Window, team: Team) -> float | None:
    weeks = unfrozen_weeks(team, window)
    if not weeks or first_deployment(facts) is None:
        return None
    return len(_counted(facts, window, team)) / weeks


def _counted(facts: Facts, window: Window, team: Team) -> list[TeamDeployment]:
    return [each for each in facts.released(window) if each.planned and not frozen(team, each.finished_at)]


def _why_unknown(facts: Facts, window: Window) -> Unknown:
    if first_deployment(facts) is None:
        return Unknown(Reason.NO_DEPLOYMENTS)
    return Unknown(Reason.ALL_FROZEN, {"days": window.days})
