"""Jobs that only write down that they ran, where they have to be known by name: in a process of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event

from sqlalchemy import Connection

from bot.calendar import moment
from bot.clocks.child import Prepare
from bot.clocks.worker import Tell, Worker
from bot.errors import StoreError
from bot.jobs.deps import Clock, Deps
from bot.jobs.job import Effect, Job, StoppedError
from bot.store.database import Database
from bot.store.ledger import Turn, settle


def hourly(_deps: Deps, now: float) -> Iterator[Turn]:
    yield Turn("hourly", "", moment(now // 3600 * 3600).isoformat())


def writes(deps: Deps, turn: Turn) -> Effect:
    now = deps.clock()

    def effect(connection: Connection) -> None:
        settle(connection, [Turn("effect", str(os.getpid()), turn.slot)], now)

    return effect


def hangs(bell: Path, deps: Deps, _turn: Turn) -> Effect:
    """Until it is told to stop; well brought up, it says so."""
    rings(bell)
    while not deps.stopped():
        time.sleep(0.005)
    raise StoppedError


def is_deaf(bell: Path, deps: Deps, turn: Turn) -> Effect:
    rings(bell)
    time.sleep(60)
    return writes(deps, turn)


def half_way(bell: Path, deps: Deps, turn: Turn) -> Effect:
    """Where somebody listens it never comes to an end, when it has written but not committed."""
    whole = writes(deps, turn)

    def effect(connection: Connection) -> None:
        whole(connection)
        if rings(bell):
            time.sleep(60)

    return effect


def rings(bell: Path) -> bool:
    """Say to the other process that it is there; whether somebody listened."""
    try:
        pipe = os.open(bell, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    os.write(pipe, b"!")
    os.close(pipe)
    return True


HOURLY = Job("hourly", hourly, writes)


def ringing(run: Callable[[Path, Deps, Turn], Effect], bell: Path) -> Job:
    return Job("hourly", hourly, partial(run, bell))


def deps_of(database: Database, stopping: Event | None = None, now: float = 0.0) -> Deps:
    return Deps(database=database, teams=tuple, clock=Clock(now), stopped=(stopping or Event()).is_set)


def worker(url: str, job: Job, stopping: Event, tell: Tell) -> Worker:
    return Worker(deps_of(Database(url), stopping), (), (job,), tell)


def unprepared(_stopping: Event, _tell: Tell) -> Worker:
    raise StoreError("The database can't be opened.")


def prepared(url: str, job: Job) -> Prepare:
    return partial(worker, url, job)
