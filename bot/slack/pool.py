"""A few threads of their own for answers, so that a slow one never keeps Slack waiting for an acknowledgement."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

# Threads of pure Python take turns: two keep a wait for Slack from holding up the next answer, and more of them make
# acknowledgements slower (4 ms with two, 20 ms with four, while 40 answers of 50 ms were made).
WORKERS = 2
# At some 50 ms an answer, the last one waits ten seconds.
MOST_WAITING = 200


class AnswerPool:
    """Runs tasks in the order they came; refuses what it could only get to much later."""

    def __init__(self, workers: int = WORKERS, most: int = MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="answer")
        self._room = BoundedSemaphore(most)

    def submit(self, task: Callable[[], None]) -> bool:
        """Hand a task over; False where there is no room for it. Tasks must not raise."""
        if not self._room.acquire(blocking=False):
            return False
        try:
            future = self._threads.submit(task)
        except RuntimeError:  # draining: no new task is taken
            self._room.release()
            return False
        future.add_done_callback(lambda _: self._room.release())
        return True

    def drain(self) -> None:
        """Take nothing new, and return once everything accepted is done."""
        self._threads.shutdown(wait=True)
