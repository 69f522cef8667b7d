"""An event file, opened: a path, `-` for standard input, plain or gzip; what goes wrong is one sentence."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from bot.errors import EventError

STANDARD_INPUT = "-"
_NOT_THERE = "no such file"
_GZIP_BEGINS = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class EventFile:
    """The stream to read, and how far it is: bytes read of bytes in all, 0 where that is not known."""

    stream: BinaryIO
    position: Callable[[], int]
    size: int


def require_files(names: Sequence[str]) -> None:
    """At least one of them, before a database is made for what they hold.

    Raises:
        EventError: where none is there.
    """
    if not any(name == STANDARD_INPUT or Path(name).exists() for name in names):
        raise EventError(*(f"{name}: {_NOT_THERE}" for name in names))


@contextmanager
def open_events(name: str) -> Generator[EventFile]:
    """Open an event file; what its reader then meets is explained too."""
    try:
        if name == STANDARD_INPUT:
            yield _plain_or_gzip(name, _standard_input(), 0)
        else:
            with Path(name).open("rb") as file:
                yield _plain_or_gzip(name, file, Path(name).stat().st_size)
    except (OSError, EOFError, zlib.error) as problem:
        raise EventError(f"{name}: {_explained(problem)}") from problem


def _standard_input() -> BinaryIO:
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - it is where the process was given none
        raise EventError(f"{STANDARD_INPUT}: standard input is closed; name a file, or send events to it")
    return sys.stdin.buffer


def _plain_or_gzip(name: str, file: BinaryIO, size: int) -> EventFile:
    position = file.tell if size else lambda: 0
    if name.endswith(".gz") or _peek(file) == _GZIP_BEGINS:
        return EventFile(cast("BinaryIO", gzip.GzipFile(fileobj=file)), position, size)
    return EventFile(file, position, size)


def _peek(file: BinaryIO) -> bytes:
    look_ahead = getattr(file, "peek", None)  # standard input may be replaced by a stream that has none
    return b"" if look_ahead is None else look_ahead(2)[:2]


def _explained(problem: Exception) -> str:
    match problem:
        case FileNotFoundError():
            return _NOT_THERE
        case IsADirectoryError():
            return "is a folder; name the event files in it"
        case PermissionError():
            return "may not be read by this user"
        case EOFError():
            return "the gzip file ends too early; copy it again"
        case gzip.BadGzipFile() | zlib.error():
            return "is not a whole gzip file; copy it again"
        case _:
            return f"can't be read ({getattr(problem, 'strerror', None) or problem})"
