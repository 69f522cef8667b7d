"""A progress bar on standard error, where that is a terminal; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bot.words.visible import visible

Show = Callable[[str, int, int], None]  # what, done, in all (0: not known)


@contextmanager
def bytes_shown() -> Generator[Show]:
    """Show how many bytes of each file are read."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, size: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(escape(visible(what)), total=None)
            progress.update(tasks[what], completed=done, total=size or None)

        yield show


@contextmanager
def waiting(for_what: str) -> Generator[None]:
    """Show that something is under way whose length is not known."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(escape(visible(for_what)), total=None)
        yield
