"""Weeks, windows and time zones; pure. Instants are POSIX seconds (UTC) as floats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

HOUR = 3_600.0
DAY = 24 * HOUR
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time, [start, end), in POSIX seconds; `days` are calendar days of the team's zone."""

    start: float
    end: float
    days: float

    def __contains__(self, instant: float) -> bool:
        return self.start <= instant < self.end

    @property
    def weeks(self) -> float:
        return self.days / 7


def instant(at: datetime, zone: tzinfo = UTC) -> float:
    """A datetime as POSIX seconds; one without an offset is a time of the zone."""
    return (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()


def moment(at: float, zone: ZoneInfo | None = None) -> datetime:
    """POSIX seconds as an aware datetime, in UTC unless a zone is given."""
    return datetime.fromtimestamp(at, zone or UTC)


def local_date(at: float, zone: ZoneInfo) -> date:
    """The calendar day of an instant in a zone."""
    return datetime.fromtimestamp(at, zone).date()


def midnight(day: date, zone: ZoneInfo) -> float:
    """The instant at which a calendar day begins in a zone."""
    return datetime.combine(day, time.min, zone).timestamp()


def day_start(at: float, zone: ZoneInfo) -> float:
    """The start of the calendar day that holds an instant."""
    return midnight(local_date(at, zone), zone)


def week_start(at: float, zone: ZoneInfo) -> float:
    """The Monday 00:00 at or before an instant."""
    day = local_date(at, zone)
    return midnight(day - timedelta(days=day.weekday()), zone)


def days_before(at: float, days: int, zone: ZoneInfo) -> float:
    """The same local clock time so many calendar days earlier: a 25-hour day is one day."""
    local = datetime.fromtimestamp(at, zone)
    return (local.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=zone).timestamp()


def window_before(end: float, days: int, zone: ZoneInfo) -> Window:
    """The window of so many calendar days that ends at an instant."""
    return Window(days_before(end, days, zone), end, days)


def week_starts(last_end: float, count: int, zone: ZoneInfo) -> tuple[float, ...]:
    """The Mondays 00:00 on which the last `count` complete weeks before an instant began, oldest first."""
    end = local_date(week_start(last_end, zone), zone)
    return tuple(midnight(end - timedelta(weeks=back), zone) for back in range(count, 0, -1))
