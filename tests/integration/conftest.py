from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.slack_standin import SlackStandIn
from bot.store.database import Database
from bot.store.schema import open_database
from tests.integration.outbox_rounds import Hands, workspace


@pytest.fixture(scope="module")
def clock() -> Hands:
    """That of the Slack which messages go to."""
    return Hands()


@pytest.fixture(scope="module")
def standing(clock: Hands) -> Iterator[SlackStandIn]:
    with workspace(clock) as running:
        yield running


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """An empty database, where one kind is enough."""
    path = tmp_path / "quintet.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    yield opened
    opened.close()
