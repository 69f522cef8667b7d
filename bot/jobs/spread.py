"""Work that is long for many teams, spread over the processors: this process, and others that end with it."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
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
Ended = tuple[str, BaseException | None]
"""The key of a team whose work has ended, and what went wrong."""

PROCESSES = min(os.cpu_count() or 1, 4)
OTHERS = max(PROCESSES - 1, 1)
_AHEAD = 4  # teams for each of the others
_KILLED = "the process that worked for it was killed; the next run takes it up again."


def spread(
    work: Work,
    database: Database,
    teams: Iterable[Team],
    now: datetime,
    *,
    stopped: Callable[[], bool],
    logging: Callable[[], object] = object,
) -> Iterator[Ended]:
    """Each team whose work has ended; fewer where it is stopped. This process works as the others do.

    `logging` sends the log of each of the others; it can be pickled.
    """
    begin = (database.url.render_as_string(hide_password=False), logging)
    with ProcessPoolExecutor(OTHERS, get_context("spawn"), initializer=_begin, initargs=begin) as pool:
        waiting, handed, sight = deque(teams), dict[Future[None], Team](), Sight(still=True)
        gc.freeze()  # what is there by now stays; only what the work makes is looked through
        try:
            while (waiting or handed) and not stopped():
                _hand_out(pool, work, waiting, handed, now)
                if waiting:
                    team = waiting.popleft()
                    yield team.key, _here(work, database, team, now, sight)
                done, _ = wait(handed, timeout=0 if waiting else None, return_when=FIRST_COMPLETED)
                yield from [(handed.pop(future).key, _problem(future)) for future in done]
        finally:
            gc.unfreeze()
            pool.shutdown(cancel_futures=True)


def _hand_out(
    pool: ProcessPoolExecutor, work: Work, waiting: deque[Team], handed: dict[Future[None], Team], now: datetime
) -> None:
    """So many that none of the others has to wait for this process."""
    while waiting and len(handed) < _AHEAD * OTHERS:
        try:
            future = pool.submit(_work, work, waiting[0], now)
        except BrokenProcessPool:
            return  # all that waits is left to this process
        handed[future] = waiting.popleft()


def _here(work: Work, database: Database, team: Team, now: datetime, sight: Sight) -> BaseException | None:
    try:
        work(database, team, now, sight)
    except Exception as problem:  # noqa: BLE001  it is told with those of the other processes
        return problem
    return None


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
    gc.freeze()  # as above


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
