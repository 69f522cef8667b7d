"""Who may import whom, and how large a room may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for room in ("bot", "integrations") for path in (ROOT / room).rglob("*.py"))

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PURE = tuple(next(each for each in CONTRACTS if "pure" in each["name"])["source_modules"])


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_in(path: Path, rooms: tuple[str, ...]) -> bool:
    return any(f"{module(path)}.".startswith(f"{room}.") for room in rooms)


def test_arrows_point_inward() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_room(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= 300, f"{path.name} has {lines} lines; one noun a module"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_on_a_screen(path: Path) -> None:
    functions = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))
    lines = {function.name: (function.end_lineno or 0) - function.lineno + 1 for function in functions}
    assert not {name for name, count in lines.items() if count > 40}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_settings_read_the_environment(path: Path) -> None:
    allowed = {ROOT / "integrations/git/command.py"}  # git itself needs PATH and HOME
    if "settings" in path.parts or path.stem.startswith("settings") or path in allowed:
        return
    text = path.read_text()
    assert "os.environ" not in text
    assert "getenv" not in text


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if is_in(path, PURE)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_core_reads_no_clock(path: Path) -> None:
    """The import contract keeps out `time`; `datetime` is there for its types alone."""
    named = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not named & {"now", "utcnow", "today"}


def test_a_source_may_know_only_the_vocabulary_its_contract_and_the_errors() -> None:
    contract = next(each for each in CONTRACTS if "source" in each["name"])
    forbidden = tuple(contract["forbidden_modules"])
    open_to_it = {module(path) for path in SOURCES if not is_in(path, forbidden)}
    rooms = {name.split(".")[1] for name in open_to_it if name.startswith("bot.")}
    assert rooms == {"events", "errors", "source", "__main__"}
