"""Work in processes of its own: one of them is killed, and what they log is as harmless as what their parent logs."""

from __future__ import annotations

import logging
import os
import signal
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.calendar import moment
from bot.jobs.spread import spread
from bot.store.database import Database
from bot.store.sight import Sight
from bot.teams import Team
from bot.telemetry import log_to

TEAMS = [Team(f"team-{name}", name, (name,)) for name in "xyz"]


def killed(_database: Database, _team: Team, _now: datetime, _sight: Sight) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def talkative(_database: Database, team: Team, _now: datetime, _sight: Sight) -> None:
    logging.getLogger("library").warning("%s has the token hunter2", team.key)


def test_where_a_process_is_killed_each_team_that_waits_is_told_and_nobody_waits_for_ever(tmp_path: Path) -> None:
    ended = dict(spread(killed, f"sqlite:///{tmp_path}/quintet.db", TEAMS, moment(0.0), stopped=lambda: False))
    assert {team: str(problem) for team, problem in ended.items()} == {
        team.key: "the process that worked for it was killed; the next run takes it up again." for team in TEAMS
    }


def test_what_a_library_warns_of_there_shows_no_secret(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url, hidden = f"sqlite:///{tmp_path}/quintet.db", partial(log_to, secrets=("hunter2",))
    ended = dict(spread(talkative, url, TEAMS, moment(0.0), stopped=lambda: False, logging=hidden))

    warned = capfd.readouterr().err
    assert set(ended.values()) == {None}
    assert all(f"{team.key} has the token" in warned for team in TEAMS)
    assert "hunter2" not in warned
