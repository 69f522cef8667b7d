from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.schema import open_database


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """An empty database, where one kind is enough."""
    path = tmp_path / "quintet.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    yield opened
    opened.close()
