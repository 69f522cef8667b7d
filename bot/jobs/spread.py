"""Work that is long for many teams, spread over the processors: in processes of their own, which end with this one."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from traceback import format_exception

from bot.errors import QuintetError, UnwellError
from bot.store.database import Database
from bot.store.sight import Sight
from bot.teams import Team

Work = Callable[[Database, Team, datetime, Sight], object]
"""Can be pickled; all teams of a process have one sight."""

PROCESSES = min(os.cpu_count() or 1, 4)
_KILLED = "the process that worked for it was killed; the next run takes it up again."


def spread(
    work: Work,
    url: str,
    teams: Sequence[Team],
    now: datetime,
    *,
    stopped: Callable[[], bool],
    logging: Callable[[], object] = object,
) -> Iterator[tuple[str, BaseException | None]]:
    """The key of each team as soon as its work has ended, and what went wrong; fewer where it is stopped.

    `logging` sends the log of each process; it can be pickled.
    """
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_begin, initargs=(url, logging)) as pool:
        waiting = {pool.submit(_work, work, team, now): team for team in teams}
        try:
            for future in as_completed(waiting):
                yield waiting[future].key, _problem(future)
                if stopped():
                    return
        finally:
            pool.shutdown(cancel_futures=True)


def _problem(future: Future[None]) -> BaseException | None:
    problem = future.exception()
    return UnwellError(_KILLED) if isinstance(problem, BrokenProcessPool) else problem


@dataclass(frozen=True, slots=True)
class _Own:
    """What a process works with."""

    database: Database
    sight: Sight


_own: list[_Own] = []


def _begin(url: str, logging: Callable[[], object]) -> None:
    logging()
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the one who handed the work out
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _own.append(_Own(Database(url), Sight(still=True)))
    gc.freeze()  # what is there by now stays; only what the work makes is looked through


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(work: Work, team: Team, now: datetime) -> None:
    own = _own[0]
    try:
        work(own.database, team, now, own.sight)
    except QuintetError:
        raise
    except Exception as bug:  # noqa: BLE001  not every exception survives the way from one process to another
        raise RuntimeError("".join(format_exception(bug))) from None
