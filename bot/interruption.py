"""Ctrl-C, for what can stop between two steps and go on later."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event
from types import FrameType

import typer

from bot.errors import SourceError


class Stopping(Event):
    """Set once it is time to stop."""

    def sleep(self, seconds: float) -> None:
        """As long as that; what waits for a server gives up when it is time to stop."""
        if self.wait(seconds):
            raise SourceError("stopped while it waited for the server; the next sync goes on from here")


@contextmanager
def stopping_on_interrupt(says: str) -> Generator[Stopping]:
    """The first Ctrl-C sets it and says so; a second one ends the process at once."""
    stopping = Stopping()
    usual = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        stopping.set()
        typer.echo(says, err=True)

    signal.signal(signal.SIGINT, stop)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, usual)
