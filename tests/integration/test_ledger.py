"""The ledger: every turn is done once, whoever else looks at the same clock, and whatever fails in between."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.ledger import (
    Claim,
    LostClaimError,
    Turn,
    claim,
    fail,
    finish,
    forget,
    give_back,
    hold_on,
    newest_runs,
    settle,
    settled,
)
from bot.store.work_tables import ledger

NOON = 1_793_620_800.0
MINUTE = 60.0
TURN = Turn("digest", "team-x #team-x", "2026-10-26")


def taken(database: Database, turn: Turn = TURN, now: float = NOON, seconds: float = MINUTE) -> Claim | None:
    with database.writing() as connection:
        return claim(connection, turn, now, seconds)


def held(database: Database, turn: Turn = TURN, now: float = NOON) -> Claim:
    found = taken(database, turn, now)
    assert found
    return found


def finished(database: Database, claimed: Claim, now: float = NOON) -> None:
    with database.writing() as connection:
        finish(connection, claimed, now)


def failed(database: Database, claimed: Claim, now: float = NOON, chance: float = 0.5) -> None:
    with database.writing() as connection:
        fail(connection, claimed, "Slack was away.", now, chance)


def test_a_turn_that_is_done_is_never_taken_again(database: Database) -> None:
    finished(database, held(database))
    assert taken(database, now=NOON + 365 * 24 * 60 * MINUTE) is None


def test_a_turn_that_runs_is_taken_by_nobody_else_until_its_claim_expires(database: Database) -> None:
    first = held(database)
    assert taken(database, now=NOON + MINUTE - 1) is None
    second = taken(database, now=NOON + MINUTE)
    assert second
    assert (first.attempts, second.attempts) == (1, 2)


def test_a_claim_that_is_held_on_to_lasts(database: Database) -> None:
    first = held(database)
    with database.writing() as connection:
        hold_on(connection, [first], NOON + MINUTE / 2, MINUTE)
    assert taken(database, now=NOON + MINUTE) is None
    second = held(database, now=NOON + 2 * MINUTE)
    with database.writing() as connection:
        hold_on(connection, [first], NOON + 2 * MINUTE, 60 * MINUTE)
        finish(connection, second, NOON + 2 * MINUTE)


def test_one_run_at_a_time_of_a_job_and_subject(database: Database) -> None:
    held(database)
    assert taken(database, Turn("digest", TURN.subject, "2026-11-02")) is None
    assert taken(database, Turn("digest", "team-y #team-y", TURN.slot))
    assert taken(database, Turn("watch", TURN.subject, TURN.slot))


def test_who_lost_the_claim_changes_nothing(database: Database) -> None:
    slow = held(database)
    quick = held(database, now=NOON + 2 * MINUTE)
    with pytest.raises(LostClaimError):
        tell_and_finish(database, slow)
    failed(database, slow, NOON + 3 * MINUTE)
    finished(database, quick, NOON + 3 * MINUTE)
    with database.reading() as connection:
        assert settled(connection, "digest") == {TURN.subject: {TURN.slot}}


def tell_and_finish(database: Database, claimed: Claim) -> None:
    with database.writing() as connection:
        settle(connection, [Turn("digest", "its", "effect")], NOON)
        finish(connection, claimed, NOON + 3 * MINUTE)


@pytest.mark.parametrize(
    ("attempts", "chance", "wait"), [(1, 0.5, 60), (1, 0.0, 45), (1, 1.0, 75), (2, 0.5, 120), (4, 0.5, 480)]
)
def test_a_failure_is_tried_again_after_twice_the_last_wait(
    database: Database, attempts: int, chance: float, wait: float
) -> None:
    now = NOON
    for attempt in range(1, attempts + 1):
        now += 2 * 60 * MINUTE
        claimed = held(database, now=now)
        assert claimed.attempts == attempt
        failed(database, claimed, now, chance)
    assert taken(database, now=now + wait - 1) is None
    assert taken(database, now=now + wait)


def test_the_wait_ends_at_an_hour_however_often_it_failed(database: Database) -> None:
    now = NOON
    for _ in range(40):
        now += 2 * 60 * MINUTE
        failed(database, held(database, now=now), now)
    assert taken(database, now=now + 60 * MINUTE)


def test_what_was_stopped_half_way_may_be_taken_at_once(database: Database) -> None:
    with database.writing() as connection:
        give_back(connection, held_in(connection))
    again = taken(database)
    assert again
    assert again.attempts == 1


def held_in(connection: Any) -> Claim:
    found = claim(connection, TURN, NOON, MINUTE)
    assert found
    return found


def test_what_was_settled_before_is_left_as_it_is(database: Database) -> None:
    finished(database, held(database))
    with database.writing() as connection:
        settle(connection, [TURN, Turn("digest", "team-y #team-y", "2026-10-26")], NOON)
    with database.reading() as connection:
        assert settled(connection, "digest") == {
            TURN.subject: {"2026-10-26"},
            "team-y #team-y": {"2026-10-26"},
        }
        assert [run.turn for run in newest_runs(connection)] == [TURN]


def test_the_newest_run_of_each_subject_says_how_it_went(database: Database) -> None:
    finished(database, held(database), NOON + 5)
    later = Turn("digest", TURN.subject, "2026-11-02")
    failed(database, held(database, later, NOON + 100), NOON + 107)
    with database.reading() as connection:
        (run,) = newest_runs(connection)
    assert (run.turn, run.started_at, run.ended_at, run.done_at) == (later, NOON + 100, NOON + 107, None)
    assert (run.failure, run.next_try, run.attempts) == ("Slack was away.", NOON + 167, 1)


def test_old_runs_are_forgotten_by_the_limit_of_their_job(database: Database) -> None:
    for job in ("sync", "digest"):
        finished(database, held(database, Turn(job, "x", "1"), NOON), NOON)
        finished(database, held(database, Turn(job, "x", "2"), NOON + 100), NOON + 100)
    with database.writing() as connection:
        assert forget(connection, {"digest": NOON}, NOON + 50) == 1
        assert settled(connection, "sync") == {"x": {"2"}}
        assert settled(connection, "digest") == {"x": {"1", "2"}}


TURNS = [Turn("digest", f"team-{number}", "2026-10-26") for number in range(20)]


def run_all(url: str, begin: Any) -> None:
    """One clock: it takes whatever it gets, and tells of each turn by a row of its own."""
    with closing(Database(url)) as database:
        begin.wait(30)
        for turn in TURNS:
            claimed = taken(database, turn, seconds=3600)
            if claimed:
                with database.writing() as connection:
                    count = connection.execute(select(func.count()).select_from(ledger)).scalar_one()
                    settle(connection, [Turn("effect", turn.subject, str(count))], NOON)
                    finish(connection, claimed, NOON)


@contextmanager
def in_threads(url: str) -> Iterator[None]:
    begin = Barrier(2)
    threads = [Thread(target=run_all, args=(url, begin)) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


@contextmanager
def in_processes(url: str) -> Iterator[None]:
    spawn = multiprocessing.get_context("spawn")
    begin = spawn.Barrier(2)
    processes = [spawn.Process(target=run_all, args=(url, begin)) for _ in range(2)]
    for process in processes:
        process.start()
    yield
    for process in processes:
        process.join()
        assert process.exitcode == 0


@pytest.mark.parametrize("clocks", [in_threads, in_processes])
def test_two_clocks_on_one_database_run_each_turn_once(database: Database, database_url: str, clocks: Any) -> None:
    with clocks(database_url):
        pass
    with database.reading() as connection:
        effects = settled(connection, "effect")
        assert settled(connection, "digest") == {turn.subject: {turn.slot} for turn in TURNS}
    assert {subject: len(slots) for subject, slots in effects.items()} == {turn.subject: 1 for turn in TURNS}
