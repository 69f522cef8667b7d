"""Reports that were made before, as long as nothing that they rest on has moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.answers.report import end_of_windows, report_within, with_freshness
from bot.metrics.reach import Reach, reach
from bot.store.database import Database
from bot.store.events import data_revision
from bot.store.sight import Sight
from bot.store.touches import untouched_since
from bot.team_report import TeamReport
from bot.teams import Team

# A report takes some 150 KB, so these take 30 MB; more teams than are asked for in one morning.
MOST_KEPT = 200


def remembering(database: Database, most: int = MOST_KEPT) -> Callable[[Team, datetime], TeamReport]:
    """What `team_report` says now; of the same data of a team, its settings, day and loaded history it is made once.

    When each source was last read is told anew each time: a sync that brings nothing makes no report anew.
    """
    sight, as_of = Sight(), dict[Team, int]()

    @lru_cache(maxsize=most)
    def made(team: Team, at: float, within: Reach, _revision: int) -> TeamReport:
        return report_within(database, team, at, within)

    def revision(connection: Connection, team: Team) -> int:
        """Of which the team's data still is as it was: what comes of other teams makes no report of this one anew."""
        known = as_of.get(team)
        if known is None or not untouched_since(connection, team, known):
            known = as_of[team] = data_revision(connection)
        return known

    def answer(team: Team, now: datetime) -> TeamReport:
        at = end_of_windows(team, now, None)
        # Read first: data that comes in between makes the report newer than its key, never older.
        with database.reading() as connection:
            known, feeds = revision(connection, team), sight.of(connection, team)
        return with_freshness(made(team, at, reach(feeds, at), known), feeds)

    return answer
