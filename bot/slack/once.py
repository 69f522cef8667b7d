"""What was done already, so that a second press of a button does nothing again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from threading import Lock

MOST = 1_000


class Once:
    """Remembers the newest deeds of this process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._done: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def first(self, deed: Hashable) -> Generator[bool]:
        """Whether it is the first time; a deed that failed may be tried again."""
        with self._lock:
            new = deed not in self._done
            self._done[deed] = None
            if len(self._done) > self._most:
                self._done.popitem(last=False)
        try:
            yield new
        except BaseException:
            if new:
                self.forget(deed)
            raise

    def forget(self, deed: Hashable) -> None:
        """It came to nothing after all."""
        with self._lock:
            self._done.pop(deed, None)
