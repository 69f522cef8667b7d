"""A consistent copy of a live SQLite database, made while others read and write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError
from bot.store.database import Database

_PAGES_AT_ONCE = 2_000  # 8 MB; between two steps a writer may go on


def backup(database: Database, target: Path) -> None:
    """Copy the database into a new file; an existing one is never overwritten."""
    if not database.is_sqlite:
        raise StoreError("`quintet db backup` copies SQLite files; for PostgreSQL use its own pg_dump.")
    if target.exists():
        raise StoreError(f"{target} exists already; name a new file.")
    partial = target.with_name(target.name + ".partial")
    try:
        _copy(database, partial)
        partial.rename(target)
    except (OSError, sqlite3.Error) as problem:
        raise StoreError(f"{target} can't be written ({problem}).") from problem
    finally:
        partial.unlink(missing_ok=True)


def _copy(database: Database, target: Path) -> None:
    with database.connected() as connection, closing(sqlite3.connect(target)) as copy:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101  is_sqlite says so
        source.backup(copy, pages=_PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
