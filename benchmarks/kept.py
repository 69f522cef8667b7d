"""What takes long to build is kept for the next time, until what makes it changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

KEPT = Path(__file__).parents[1] / ".cache" / "benchmarks"
_PROJECT = Path(__file__).parents[1]


def kept(name: str, makers: Iterable[str], build: Callable[[Path], None], within: Path = KEPT) -> Path:
    """The folder that `build` filled; `makers` are the project's files and folders that decide what is in it."""
    folder = within / f"{name}-{_version(makers)}"
    done = folder / "done"
    if not done.exists():
        for outdated in within.glob(f"{name}-*"):
            shutil.rmtree(outdated)
        folder.mkdir(parents=True)
        build(folder)
        done.touch()
    return folder


def _version(makers: Iterable[str]) -> str:
    digest = sha256()
    for path in sorted(file for maker in makers for file in _files(_PROJECT / maker)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))
