"""The schema of a database: which it has, and the way to the one that this version needs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

from bot.errors import NoDatabaseError, StoreError
from bot.store.database import Database
from bot.store.faults import database_name

CURRENT = "0008"  # the newest migration; known here so that a command needn't load Alembic to see that all is well
_MIGRATIONS = Path(__file__).parent / "migrations"

State = Literal["current", "outdated", "newer"]


def open_database(url: str, *, create: bool = True, connections: int = 16) -> Database:
    """The database, ready to use: an embedded one is created and upgraded as needed, a server's never unasked."""
    database = Database(url, connections)
    try:
        _prepare(database, create=create)
    except StoreError:
        database.close()
        raise
    return database


def _prepare(database: Database, *, create: bool) -> None:
    if database.is_sqlite:
        if not create:
            _require_file(database)
        upgrade(database)
    elif _state(database) == "outdated":
        raise StoreError(f"{database_name(database.url)} has an older schema, or none: run `quintet db upgrade`.")


def upgrade(database: Database) -> bool:
    """Bring the schema up to date; whether there was anything to do."""
    if _state(database) == "current":
        return False
    with database.writing() as connection:
        if state_of(connection) == "current":  # another process was faster
            return False
        _migrate(connection)
    return True


def state_of(connection: Connection) -> State:
    """What the schema is, compared with the one that this version needs."""
    if not inspect(connection).has_table("alembic_version"):
        return "outdated"
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision == CURRENT:
        return "current"
    return "outdated" if revision is None or _is_known(revision) else "newer"


def _state(database: Database) -> State:
    with database.connected() as connection, connection.begin():
        state = state_of(connection)
    if state == "newer":
        raise StoreError(f"{database_name(database.url)} was written by a newer Quintet: upgrade Quintet to use it.")
    return state


def _require_file(database: Database) -> None:
    path = Path((database.url.database or "").removeprefix("file:"))
    if not path.exists():
        raise NoDatabaseError(
            f"There is no database {path} yet. "
            "`quintet sync` or `quintet import FILE` makes it; `quintet demo` needs none."
        )


def _is_known(revision: str) -> bool:
    return any(file.name.startswith(f"{revision}_") for file in _MIGRATIONS.glob("versions/*.py"))


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  takes a third of a second to load, and most commands need none of it
    from alembic.config import Config  # noqa: PLC0415  the same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
