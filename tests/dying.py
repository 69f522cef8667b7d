"""A process that is killed at a chosen step of its work: between statements, around a commit, or around a request."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing import get_context
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event

from bot.demo.slack_standin import SlackStandIn
from bot.jobs.deliver import deliver
from bot.slack.poster import Poster
from bot.store.database import Database

# Forked from one that has read all the code already.
processes = get_context("forkserver")
processes.set_forkserver_preload(["tests.soak.life"])

# In the order in which work comes to them. Of a transaction that writes: before each of its statements, when all are
# made, and when they are kept. Of a request: before it is sent, before its answer, and when that begins to come.
STATEMENT, WRITTEN, COMMITTED = "statement", "written", "committed"
ASKING, ASKED, ANSWERED = "asking", "asked", "answered"
MOMENTS = (STATEMENT, WRITTEN, COMMITTED, ASKING, ASKED, ANSWERED)

# Whose work a thread does, by the beginning of its name; the others say it themselves.
_THREADS = {"waiting": "sync", "ThreadPoolExecutor": "sync", "deliver": "deliver", "MainThread": "deliver"}


class Step(NamedTuple):
    job: str
    moment: str


@dataclass(frozen=True, slots=True)
class Death:
    """When a process comes to a step for the nth time."""

    step: Step
    nth: int


class Steps:
    """All steps of a process, counted; at one of them it ends. It watches for good, so the process is a test's own."""

    def __init__(self) -> None:
        self.counted = Counter[Step]()
        self._death: Death | None = None
        self._told, self._lock = threading.local(), threading.Lock()

    def begin(self, death: Death | None) -> None:
        """Count anew, and end at this one."""
        self.counted, self._death = Counter[Step](), death

    def of(self, job: str) -> None:
        """From now on this thread works at that job."""
        self._told.job = job

    def watch(self, after_answers: Callable[[Step], object] = lambda _: None) -> None:
        """See every step that this process takes."""
        _watch_database(self)
        _watch_requests(self, after_answers)

    def reach(self, moment: str) -> Step:
        step = Step(self._job(), moment)
        with self._lock:
            self.counted[step] += 1
            if self._death == Death(step, self.counted[step]):
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    @contextmanager
    def writing(self) -> Generator[None]:
        self._told.writes = True
        try:
            yield
        finally:
            self._told.writes = False

    def state(self, *_: object) -> None:
        """Called before each statement."""
        if getattr(self._told, "writes", False):
            self.reach(STATEMENT)

    def _job(self) -> str:
        told: str | None = getattr(self._told, "job", None)
        name = threading.current_thread().name
        return told or next((job for begin, job in _THREADS.items() if name.startswith(begin)), name)


def deliver_and_die(database: Database, standing: SlackStandIn, now: float, death: Death) -> bool:
    """One round of deliveries in a process of its own; whether it was killed."""
    url = database.url.render_as_string(hide_password=False)
    given = (url, standing.workspace.bot_token, standing.api_url, now, death)
    process = processes.Process(target=_deliver, args=given)
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def _deliver(url: str, token: str, api_url: str, now: float, death: Death) -> None:
    steps = Steps()
    steps.watch()
    steps.begin(death)
    deliver(Database(url), Poster(token, api_url), lambda: now, pause=lambda _: None)


def _watch_database(steps: Steps) -> None:
    writing_on = Database.writing_on

    @contextmanager
    def watched(database: Database, connection: Connection) -> Generator[None]:
        with writing_on(database, connection), steps.writing():
            yield
            steps.reach(WRITTEN)
        steps.reach(COMMITTED)

    Database.writing_on = watched
    event.listen(Engine, "before_cursor_execute", steps.state)


def _watch_requests(steps: Steps, after_answers: Callable[[Step], object]) -> None:
    endheaders, getresponse = HTTPConnection.endheaders, HTTPConnection.getresponse

    def asking(connection: HTTPConnection, *given: Any, **more: Any) -> None:
        steps.reach(ASKING)
        endheaders(connection, *given, **more)

    def answered(connection: HTTPConnection, *given: Any, **more: Any) -> Any:
        steps.reach(ASKED)
        response = getresponse(connection, *given, **more)
        after_answers(steps.reach(ANSWERED))
        return response

    HTTPConnection.endheaders, HTTPConnection.getresponse = asking, answered
