"""Claims with their figures and the events behind them, bounded; and other explanations that rest on one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from bot.calendar import local_date
from bot.metrics.measure import Metric
from bot.reading.reading import Alternative, Claim
from bot.teams import Team

MOST_EVENTS = 20  # that one claim names; the newest, or those that weigh most, first


def claim(
    key: str,
    *,
    metric: Metric | None = None,
    value: float | None = None,
    events: Iterable[str] = (),
    **figures: float | str | None,
) -> Claim:
    """A claim; `value` is the figure that a program reads."""
    return Claim(key, figures, metric, value, tuple(islice(events, MOST_EVENTS)))


def checked(found: Claim, *, holds: bool) -> Alternative:
    """An explanation that was looked at, and whether it does explain something."""
    return Alternative(found, checked=True, supports=holds)


def holding(found: Claim) -> Alternative:
    return checked(found, holds=True)


def failing(found: Claim) -> Alternative:
    return checked(found, holds=False)


def unclear(found: Claim) -> Alternative:
    """An explanation that can't be looked at."""
    return Alternative(found, checked=False)


def newest(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys in order of time, the newest first."""
    return tuple(reversed(keys))


def local_day(at: float, team: Team) -> str:
    """The team's calendar day of an instant, as a figure."""
    day: date = local_date(at, team.zone)
    return day.isoformat()
