"""The migrations end where the tables are, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.store import schema
from bot.store.database import Database
from bot.store.verdict_tables import verdicts
from bot.store.work_tables import metadata


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.connected() as connection, connection.begin():
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert verdicts.metadata is metadata
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.CURRENT]


def test_sqlite_is_opened_as_a_busy_bot_needs_it(tmp_path: Path) -> None:
    database = schema.open_database(f"sqlite:///{tmp_path / 'q.db'}")
    pragmas = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 30_000}
    with database.connected() as connection:
        for name, value in pragmas.items():
            assert connection.execute(text(f"PRAGMA {name}")).scalar() == value
    database.close()
