"""Figures as people say them: three significant digits at most, English, the same on every machine."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calendar import DAY, HOUR, moment

MINUTE = 60.0

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def number(value: float) -> str:
    """A plain number: 0.042, 0.61, 7.1, 12.5, 140, 1,230."""
    size = abs(value)
    if size >= 99.95:
        return f"{_significant(value, 3):,.0f}"
    if size >= 0.995:
        return _trimmed(f"{value:.1f}")
    return _trimmed(f"{_significant(value, 2):.6f}") if size >= 1e-6 else "0"


def percent(share: float) -> str:
    """A share as a percentage: 0.4%, 3.5%, 32%. Only nothing is 0%, and only all of it is 100%."""
    value = share * 100
    if 0 < value < 0.01:
        return "under 0.01%"
    if 99.5 <= value < 100:
        return f"{min(value, 99.9):.1f}%"
    if value >= 9.95:
        return f"{number(round(value))}%"
    return f"{number(value)}%"


def availability(share: float) -> str:
    """A share close to all of it, told by what is missing: 98.5%, 99.71%, 99.993%."""
    missing = (1 - share) * 100
    if not 0 < missing < 10:
        return percent(share)
    if missing < 0.0001:
        return "over 99.9999%"
    return f"{_trimmed(f'{100 - _significant(missing, 2):.6f}')}%"


def duration(seconds: float) -> str:
    """A span of time, zero or longer: 45 s, 12 min, 5 h 10 min, 31 h, 1.9 days."""
    if 0 < seconds < 1:
        return "under 1 s"
    if round(seconds) < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 600:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    if round(seconds / HOUR) < 36:
        return f"{round(seconds / HOUR)} h"
    return f"{_rounded(seconds / DAY)} days"


def _rounded(value: float) -> str:
    return number(round(value)) if value >= 9.95 else number(value)


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun, never rounded: 1 deployment, 1,240 deployments, 2 merges without a review."""
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"


def move(before: float, now: float) -> str:
    """From one span of time to another, in the same unit: from 2.1 to 1.1 days, from 15 to 29 h."""
    longest = max(before, now)
    for unit, seconds, least in (("days", DAY, 36 * HOUR), ("h", HOUR, 10 * HOUR)):
        if longest >= least and min(before, now) >= 0.1 * seconds:
            first, then = (_rounded(value / seconds) for value in (before, now))
            return f"from {first} to {then} {unit}"
    return f"from {duration(before)} to {duration(now)}"


def ratio(value: float) -> str:
    """A factor: × 1.8, × 1.0."""
    return f"× {_factor(value)}"


def times(value: float) -> str:
    """A factor within a sentence: 6.1 times, 1.0 times."""
    return f"{_factor(value)} times"


def _factor(value: float) -> str:
    said = number(value)
    return "1.0" if said == "1" else said


def short_day(at: float | datetime, zone: ZoneInfo) -> str:
    """A calendar day where room is scarce: 31 Aug."""
    local = _local(at, zone)
    return f"{local.day} {MONTHS[local.month - 1][:3]}"


def clock(at: float | datetime, zone: ZoneInfo) -> str:
    """An instant in a zone with its year: Mon 2 Nov 2026, 00:00 Berlin."""
    local = _local(at, zone)
    weekday = WEEKDAYS[local.weekday()][:3]
    return f"{weekday} {short_day(at, zone)} {local.year}, {local.hour:02}:{local.minute:02} {zone_name(zone)}"


def zone_name(zone: ZoneInfo) -> str:
    """A zone as people call it: Berlin, UTC."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def _local(at: float | datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone) if isinstance(at, datetime) else moment(at, zone)


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
