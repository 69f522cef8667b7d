"""PostgreSQL databases, lent to a test and emptied for the next one: making one takes as long as ten tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, text
from sqlalchemy.engine import make_url

from bot.store.database import Database
from bot.store.schema import upgrade

# What is off only matters to a machine that loses its power, or to tables that grow for days.
_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")

_COLUMNS = text("""
    SELECT relname, attname, atttypid FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 ORDER BY relname, attnum
""")
_FILLED = text("""
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
      AND relname <> 'alembic_version'
""")
_END_OTHERS = text("""
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
""")

Rows = dict[Table, list[dict[str, Any]]]


class LentDatabases:
    """Those of one process; as many as are lent at once."""

    def __init__(self, server: Any, owner: str) -> None:
        self._server, self._owner = server, owner
        self._made, self._free = 0, list[str]()
        self._columns: list[Any] = []
        self._rows: Rows = {}
        self._administer(*(f"ALTER SYSTEM SET {name} = off" for name in _SETTINGS), "SELECT pg_reload_conf()")

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of one with the current schema, as the migrations leave it."""
        name = self._free.pop() if self._free else self._new()
        yield self._server.get_uri(database=name)
        self._take_back(name)

    def _new(self) -> str:
        self._made += 1
        name = f"quintet_{self._owner}_{self._made}"
        self._administer(f"CREATE DATABASE {name}")
        with closing(Database(self._server.get_uri(database=name))) as database:
            upgrade(database)
            with database.reading() as connection:
                self._columns = _columns(connection)
                self._rows = _rows(connection)
        return name

    def _take_back(self, name: str) -> None:
        """Whoever still uses it is cut off; one whose schema a test changed is not lent again."""
        with closing(Database(self._server.get_uri(database=name))) as database, database.writing() as connection:
            connection.execute(_END_OTHERS)
            if _columns(connection) != self._columns:
                return
            _empty(connection)
            for table, rows in self._rows.items():
                connection.execute(table.insert(), rows)
        self._free.append(name)

    def _administer(self, *statements: str) -> None:
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def _columns(connection: Connection) -> list[Any]:
    return [tuple(row) for row in connection.execute(_COLUMNS)]


def _rows(connection: Connection) -> Rows:
    """What the migrations themselves have written."""
    tables = (Table(name, MetaData(), autoload_with=connection) for name in _filled(connection))
    return {table: [dict(row) for row in connection.execute(table.select()).mappings()] for table in tables}


def _empty(connection: Connection) -> None:
    if filled := _filled(connection):
        connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))


def _filled(connection: Connection) -> list[str]:
    return list(connection.execute(_FILLED).scalars())
