"""Journeys go through one database each: which one makes no difference here, and tests/integration holds both to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import empty_database


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLite, unless a test asks for another one by `parametrize(..., indirect=True)`."""
    with empty_database(request, getattr(request, "param", "sqlite"), tmp_path) as url:
        yield url
