"""Whether users get what was promised: from objectives; without any, from the time without an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.calendar import HOUR, WEEK, Window
from bot.metrics.facts import Facts, IncidentFact
from bot.metrics.measure import Reliability, Unknown
from bot.metrics.objectives import objectives
from bot.metrics.spans import seen, window_directly_before
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.teams import Team

# A team has objectives while one was measured in so many weeks.
OBJECTIVE_WEEKS = 26


def measure(facts: Facts, window: Window, team: Team, visibility: Visibility) -> Reliability:
    """By the objective with the least budget left; without objectives by incidents of every cause."""
    by_objectives = _has_objectives(facts, window)
    before = window_directly_before(facts, window, team.zone)
    previous = None if before is None else _over(facts, before, team, visibility, by_objectives=by_objectives)
    measured = _over(facts, window, team, visibility, by_objectives=by_objectives)
    whole = previous is not None and previous.window == before
    return replace(measured, previous=previous.value if previous is not None and whole else None)


def value(facts: Facts, window: Window, team: Team, visibility: Visibility) -> float | None:
    """The share alone."""
    return _over(facts, window, team, visibility, by_objectives=_has_objectives(facts, window)).value


def _over(facts: Facts, window: Window, team: Team, visibility: Visibility, *, by_objectives: bool) -> Reliability:
    incidents = _known(facts)
    hours = None if _without_duration(incidents, window) or not incidents else _hours(incidents, window)
    if by_objectives:
        return _by_objectives(facts, window, hours)
    return _by_incidents(facts, window, team, visibility)


def _has_objectives(facts: Facts, window: Window) -> bool:
    """Whether any objective was measured lately: then a window without data is unknown, and incidents don't step in."""
    return bool(facts.measured(Window(window.end - OBJECTIVE_WEEKS * WEEK, window.end, 7 * OBJECTIVE_WEEKS)))


def _by_objectives(facts: Facts, window: Window, incident_hours: float | None) -> Reliability:
    shares = objectives(facts.measured(window), window)
    if not shares:
        unknown = Unknown(Reason.NO_OBJECTIVE_DATA, {"days": window.days})
        return Reliability(window, None, 0, basis="slo", incident_hours=incident_hours, why_unknown=unknown)
    tightest, *others = shares
    return Reliability(
        window=window,
        value=tightest.value,
        n=len(tightest.events),
        basis="slo",
        objective=tightest.objective,
        objective_name=tightest.name,
        budget_left=tightest.budget_left,
        incident_hours=incident_hours,
        coverage=tightest.coverage,
        others=tuple(others),
        events=tightest.events,
    )


def _by_incidents(facts: Facts, window: Window, team: Team, visibility: Visibility) -> Reliability:
    """The share of time without an incident of any cause; unknown where that can't be told of all of it."""
    incidents = _known(facts)
    covered = seen(window, visibility, team.zone)
    window = covered or window
    touching = [each for each in incidents if each.started_at < window.end and _end(each, window) > window.start]
    why_unknown = _why_unknown(incidents, window, recorded=covered is not None)
    if why_unknown is not None:
        return Reliability(window, None, len(touching), basis="incidents", why_unknown=why_unknown)
    hours = _hours(incidents, window)
    value = max(0.0, 1 - hours * HOUR / (window.end - window.start))
    objective = team.availability_objective
    return Reliability(
        window=window,
        value=value,
        n=len(touching),
        basis="incidents",
        objective=objective,
        budget_left=None if objective is None else 1 - (1 - value) / (1 - objective),
        incident_hours=hours,
        events=tuple(each.key for each in touching),
    )


def _why_unknown(incidents: list[IncidentFact], window: Window, *, recorded: bool) -> Unknown | None:
    if not incidents:
        return Unknown(Reason.NO_INCIDENTS_KNOWN)
    if not recorded:
        return Unknown(Reason.NOT_YET_RECORDED)
    lost = _without_duration(incidents, window)
    return Unknown(Reason.INCIDENT_DURATION_UNKNOWN, {"n": lost}) if lost else None


def _known(facts: Facts) -> list[IncidentFact]:
    return [each for each in facts.incidents if not each.stale]


def _without_duration(incidents: Iterable[IncidentFact], window: Window) -> int:
    """How many began in the window and ended nobody knows when."""
    return sum(each.ended_at is None and not each.open and each.started_at in window for each in incidents)


def _hours(incidents: Iterable[IncidentFact], window: Window) -> float:
    """Hours of the window with at least one incident: what overlaps counts once."""
    reached, total = window.start, 0.0
    for each in sorted(incidents, key=lambda incident: incident.started_at):
        start, end = max(each.started_at, reached), _end(each, window)
        if end > start:
            total += end - start
            reached = end
    return total / HOUR


def _end(incident: IncidentFact, window: Window) -> float:
    """The end within a window; one whose end nobody knows takes no time."""
    if incident.ended_at is not None:
        return min(incident.ended_at, window.end)
    return window.end if incident.open else incident.started_at
