"""Once a day, what nothing will look at any more is let go; what is still needed stays."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from bot.blocks.message import Message
from bot.calendar import DAY
from bot.jobs.prune import PRUNE
from bot.jobs.run import run_due
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.ledger import Turn, settle, settled
from bot.store.outbox import Outgoing, enqueue
from bot.store.told import Told, tell
from bot.store.work_tables import outbox, told
from tests.integration.jobs_for_tests import deps_of

NOON = 1_793_620_800.0
WEEK = date(2025, 6, 2)
KEY = f"ping:team-x:#team-x:{WEEK}"
PING = Told(Kind.PING, "team-x", "#team-x", WEEK, NOON - 500 * DAY, "{}")


def prune(database: Database, now: float = NOON) -> None:
    (outcome,) = run_due(PRUNE, deps_of(database, now=now))
    assert outcome.how == "done"


def test_old_runs_go_and_a_digest_s_stay_for_some_weeks(database: Database) -> None:
    with database.writing() as connection:
        for job in ("sync", "digest"):
            settle(connection, [Turn(job, "x", "old")], NOON - 40 * DAY)
            settle(connection, [Turn(job, "x", "lately")], NOON - 20 * DAY)
            settle(connection, [Turn(job, "x", "new")], NOON - DAY)
    prune(database)
    with database.reading() as connection:
        assert settled(connection, "sync") == {"x": {"new"}}
        assert settled(connection, "digest") == {"x": {"lately", "new"}}


def test_after_a_long_sleep_it_is_still_known_which_digests_were_told(database: Database) -> None:
    with database.writing() as connection:
        settle(connection, [Turn("digest", "x", "before")], NOON - 100 * DAY)
    prune(database)
    with database.reading() as connection:
        assert settled(connection, "digest") == {"x": {"before"}}


def test_it_runs_once_a_day(sqlite: Database) -> None:
    prune(sqlite)
    assert list(run_due(PRUNE, deps_of(sqlite, now=NOON + 3600))) == []
    prune(sqlite, NOON + DAY)


@pytest.mark.parametrize(
    ("case", "days", "state", "over", "stays"),
    [
        ("one that was sent long ago", 500, "sent", True, False),
        ("one of last month", 30, "sent", True, True),
        ("one that still waits", 500, "pending", True, True),
        ("a ping that is not over", 500, "sent", False, True),
    ],
)
def test_old_messages(database: Database, case: str, days: float, state: str, *, over: bool, stays: bool) -> None:
    with database.writing() as connection:
        tell(connection, PING)
        if over:
            connection.execute(update(told).values(closed_at=1))
        enqueue(connection, [Outgoing(KEY, 0, "#team-x", "post", Message("words"))], NOON - days * DAY)
        connection.execute(update(outbox).values(state=state))
    prune(database)
    with database.reading() as connection:
        assert bool(connection.execute(select(outbox.c.key)).all()) is stays, case
