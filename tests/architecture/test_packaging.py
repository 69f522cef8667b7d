"""What a fresh machine is given: pinned, hashed, and without the address of any registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in requirements)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def pinned(path: Path) -> set[str]:
    return names(re.findall(r"^[A-Za-z0-9][^\s=]*(?===)", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes_and_names_no_address(path: Path) -> None:
    text = path.read_text()
    pins = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins if "==" in pin)
    assert not re.search(r"https?://|--index-url|--extra-index|--find-links", text)


def test_the_requirement_files_hold_all_that_the_project_declares() -> None:
    project = PROJECT["project"]
    runtime = names(project["dependencies"]) | names(project["optional-dependencies"]["postgresql"])
    assert runtime <= pinned(ROOT / "requirements/runtime.txt")
    assert runtime | names(PROJECT["dependency-groups"]["dev"]) <= pinned(ROOT / "requirements/dev.txt")


def test_runtime_and_development_use_the_same_versions() -> None:
    runtime, dev = ((ROOT / f"requirements/{name}.txt").read_text() for name in ("runtime", "dev"))
    pins = re.findall(r"^\S+==\S+(?: ; .+)?(?= \\$)", runtime, re.MULTILINE)
    assert pins
    assert [pin for pin in pins if pin not in dev] == []


def test_no_python_is_pinned_beyond_its_lower_bound() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert not (ROOT / ".python-version").exists()
    assert not (ROOT / "uv.lock").exists()


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".env.example", ".ci/run"])
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).is_file()
