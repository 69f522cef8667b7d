"""Work in processes of its own: one of them is killed, and what they log is as harmless as what their parent logs."""

from __future__ import annotations

import logging
import os
import signal
from collections import Counter
from datetime import datetime
from functools import partial
from multiprocessing import parent_process
from pathlib import Path

import pytest

from bot.calendar import moment
from bot.jobs.spread import spread
from bot.store.database import Database
from bot.store.sight import Sight
from bot.teams import Team
from bot.telemetry import log_to

TEAMS = [Team(f"team-{place}", f"Team {place}", ("checkout",)) for place in range(40)]


def killed(_database: Database, _team: Team, _now: datetime, _sight: Sight) -> None:
    if parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)


def talkative(_database: Database, team: Team, _now: datetime, _sight: Sight) -> None:
    if parent_process() is not None:
        logging.getLogger("library").warning("%s has the token hunter2", team.key)


def test_where_a_process_is_killed_the_teams_that_it_held_are_told_and_this_one_does_the_others(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path}/quintet.db")
    ended = dict(spread(killed, database, TEAMS, moment(0.0), stopped=lambda: False))
    told = Counter(str(problem) for problem in ended.values())
    assert ended.keys() == {team.key for team in TEAMS}
    assert told.keys() == {"None", "the process that worked for it was killed; the next run takes it up again."}
    assert ended[TEAMS[-1].key] is None


def test_what_a_library_warns_of_there_shows_no_secret(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    database, hidden = Database(f"sqlite:///{tmp_path}/quintet.db"), partial(log_to, secrets=("hunter2",))
    ended = dict(spread(talkative, database, TEAMS, moment(0.0), stopped=lambda: False, logging=hidden))

    warned = capfd.readouterr().err
    assert set(ended.values()) == {None}
    assert "has the token" in warned
    assert "hunter2" not in warned
