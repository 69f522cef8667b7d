"""A progress bar on standard error, where that is a terminal; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bot.words.visible import visible

Show = Callable[[str, int, int], None]  # what, done, in all (0: not known)
ShowHistory = Callable[[str, float, float, datetime | None], None]  # source, done, in all, how far back all of it is


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
def history_shown() -> Generator[ShowHistory]:
    """Show how far back each source is read, and how long the rest may take."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def show(source: str, done: float, wanted: float, back_to: datetime | None) -> None:
            if source not in tasks:
                tasks[source] = progress.add_task("", total=None)
            far = f"back to {back_to:%Y-%m-%d}" if back_to else "the last weeks"
            said = escape(visible(f"{source}: {far}"))
            progress.update(tasks[source], description=said, completed=done, total=wanted or None)

        yield show


@contextmanager
def waiting(for_what: str) -> Generator[None]:
    """Show that something is under way whose length is not known."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(escape(visible(for_what)), total=None)
        yield
