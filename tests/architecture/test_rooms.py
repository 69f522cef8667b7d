"""Who may import whom, and how large a room may grow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for room in ("bot", "integrations") for path in (ROOT / room).rglob("*.py"))


def test_arrows_point_inward() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_room(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= 300, f"{path.name} has {lines} lines; one noun a module"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_settings_read_the_environment(path: Path) -> None:
    allowed = {ROOT / "integrations/git/command.py"}  # git itself needs PATH and HOME
    if "settings" in path.parts or path.stem.startswith("settings") or path in allowed:
        return
    text = path.read_text()
    assert "os.environ" not in text
    assert "getenv" not in text
