"""One turn of a job: its effect and the record of it stand together; what goes wrong is told and tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bot.errors import SourceError, StoreError, UnwellError
from bot.jobs.job import Effect, Job, StoppedError, nothing
from bot.jobs.run import LEASE_SECONDS, Outcome, run_due
from bot.store.database import Database
from bot.store.ledger import Run, Turn, claim, newest_runs, settle, settled
from tests.integration.jobs_for_tests import deps_of, hourly

NOON = 1_793_620_800.0
TURN = Turn("hourly", "", "2026-11-02T12:00:00+00:00")

Work = Callable[[Database], Effect]


def run(database: Database, work: Work, now: float = NOON) -> list[Outcome]:
    job = Job("hourly", hourly, lambda deps, _turn: work(deps.database))
    return list(run_due(job, deps_of(database, now=now)))


def newest(database: Database) -> Run:
    with database.reading() as connection:
        (found,) = newest_runs(connection)
    return found


def effects(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(settled(connection, "effect"))


def tells(connection: Connection) -> None:
    settle(connection, [Turn("effect", "told", "once")], NOON)


def raises(error: Exception) -> Work:
    def work(_database: Database) -> Effect:
        raise error

    return work


def test_a_turn_is_run_once_and_its_effect_is_kept(database: Database) -> None:
    (outcome,) = run(database, lambda _: tells)
    assert (outcome.turn, outcome.how, outcome.failure) == (TURN, "done", None)
    assert effects(database) == ["told"]
    assert run(database, lambda _: tells, NOON + 60) == []


def test_an_effect_that_fails_half_way_leaves_nothing_and_is_tried_again(database: Database) -> None:
    def breaks(connection: Connection) -> None:
        tells(connection)
        raise StoreError("The database is full.")

    (outcome,) = run(database, lambda _: breaks)
    assert (outcome.how, outcome.failure) == ("failed", "The database is full.")
    assert effects(database) == []
    assert run(database, lambda _: tells, NOON + 40) == []
    assert [each.how for each in run(database, lambda _: tells, NOON + 80)] == ["done"]
    assert newest(database).failure is None


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (SourceError("github: it is away."), "github: it is away."),
        (UnwellError("One.", "Two.", "Three.", "Four.", "Five."), "One. Two. Three. And 2 more."),
        (ZeroDivisionError("hush"), "It failed in a way that this version cannot explain; the log has the reason."),
    ],
)
def test_what_went_wrong_is_told(sqlite: Database, problem: Exception, says: str) -> None:
    (outcome,) = run(sqlite, raises(problem))
    assert (outcome.how, outcome.failure) == ("failed", says)
    assert newest(sqlite).failure == says


def test_a_bug_is_told_with_its_trace_and_without_secrets(sqlite: Database) -> None:
    job = Job("hourly", hourly, lambda _deps, _turn: raises(ValueError("token s3cret"))(sqlite))
    deps = replace(deps_of(sqlite, now=NOON), redacted=lambda text: text.replace("s3cret", "…"))
    (outcome,) = run_due(job, deps)
    assert outcome.trace
    assert outcome.trace.endswith("ValueError: token …\n")


def test_what_was_stopped_may_go_on_at_once(sqlite: Database) -> None:
    (outcome,) = run(sqlite, raises(StoppedError()))
    assert (outcome.how, outcome.failure) == ("stopped", None)
    assert [each.how for each in run(sqlite, lambda _: nothing)] == ["done"]


def test_a_turn_that_another_clock_took_over_changes_nothing(database: Database) -> None:
    def is_slow(store: Database) -> Effect:
        with store.writing() as connection:
            assert claim(connection, TURN, NOON + 2 * LEASE_SECONDS, LEASE_SECONDS)
        return tells

    (outcome,) = run(database, is_slow)
    assert outcome.how == "lost"
    assert effects(database) == []
    assert newest(database).attempts == 2


def test_nothing_is_begun_once_it_is_time_to_stop(sqlite: Database) -> None:
    job = Job("hourly", hourly, lambda _deps, _turn: tells)
    assert list(run_due(job, replace(deps_of(sqlite, now=NOON), stopped=lambda: True))) == []
