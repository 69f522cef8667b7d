"""Jobs that only write down that they ran, where they have to be known by name: in a process of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from threading import Event

from sqlalchemy import Connection

from bot.calendar import moment
from bot.clocks.child import Prepare
from bot.clocks.worker import Tell, Worker
from bot.jobs.deps import Clock, Deps
from bot.jobs.job import Effect, Job, StoppedError
from bot.store.database import Database
from bot.store.ledger import Turn, settle

LEASE = 60.0


def hourly(_deps: Deps, now: float, job: str = "hourly") -> Iterator[Turn]:
    yield Turn(job, "", moment(now // 3600 * 3600).isoformat())


def writes(deps: Deps, turn: Turn) -> Effect:
    now = deps.clock()

    def effect(connection: Connection) -> None:
        settle(connection, [Turn("effect", str(os.getpid()), turn.slot)], now)

    return effect


def hangs(deps: Deps, _turn: Turn) -> Effect:
    """Until it is told to stop; well brought up, it says so."""
    while not deps.stopped():
        time.sleep(0.005)
    raise StoppedError


def is_deaf(deps: Deps, turn: Turn) -> Effect:
    time.sleep(60)
    return writes(deps, turn)


HOURLY = Job("hourly", LEASE, hourly, writes)
HANGING = Job("hanging", LEASE, partial(hourly, job="hanging"), hangs)

DEAF = Job("deaf", LEASE, partial(hourly, job="deaf"), is_deaf)


def deps_of(database: Database, stopping: Event | None = None, now: float = 0.0) -> Deps:
    return Deps(database=database, teams=tuple, clock=Clock(now), stopped=(stopping or Event()).is_set)


def worker(url: str, job: Job, stopping: Event, tell: Tell) -> Worker:
    return Worker(deps_of(Database(url), stopping), (), (job,), tell)


def prepared(url: str, job: Job) -> Prepare:
    return partial(worker, url, job)
