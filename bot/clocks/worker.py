"""What runs the jobs, in a process of its own: what waits for others side by side, what computes in a row.

A busy thread beside the answers would make each of them wait; a busy process does not.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from threading import Event, Lock

import structlog

from bot.jobs.deps import Deps
from bot.jobs.job import Job
from bot.jobs.run import Outcome, due_turns, hold_on_to_claims, run_due, run_turn
from bot.store.ledger import Turn

_AT_ONCE = 4  # of what waits for others, such as sources
# Answers go before jobs where both want the processor; in a container or a service nobody else competes with them.
_NICENESS = 19

_log: structlog.stdlib.BoundLogger = structlog.get_logger()

Tell = Callable[[Outcome], None]


class Worker:
    """Hands out what is due at each tick; `tell` hears of every turn that ended."""

    def __init__(self, deps: Deps, waiting: Sequence[Job], computing: Sequence[Job], tell: Tell) -> None:
        """`waiting` jobs wait for others and run side by side; `computing` ones run in a row, in this order."""
        self._deps, self._waiting, self._computing, self._tell = deps, waiting, computing, tell
        self._side_by_side = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="waiting")
        self._in_a_row = ThreadPoolExecutor(1, thread_name_prefix="computing")
        self._asked: set[Turn] = set()
        self._passes = (Coalesced(self._in_a_row, self._compute), Coalesced(self._side_by_side, self._ask_others))

    def tick(self, now: float) -> None:
        self._deps.clock.set(now)
        _guarded(partial(hold_on_to_claims, self._deps))
        for each in self._passes:
            each.ask()

    def drain(self) -> None:
        """Begin nothing new, and return when what runs has ended."""
        for threads in (self._in_a_row, self._side_by_side):
            threads.shutdown(wait=True, cancel_futures=True)

    def _compute(self) -> None:
        for job in self._computing:
            for outcome in run_due(job, self._deps):
                self._tell(outcome)

    def _ask_others(self) -> None:
        for job in self._waiting:
            for turn in due_turns(job, self._deps):
                if turn not in self._asked:
                    self._asked.add(turn)
                    _submit(self._side_by_side, partial(self._ask, job, turn))

    def _ask(self, job: Job, turn: Turn) -> None:
        try:
            if outcome := run_turn(job, self._deps, turn):
                self._tell(outcome)
        finally:
            self._asked.discard(turn)


class Coalesced:
    """A task that never runs twice at once; asked for while it runs, however often, it runs once more."""

    def __init__(self, threads: Executor, task: Callable[[], None]) -> None:
        self._threads, self._task = threads, task
        self._lock, self._runs, self._again = Lock(), False, False

    def ask(self) -> None:
        with self._lock:
            self._runs, self._again, begins = True, self._runs, not self._runs
        if begins:
            _submit(self._threads, self._run)

    def _run(self) -> None:
        try:
            self._task()
        finally:
            with self._lock:
                self._runs, self._again, again = self._again, False, self._again
            if again:
                _submit(self._threads, self._run)


def _submit(threads: Executor, task: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # draining: nothing new is begun
        threads.submit(_guarded, task)


def _guarded(task: Callable[[], None]) -> None:
    """A turn that fails is told by the ledger; this is for a ledger that can't be read."""
    try:
        task()
    except Exception as error:  # noqa: BLE001  the next tick tries again
        _log.error("Jobs could not be run; the next tick tries again.", action="jobs_failed", exc_info=error)


def work(ticks: Connection, outcomes: Connection, prepare: Callable[[Event, Tell], Worker]) -> None:
    """The process: it works by the ticks that come, and ends when they do, also where its parent was killed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the parent, which ends this process in its own time
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):  # a sandbox may forbid it
        os.nice(_NICENESS)
    stopping, one_at_a_time = Event(), Lock()

    def tell(outcome: Outcome) -> None:
        with one_at_a_time, suppress(OSError):  # a parent that is gone hears nothing
            outcomes.send(outcome)

    try:
        worker = prepare(stopping, tell)
    except Exception as error:  # noqa: BLE001  another process is started at the next tick
        _log.error("The process that runs the jobs could not start.", action="worker_failed", exc_info=error)
        return
    with suppress(EOFError, OSError):
        while True:
            worker.tick(ticks.recv())
    stopping.set()
    worker.drain()
