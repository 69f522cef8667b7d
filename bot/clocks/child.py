"""The process that works, as its parent sees it: started when it is needed, replaced when it was killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe
from multiprocessing.context import SpawnProcess
from threading import Event, Thread

import structlog

from bot.clocks.worker import Tell, Worker, work

_log: structlog.stdlib.BoundLogger = structlog.get_logger()
# Not forked: threads of the parent would leave their locks behind, locked.
_spawn = get_context("spawn")

Prepare = Callable[[Event, Tell], Worker]
"""Makes the worker, within its process; it can be pickled."""


@dataclass(frozen=True, slots=True)
class _Running:
    process: SpawnProcess
    ticks: Connection
    listener: Thread


class Child:
    """One working process at a time."""

    def __init__(self, prepare: Prepare, tell: Tell) -> None:
        """`tell` hears of every turn that ended, on a thread of its own."""
        self._prepare, self._tell = prepare, tell
        self._running: _Running | None = None

    @property
    def pid(self) -> int | None:
        return self._running.process.pid if self._running else None

    def tick(self, now: float) -> None:
        """Have it look at what is due now; one that was killed is replaced."""
        running = self._running
        if running is not None and not running.process.is_alive():
            _log.warning("The process that runs the jobs ended; another one takes over.", action="worker_replaced")
            self.close(0)
        if self._running is None:
            self._running = _started(self._prepare, self._tell)
        try:
            self._running.ticks.send(now)
        except OSError:  # killed this very moment: the next tick replaces it
            _log.warning("A tick did not reach the process that runs the jobs.", action="tick_lost")

    def close(self, grace_seconds: float) -> None:
        """No more ticks: it gives back what it can't finish, and is ended where it takes longer than that."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.ticks.close()
        running.process.join(grace_seconds)
        if running.process.is_alive():
            running.process.kill()
            running.process.join()
        running.listener.join()
        running.process.close()


def _started(prepare: Prepare, tell: Tell) -> _Running:
    ticks_out, ticks_in = Pipe(duplex=False)
    outcomes_out, outcomes_in = Pipe(duplex=False)
    # No daemon: one may have no processes of its own, and what is long is spread over some.
    process = _spawn.Process(target=work, args=(ticks_out, outcomes_in, prepare), name="worker", daemon=False)
    process.start()
    ticks_out.close()  # the child has its own; with these open here, neither side would notice that the other is gone
    outcomes_in.close()
    listener = Thread(target=_listen, args=(outcomes_out, tell), name="outcomes")
    listener.start()
    return _Running(process, ticks_in, listener)  # pyright: ignore[reportArgumentType] - on POSIX both ends are alike


def _listen(outcomes: Connection, tell: Tell) -> None:
    """Until the process ends. Whatever happens here, it must not wait for somebody to listen."""
    with outcomes:
        while True:
            try:
                tell(outcomes.recv())
            except (EOFError, OSError):
                return
            except Exception as error:  # noqa: BLE001  see above
                _log.error("The end of a job could not be told.", action="outcome_untold", exc_info=error)
