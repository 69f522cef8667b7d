"""The organisation's digest: one line a team, by name. Teams are not compared, and none comes first for a figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.answers.digest import digest
from bot.digest_report import OrganisationDigest, TeamLine
from bot.store.database import Database
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
    return OrganisationDigest(channel=channel, week=week - timedelta(days=week.weekday()), teams=tuple(ordered))


def _line(database: Database, team: Team, now: datetime, week: date) -> TeamLine:
    made = digest(database, team, now, week)
    return TeamLine(team=made.team, name=made.name, title=made.report.reading.title, course=made.course)
