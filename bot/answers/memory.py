"""Reports that were made before, as long as nothing that they rest on has moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from bot.answers.report import end_of_windows, team_report
from bot.calendar import moment
from bot.store.database import Database
from bot.store.events import data_revision
from bot.team_report import TeamReport
from bot.teams import Team

# A report takes some 150 KB, so these take 30 MB; more teams than are asked for in one morning.
MOST_KEPT = 200


def remembering(database: Database, most: int = MOST_KEPT) -> Callable[[Team, datetime], TeamReport]:
    """What `team_report` says now; of the same data, the same team and the same day it is made once."""

    @lru_cache(maxsize=most)
    def made(team: Team, at: float, _revision: int) -> TeamReport:
        return team_report(database, team, moment(at))

    def answer(team: Team, now: datetime) -> TeamReport:
        # Read first: data that comes in between makes the report newer than its key, never older.
        with database.reading() as connection:
            revision = data_revision(connection)
        return made(team, end_of_windows(team, now, None), revision)

    return answer
