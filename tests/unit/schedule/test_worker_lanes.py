"""How a worker hands out work, and what the log and Prometheus hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Event

import pytest
from prometheus_client import REGISTRY

from bot.clocks.telling import tell, tell_round
from bot.clocks.worker import Coalesced
from bot.jobs.deliver import Round
from bot.jobs.run import How, Outcome
from bot.store.ledger import Turn


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_what_is_asked_for_while_it_runs_runs_once_more(threads: ThreadPoolExecutor) -> None:
    runs, go_on = Queue[str](), Event()

    def task() -> None:
        runs.put("run")
        assert go_on.wait(30)

    coalesced = Coalesced(threads, task)
    coalesced.ask()
    runs.get(timeout=30)
    for _ in range(5):
        coalesced.ask()
    go_on.set()
    runs.get(timeout=30)
    threads.shutdown(wait=True)
    assert runs.empty()


def test_a_task_that_fails_may_be_asked_for_again(threads: ThreadPoolExecutor) -> None:
    tried = [Event(), Event()]

    def task() -> None:
        next(each for each in tried if not each.is_set()).set()
        raise OSError

    coalesced = Coalesced(threads, task)
    for each in tried:
        coalesced.ask()
        assert each.wait(30)


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("done", "A job is done."),
        ("failed", "A job failed; it is tried again."),
        ("stopped", "A job was stopped; it goes on with the next start."),
        ("lost", "A job took longer than it may, and another run took over."),
    ],
)
def test_each_end_of_a_turn_is_counted_and_logged(capsys: pytest.CaptureFixture[str], how: How, says: str) -> None:
    job = f"job-{how}"
    before = sample("quintet_job_runs_total", job=job, outcome=how)
    tell(Outcome(Turn(job, "shop", "slot"), how, 1.25, 1000.0, failure="shop: away." if how == "failed" else None))
    assert sample("quintet_job_runs_total", job=job, outcome=how) == before + 1
    assert sample("quintet_job_last_success_timestamp_seconds", job=job) == (1000.0 if how == "done" else 0.0)
    logged = capsys.readouterr().out
    assert says in logged
    assert "seconds=1.25" in logged
    assert ("shop: away." in logged) is (how == "failed")


def test_rounds_of_deliveries_are_counted_and_empty_ones_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    before = sample("quintet_posts_total", outcome="sent")
    tell_round(Round(sent=0, put_off=0, parked=0, unknown=0, again_at=None), 0.1)
    assert not capsys.readouterr().out
    tell_round(Round(sent=2, put_off=0, parked=1, unknown=0, again_at=None), 0.1)
    assert sample("quintet_posts_total", outcome="sent") == before + 2
    assert "Messages were delivered." in capsys.readouterr().out
