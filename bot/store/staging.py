"""Events on their way in: temporary tables that only this connection sees, so that filling them locks nobody out."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, Table, func, select

from bot.events import Event
from bot.events.ndjson import Numbered, canonical
from bot.store.database import Database
from bot.store.subjects import SERVICE, microseconds, subjects
from bot.store.tables import Name, Number

_ROWS_AT_ONCE = 500  # bounds memory; more is no faster

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
    prefixes=["TEMPORARY"],
)

incoming_subjects = Table(
    "incoming_subjects",
    temporary,
    Column("line", BigInteger, nullable=False),
    Column("subject", Name, nullable=False),
    Column("source", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)

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
        try:
            yield connection
        finally:
            with connection.begin():
                temporary.drop_all(connection, checkfirst=False)


def stage(connection: Connection, numbered: Iterable[Numbered]) -> None:
    """Write the events into the temporary tables, a bounded number at a time."""
    insert_events, insert_subjects = _insert(connection, incoming), _insert(connection, incoming_subjects)
    remaining = iter(numbered)
    while batch := list(islice(remaining, _ROWS_AT_ONCE)):
        rows = [(line, *_row(event)) for line, event in batch]
        connection.exec_driver_sql(insert_events, rows)
        counts_for = [
            (row[0], subject, row[1], row[4])
            for row, (_, event) in zip(rows, batch, strict=True)
            for subject in subjects(event)
        ]
        if counts_for:
            connection.exec_driver_sql(insert_subjects, counts_for)


def _row(event: Event) -> tuple[object, ...]:
    updated_at = None if event.updated_at is None else microseconds(event.updated_at)
    return event.source, event.kind, event.id, microseconds(event.at), updated_at, canonical(event)


def _insert(connection: Connection, table: Table) -> str:
    # The driver's own statement: SQLAlchemy's would copy each row into a dictionary first, at three times the cost.
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(table.columns.keys())
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join([mark] * len(table.columns))})"  # noqa: S608


def staged_kinds(connection: Connection) -> Mapping[str, int]:
    """How many events of each kind are staged."""
    counted = select(incoming.c.kind, func.count()).group_by(incoming.c.kind)
    return dict(connection.execute(counted).tuples().all())


def staged_services(connection: Connection) -> tuple[str, ...]:
    """The services that what is staged counts for, in order."""
    subject = incoming_subjects.c.subject
    names = select(subject).where(subject.startswith(SERVICE)).distinct().order_by(subject)
    return tuple(name.removeprefix(SERVICE) for name in connection.execute(names).scalars())
