"""What the tests of sources share: answers that real servers gave, where this machine has a folder of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Recorded = Callable[[str], dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="session")
def recorded() -> Recorded:
    """A source's recorded items by the stem of their file; without the folder, tests that ask are left out."""
    folder = Path(os.environ["QUINTET_RECORDINGS"])
    if not folder.is_dir():
        pytest.fail(f"QUINTET_RECORDINGS names no folder: {folder}")

    def of(source: str) -> dict[str, list[dict[str, Any]]]:
        files = sorted((folder / source).glob("*.jsonl"))
        assert files, f"{folder / source} holds no recorded items"
        return {file.stem: [json.loads(line) for line in file.read_text().splitlines()] for file in files}

    return of
