"""Which window a metric can really speak of: since the team deploys, since failures are seen, and the one before."""

from __future__ import annotations

from datetime import date, timedelta
from math import fsum
from zoneinfo import ZoneInfo

from bot.calendar import Window, day_start, days_before, local_date, midnight, moment, window_before
from bot.metrics.facts import Facts
from bot.metrics.visibility import Visibility
from bot.teams import Team

# A window begins no later than so many days before its end.
SHORTEST_DAYS = 7
DAY = timedelta(days=1)
ROUNDING = 1e-9  # weeks: parts of days that add up to a whole window may miss it by so much


def span(start: float, end: float, zone: ZoneInfo) -> Window:
    """A window between two instants, its length in calendar days of the zone: a day of 25 hours is one."""
    days = moment(end, zone).replace(tzinfo=None) - moment(start, zone).replace(tzinfo=None)
    return Window(start, end, days / DAY)


def since_first_deployment(facts: Facts, window: Window, zone: ZoneInfo) -> Window:
    """The window, from the day of the team's first deployment if that is later, at least 7 days long."""
    first = history_start(facts, zone)
    if first is None or first <= window.start:
        return window
    latest = days_before(window.end, SHORTEST_DAYS, zone)
    return span(max(window.start, min(first, latest)), window.end, zone)


def seen(window: Window, visibility: Visibility, zone: ZoneInfo) -> Window | None:
    """The part of a window in which failures could be seen; None where nothing of it could."""
    since = visibility.since
    if since is None or since <= window.start:
        return window
    return span(since, window.end, zone) if since < window.end else None


def window_directly_before(facts: Facts, window: Window, zone: ZoneInfo) -> Window | None:
    """The window of equal length before; None where the history does not cover it."""
    first = history_start(facts, zone)
    before = window_before(window.start, round(window.days), zone)
    return before if first is not None and first <= before.start else None


def history_start(facts: Facts, zone: ZoneInfo) -> float | None:
    """The day on which the team first deployed; None where it never did."""
    first = first_deployment(facts)
    return None if first is None else day_start(first, zone)


def first_deployment(facts: Facts) -> float | None:
    """The finish of the team's first deployment, also where the facts at hand begin later."""
    if facts.first_deployment_at is None and facts.team_deployments:
        return facts.team_deployments[0].finished_at
    return facts.first_deployment_at


def frozen(team: Team, at: float) -> bool:
    """Whether an instant lies on a day on which the team does not deploy by intent."""
    if not team.freezes:
        return False
    day = local_date(at, team.zone)
    return any(freeze.first <= day <= freeze.last for freeze in team.freezes)


def unfrozen_weeks(team: Team, window: Window) -> float:
    """The weeks of a window on which the team deploys at all; 0 where a freeze took every day."""
    weeks = (window.days - frozen_days(team, window)) / 7
    return weeks if weeks > ROUNDING else 0.0


def frozen_days(team: Team, window: Window) -> float:
    """How many calendar days of a window are frozen; a day of two freezes counts once."""
    if not team.freezes:
        return 0.0
    parts = (_part_of_day(day, window, team.zone) for day in _frozen_dates(team, window))
    return fsum(parts)


def _frozen_dates(team: Team, window: Window) -> set[date]:
    first, last = local_date(window.start, team.zone), local_date(window.end, team.zone)
    return {
        date.fromordinal(day)
        for freeze in team.freezes
        for day in range(max(first, freeze.first).toordinal(), min(last, freeze.last).toordinal() + 1)
    }


def _part_of_day(day: date, window: Window, zone: ZoneInfo) -> float:
    """How much of a day lies in a window; nearly always all of it."""
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    return max(0.0, min(end, window.end) - max(start, window.start)) / (end - start)
