"""Reports that were made before, as long as nothing that they rest on has moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.answers.report import report_within, with_sources
from bot.calendar import day_start
from bot.metrics.reach import Reach, reach
from bot.store.database import Database
from bot.store.events import data_revision, last_events
from bot.store.reports import is_kept, keep_report, kept_report
from bot.store.sight import Sight
from bot.store.touches import unchanged_until
from bot.team_report import TeamReport
from bot.teams import Team

# A report takes some 150 KB, so these take 30 MB; more teams than are asked for in one morning.
MOST_REMEMBERED = 200


def remembering(database: Database, most: int = MOST_REMEMBERED) -> Callable[[Team, datetime], TeamReport]:
    """What `team_report` says now; of the same data of a team, its settings, day and loaded history it is made once.

    When each source last spoke and was read is told anew each time: neither makes a report anew.
    """
    sight, revisions = Sight(), dict[Team, int]()

    @lru_cache(maxsize=most)
    def made(team: Team, at: float, within: Reach, _revision: int) -> TeamReport:
        with database.reading() as connection:
            kept = kept_report(connection, team, at, within)
        return kept or report_within(database, team, at, within)

    def revision(connection: Connection, team: Team, at: float) -> int:
        """Of which the team's data still is as it was: what comes of other teams makes no report of this one anew."""
        known = revisions.get(team)
        if known is None or not unchanged_until(connection, team, at, known):
            known = revisions[team] = data_revision(connection)
        return known

    def answer(team: Team, now: datetime) -> TeamReport:
        at = day_start(now.timestamp(), team.zone)
        # Read first: data that comes in between makes the report newer than its key, never older.
        with database.reading() as connection:
            known, feeds = revision(connection, team, at), sight.of(connection, team)
            heard = last_events(connection, team)
        return with_sources(made(team, at, reach(feeds, at), known), heard, feeds)

    return answer


def report_is_kept(database: Database, team: Team, now: datetime, sight: Sight) -> bool:
    """Whether the report that is asked for now need not be made."""
    at = day_start(now.timestamp(), team.zone)
    with database.reading() as connection:
        return is_kept(connection, team, at, reach(sight.of(connection, team), at))


def refresh_report(database: Database, team: Team, now: datetime, sight: Sight) -> None:
    """Make it, and keep it for whoever asks."""
    at = day_start(now.timestamp(), team.zone)
    with database.reading() as connection:  # first, as above
        revision, within = data_revision(connection), reach(sight.of(connection, team), at)
    made = report_within(database, team, at, within)
    with database.writing() as connection:
        keep_report(connection, team, at, within, made, revision=revision)
