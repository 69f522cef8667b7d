"""The organisation's digest: one line a team, by name. Teams are not compared, and none comes first for a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.answers.digest import digest
from bot.answers.precision import A_YEAR_AND_MORE, is_first_of_quarter, precision
from bot.digest_report import OrganisationDigest, TeamLine
from bot.schedule import ORGANISATION, Kind
from bot.store.database import Database
from bot.store.told import Told, last_told, pings_since
from bot.teams import Team


def organisation_digest(
    database: Database, teams: Iterable[Team], now: datetime, week: date, channel: str | None = None
) -> OrganisationDigest:
    """Every team's reading at the end of a week, named by any day of it.

    Raises:
        StoreError: when the database can't be read.
    """
    lines = [_line(database, team, now, week) for team in teams]
    ordered = sorted(lines, key=lambda line: (line.name.casefold(), line.name, line.team))
    monday = week - timedelta(days=week.weekday())
    asked = _pings(database, channel, monday)
    return OrganisationDigest(channel=channel, week=monday, teams=tuple(ordered), precision=precision(asked, monday))


def _pings(database: Database, channel: str | None, week: date) -> Sequence[Told]:
    """Those about any team, where it is time to tell of them."""
    with database.reading() as connection:
        told = None if channel is None else last_told(connection, Kind.DIGEST, (ORGANISATION,), channel, week)
        due = is_first_of_quarter(week, None if told is None else told.period)
        return pings_since(connection, week - A_YEAR_AND_MORE) if due else ()


def _line(database: Database, team: Team, now: datetime, week: date) -> TeamLine:
    made = digest(database, team, now, week)
    return TeamLine(team=made.team, name=made.name, title=made.report.reading.title, course=made.course)
