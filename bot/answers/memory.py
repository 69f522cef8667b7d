"""Reports that were made before, as long as nothing that they rest on has moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from bot.answers.report import end_of_windows, report_within, with_freshness
from bot.metrics.reach import Reach, reach
from bot.store.database import Database
from bot.store.events import data_revision
from bot.store.sight import Sight
from bot.team_report import TeamReport
from bot.teams import Team

# A report takes some 150 KB, so these take 30 MB; more teams than are asked for in one morning.
MOST_KEPT = 200


def remembering(database: Database, most: int = MOST_KEPT) -> Callable[[Team, datetime], TeamReport]:
    """What `team_report` says now; of the same data, team, day and loaded history it is made once.

    When each source was last read is told anew each time: a sync that brings nothing makes no report anew.
    """
    sight = Sight()

    @lru_cache(maxsize=most)
    def made(team: Team, at: float, within: Reach, _revision: int) -> TeamReport:
        return report_within(database, team, at, within)

    def answer(team: Team, now: datetime) -> TeamReport:
        at = end_of_windows(team, now, None)
        # Read first: data that comes in between makes the report newer than its key, never older.
        with database.reading() as connection:
            revision = data_revision(connection)
            feeds = sight.of(connection, team)
        return with_freshness(made(team, at, reach(feeds, at), revision), feeds)

    return answer
