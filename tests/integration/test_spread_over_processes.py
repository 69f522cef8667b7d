"""Work in processes of its own, one of which is killed."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from pathlib import Path

from bot.calendar import moment
from bot.jobs.spread import spread
from bot.store.database import Database
from bot.store.sight import Sight
from bot.teams import Team

TEAMS = [Team(f"team-{name}", name, (name,)) for name in "xyz"]


def killed(_database: Database, _team: Team, _now: datetime, _sight: Sight) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_where_a_process_is_killed_each_team_that_waits_is_told_and_nobody_waits_for_ever(tmp_path: Path) -> None:
    ended = dict(spread(killed, f"sqlite:///{tmp_path}/quintet.db", TEAMS, moment(0.0), lambda: False))
    assert {team: str(problem) for team, problem in ended.items()} == {
        team.key: "the process that worked for it was killed; the next run takes it up again." for team in TEAMS
    }
