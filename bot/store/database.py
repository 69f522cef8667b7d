"""The database and its doors: reading never waits for a writer, writing is one at a time, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import StoreError
from bot.store.faults import store_error

_BUSY_SECONDS = 30  # how long a writer waits for another one
_CONNECT_SECONDS = 5
_ANY_NUMBER = 0x51_75_69_6E  # names PostgreSQL's lock for the one writer; it only has to stay the same
_DOOR = "quintet_begin"

_SQLITE_SETTINGS = (
    f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",  # readers and the writer don't wait for each other
    "PRAGMA synchronous = NORMAL",  # with WAL a crash loses no committed page but the very last ones, and damages none
    "PRAGMA wal_autocheckpoint = 8192",  # 32 MB: what many small transactions change again and again is moved once
)


class Database:
    """One database, opened once a process. Every failure of the driver leaves as a StoreError."""

    def __init__(self, url: str, connections: int = 16) -> None:
        """Up to `connections` are open at once: as many as there are threads that may ask."""
        self.url = _known_url(url)
        self._engine = _engine(self.url, connections)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def connected(self) -> Generator[Connection]:
        """A connection outside any transaction: what needs several, one after the other, begins here."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeoutError) as problem:
            raise store_error(problem, self.url) from problem

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One consistent view of the data; nothing can be changed through it."""
        with self.connected() as connection:
            if self.is_sqlite:
                with connection.begin(), _query_only(connection):
                    yield connection
            else:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                with connection.begin():
                    yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """The one writer: all of it is kept, or nothing."""
        with self.connected() as connection, self.writing_on(connection):
            yield connection

    @contextmanager
    def writing_on(self, connection: Connection) -> Generator[None]:
        """The same on a connection that is already there, with its temporary tables."""
        connection.execution_options(**{_DOOR: "BEGIN IMMEDIATE"})
        try:
            with connection.begin():
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ANY_NUMBER})")
                yield
        finally:
            connection.execution_options(**{_DOOR: "BEGIN"})

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _query_only(connection: Connection) -> Generator[None]:
    connection.exec_driver_sql("PRAGMA query_only = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA query_only = OFF")


def _known_url(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the second for a port that is no number
        raise StoreError("QUINTET_DATABASE_URL is no database URL, like sqlite:///quintet.db.") from None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        raise StoreError("QUINTET_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    if url.host is not None:
        raise StoreError("QUINTET_DATABASE_URL names a server for a SQLite file; three slashes lead to one: sqlite:///")
    if url.database in (None, "", ":memory:"):
        raise StoreError("QUINTET_DATABASE_URL names no file; a database in memory would forget at once.")
    return url.set(drivername="sqlite")


def _engine(url: URL, connections: int) -> Engine:
    pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": _BUSY_SECONDS}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"isolation_level": None}, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    settings = {"connect_timeout": _CONNECT_SECONDS, "options": f"-c lock_timeout={_BUSY_SECONDS}s -c timezone=UTC"}
    try:
        return create_engine(url, connect_args=settings, pool_pre_ping=True, **pool)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: pip install 'quintet[postgresql]'.") from None


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own connection
    for setting in _SQLITE_SETTINGS:
        connection.execute(setting)


def _begin_sqlite(connection: Connection) -> None:
    # The driver's own BEGIN comes late and never IMMEDIATE, so it is switched off and the door says how to begin.
    connection.exec_driver_sql(connection.get_execution_options().get(_DOOR, "BEGIN"))
