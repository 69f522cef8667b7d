"""Events on their way in: temporary tables that only this connection sees, so that filling them locks nobody out."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, Table, delete, func, select, union_all

from bot.events.ndjson import Numbered, canonical
from bot.store.database import Database
from bot.store.subjects import SERVICE, known_from, microseconds, subjects
from bot.store.tables import Name, Number

_ROWS_AT_ONCE = 500  # bounds memory; more is no faster
_CACHE_KIBIBYTES = 40_000  # indexes of a million events stay in memory while they grow
_USUAL_CACHE_KIBIBYTES = 2_000  # SQLite's own default

temporary = MetaData()

incoming = Table(
    "incoming",
    temporary,
    Column("line", Number, primary_key=True, autoincrement=False),
    Column("source", Name, nullable=False),
    Column("kind", Name, nullable=False),
    Column("id", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("updated_at", BigInteger),
    Column("body", Name, nullable=False),
    Column("subject", Name),
    Column("known_from", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)

# Nearly every event has one subject, which stands in its own row; here are the others.
further_subjects = Table(
    "further_subjects",
    temporary,
    Column("line", BigInteger, nullable=False),
    Column("subject", Name, nullable=False),
    Column("source", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)

staged_subjects = union_all(
    select(incoming.c.line, incoming.c.subject, incoming.c.source, incoming.c.at, incoming.c.known_from).where(
        incoming.c.subject.is_not(None)
    ),
    select(further_subjects),
).subquery("staged_subjects")

# The lines whose event the store has already, under which number, and whether they change it.
known = Table(
    "known",
    temporary,
    Column("line", Number, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("changed", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)


@contextmanager
def staging(database: Database) -> Generator[Connection]:
    """A connection with the temporary tables, empty; they are gone when it is given back."""
    with database.connected() as connection:
        with connection.begin():
            temporary.create_all(connection, checkfirst=False)
            _cache(connection, _CACHE_KIBIBYTES)
        try:
            yield connection
        except BaseException:
            connection.invalidate()  # an interrupted statement may still hold the tables; they go with the connection
            raise
        with connection.begin():
            _cache(connection, _USUAL_CACHE_KIBIBYTES)
            temporary.drop_all(connection, checkfirst=False)


def empty(connection: Connection) -> None:
    """Ready for what comes next on the same connection."""
    connection.execute(delete(incoming))
    connection.execute(delete(further_subjects))


def _cache(connection: Connection, kibibytes: int) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{kibibytes}")


def stage(connection: Connection, numbered: Iterable[Numbered]) -> None:
    """Write the events into the temporary tables, a bounded number at a time."""
    insert_events, insert_subjects = _insert(connection, incoming), _insert(connection, further_subjects)
    remaining = iter(numbered)
    while batch := list(islice(remaining, _ROWS_AT_ONCE)):
        rows: list[tuple[object, ...]] = []
        further: list[tuple[object, ...]] = []
        for line, event in batch:
            first, *others = subjects(event) or (None,)
            at, known = microseconds(event.at), microseconds(known_from(event))
            updated_at = None if event.updated_at is None else microseconds(event.updated_at)
            rows.append((line, event.source, event.kind, event.id, at, updated_at, canonical(event), first, known))
            further.extend((line, subject, event.source, at, known) for subject in others)
        connection.exec_driver_sql(insert_events, rows)
        if further:
            connection.exec_driver_sql(insert_subjects, further)


def _insert(connection: Connection, table: Table) -> str:
    # The driver's own statement: SQLAlchemy's would copy each row into a dictionary first, at three times the cost.
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(table.columns.keys())
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join([mark] * len(table.columns))})"  # noqa: S608  names of our own tables


def staged_kinds(connection: Connection) -> Mapping[str, int]:
    """How many events of each kind are staged."""
    counted = select(incoming.c.kind, func.count()).group_by(incoming.c.kind)
    return dict(connection.execute(counted).all())


def staged_services(connection: Connection) -> tuple[str, ...]:
    """The services that what is staged counts for, in order."""
    subject = staged_subjects.c.subject
    names = select(subject).where(subject.startswith(SERVICE)).distinct().order_by(subject)
    return tuple(name.removeprefix(SERVICE) for name in connection.execute(names).scalars())
