from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.schema import open_database
from tests.contract.webhook.posting import Bot, Store, listening, webhook
from tests.slack.conftest import Client


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "quintet.db"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[Client, Store]]:
    store = Store()
    with listening(store, (webhook(),)) as http:
        yield http, store


@pytest.fixture
def bot(listener: tuple[Client, Store], sqlite: Database) -> Bot:
    http, store = listener
    store.database = sqlite
    return Bot(http, sqlite)
