"""What deployments a window holds and over how many weeks: since the first deployment, and without freezes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.calendar import WEEK, Window, day_start, moment
from bot.reading.sight import Sight
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Exposure:
    """Planned deployments on days that count, and those days in weeks."""

    deployments: int
    weeks: float


def exposure(sight: Sight, window: Window) -> Exposure:
    """A window begins with the day of the first deployment where that is later, but holds at least a week."""
    zone, at = sight.team.zone, sight.deployed.at
    start = max(window.start, min(_first_day(sight), window.end - WEEK))
    begin, end = local_day(start, zone), local_day(window.end, zone)
    frozen = frozen_days(sight.team, int(begin), int(end))
    taken = sum(min(end, day + 1) - max(begin, day) for day in frozen)
    inside = at[(at >= start) & (at < window.end)]
    counted = inside.size if not frozen else sum(int(local_day(float(each), zone)) not in frozen for each in inside)
    return Exposure(counted, (end - begin - taken) / 7)


def _first_day(sight: Sight) -> float:
    first = sight.facts.team_deployments
    return day_start(first[0].finished_at, sight.team.zone) if first else sight.as_of


def local_day(at: float, zone: ZoneInfo) -> float:
    """Calendar days since year 1 on the local clock: a day of 25 hours is one."""
    local = moment(at, zone)
    return local.toordinal() + timedelta(hours=local.hour, minutes=local.minute, seconds=local.second) / timedelta(
        days=1
    )


def frozen_days(team: Team, first: int, last: int) -> frozenset[int]:
    """The days from one ordinal to another, both included, on which a freeze lies."""
    return frozenset(
        day
        for freeze in team.freezes
        for day in range(max(first, freeze.first.toordinal()), min(last, freeze.last.toordinal()) + 1)
    )
