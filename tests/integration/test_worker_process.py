"""The process that runs the jobs: it is started, killed, replaced and stopped, and nothing half-done stays."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from bot.clocks.child import Child
from bot.clocks.worker import Worker
from bot.jobs.job import Job
from bot.jobs.run import LEASE_SECONDS, Outcome
from bot.store.database import Database
from bot.store.ledger import Run, Turn, newest_runs, settled
from tests.integration.jobs_for_tests import (
    HOURLY,
    deps_of,
    half_way,
    hangs,
    is_deaf,
    prepared,
    ringing,
    unprepared,
)

NOON = 1_793_620_800.0
SLOT = "2026-11-02T12:00:00+00:00"
ROOT = Path(__file__).parents[2]


@contextmanager
def child_of(url: str, job: Job, grace: float = 10.0) -> Iterator[tuple[Child, Queue[Outcome]]]:
    ended: Queue[Outcome] = Queue()
    child = Child(prepared(url, job), ended.put)
    try:
        yield child, ended
    finally:
        child.close(grace)


def runs(database: Database) -> list[Run]:
    with database.reading() as connection:
        return list(newest_runs(connection))


class Bell:
    """A job in another process rings it once it has begun, as long as somebody listens."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path, self._pipe = path, os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def wait(self) -> None:
        rung, _, _ = select.select([self._pipe], [], [], 30)
        assert rung

    def close(self) -> None:
        os.close(self._pipe)


@pytest.fixture
def bell(tmp_path: Path) -> Iterator[Bell]:
    hung = Bell(tmp_path / "bell")
    yield hung
    with suppress(OSError):
        hung.close()


def wait_for_end(pid: int) -> None:
    process = os.pidfd_open(pid)
    ended, _, _ = select.select([process], [], [], 30)
    os.close(process)
    assert ended


def test_a_tick_runs_what_is_due_in_a_process_of_its_own(sqlite: Database) -> None:
    with child_of(sqlite.url.render_as_string(), HOURLY) as (child, ended):
        child.tick(NOON)
        outcome = ended.get(timeout=30)
        assert (outcome.turn, outcome.how, outcome.failure) == (Turn("hourly", "", SLOT), "done", None)
        child.tick(NOON + 60)
        child.tick(NOON + 3600)
        assert ended.get(timeout=30).turn.slot == "2026-11-02T13:00:00+00:00"
        pid = child.pid
    with sqlite.reading() as connection:
        assert list(settled(connection, "effect")) == [str(pid)]
    assert pid != os.getpid()
    assert ended.empty()


def test_a_process_that_is_killed_leaves_nothing_half_done_and_another_one_runs_its_turn(
    database: Database, database_url: str, bell: Bell
) -> None:
    with child_of(database_url, ringing(half_way, bell.path)) as (child, ended):
        child.tick(NOON)
        bell.wait()
        bell.close()
        first = child.pid
        assert first
        os.kill(first, signal.SIGKILL)
        wait_for_end(first)
        with database.reading() as connection:
            assert settled(connection, "effect") == {}
        child.tick(NOON + 2 * LEASE_SECONDS)
        assert ended.get(timeout=30).how == "done"
        second = child.pid
    with database.reading() as connection:
        assert settled(connection, "effect") == {str(second): {SLOT}}
    assert second != first


def test_who_is_told_to_stop_gives_back_what_it_could_not_finish(sqlite: Database, bell: Bell) -> None:
    with child_of(sqlite.url.render_as_string(), ringing(hangs, bell.path)) as (child, ended):
        child.tick(NOON)
        bell.wait()
    assert ended.get_nowait().how == "stopped"
    (run,) = runs(sqlite)
    assert (run.attempts, run.claimed_until, run.done_at) == (0, None, None)


def test_who_does_not_stop_in_time_is_ended_and_leaves_a_claim_that_expires(sqlite: Database, bell: Bell) -> None:
    with child_of(sqlite.url.render_as_string(), ringing(is_deaf, bell.path), grace=0.1) as (child, ended):
        child.tick(NOON)
        bell.wait()
    assert ended.empty()
    (run,) = runs(sqlite)
    assert run.claimed_until
    assert run.claimed_until <= NOON + LEASE_SECONDS + 30


def test_a_process_that_can_t_start_says_why_and_is_tried_again(capfd: pytest.CaptureFixture[str]) -> None:
    child = Child(unprepared, print)
    child.tick(NOON)
    first = child.pid
    assert first
    wait_for_end(first)
    child.tick(NOON + 60)
    assert child.pid != first
    child.close(10)
    assert "The database can't be opened." in capfd.readouterr().out


ORPHAN = """
import sys
from bot.clocks.child import Child
from pathlib import Path
from tests.integration.jobs_for_tests import hangs, prepared, ringing
if __name__ == "__main__":
    child = Child(prepared(sys.argv[1], ringing(hangs, Path(sys.argv[2]))), print)
    child.tick(0.0)
    print(child.pid, flush=True)
    sys.stdin.read()
"""


def test_a_process_whose_parent_is_killed_ends_by_itself(sqlite: Database, tmp_path: Path, bell: Bell) -> None:
    script = tmp_path / "parent.py"
    script.write_text(ORPHAN)
    command = [sys.executable, str(script), sqlite.url.render_as_string(), str(bell.path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        bell.wait()
        parent.kill()
        wait_for_end(child)


def test_a_tick_leaves_alone_what_still_runs_and_what_is_done(sqlite: Database) -> None:
    ended: Queue[Outcome] = Queue()
    worker = Worker(deps_of(sqlite, now=NOON), (HOURLY,), (), ended.put)
    worker.tick(NOON)
    worker.tick(NOON)
    assert ended.get(timeout=30).how == "done"
    worker.tick(NOON + 60)
    worker.drain()
    assert ended.empty()


def test_what_runs_for_long_keeps_its_claim(sqlite: Database, bell: Bell) -> None:
    stopping = Event()
    worker = Worker(deps_of(sqlite, stopping, NOON), (), (ringing(hangs, bell.path),), lambda _: None)
    worker.tick(NOON)
    bell.wait()
    for minute in range(1, 10):
        worker.tick(NOON + 60 * minute)
    (run,) = runs(sqlite)
    stopping.set()
    worker.drain()
    assert run.attempts == 1
    assert run.claimed_until
    assert run.claimed_until >= NOON + 9 * 60 + LEASE_SECONDS
