"""The database that /dora is measured on: made by `quintet import`, kept until what makes it changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import generate
from dora_looks import keep_looks
from dora_streams import add_streams
from generate import FIRST_MONDAY, Size

KEPT = Path(__file__).parents[1] / ".cache" / "benchmarks"
# What decides the rows of a database.
_MAKERS = (
    "benchmarks/generate.py",
    "benchmarks/dora_looks.py",
    "benchmarks/dora_streams.py",
    "bot/events",
    "bot/ingest.py",
    "bot/regression",
    "bot/store",
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Teams with their events stored; `config` is their settings file."""

    size: Size
    config: Path
    database_url: str


def asked_at(size: Size) -> datetime:
    """A Monday morning, when the last week is complete."""
    return FIRST_MONDAY + timedelta(weeks=size.weeks, hours=9)


def organisation(size: Size) -> Organisation:
    """Built once for each size and each version of what builds it."""
    name = f"dora-{size.teams}-{size.events}-{size.weeks}-{size.seed}"
    folder = KEPT / f"{name}-{_version()}"
    made = Organisation(size, folder / "quintet.yaml", f"sqlite:///{folder / 'quintet.db'}")
    done = folder / "done"
    if not done.exists():
        for outdated in KEPT.glob(f"{name}-*"):
            shutil.rmtree(outdated)
        _build(made, folder)
        done.touch()
    return made


def _build(made: Organisation, folder: Path) -> None:
    print(f"building {made.size.events:,} events of {made.size.teams:,} teams, kept for the next time", flush=True)
    folder.mkdir(parents=True)
    made.config.write_text(generate.settings(made.size), encoding="utf-8")
    events = folder / "events.ndjson"
    generate.write(made.size, events)
    environment = {**os.environ, "QUINTET_DATABASE_URL": made.database_url, "QUINTET_CONFIG": str(made.config)}
    command = [sys.executable, "-m", "bot", "import", str(events)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    events.unlink()
    add_streams(made.size, made.database_url)
    keep_looks(made.size, made.database_url, asked_at(made.size))


def _version() -> str:
    digest = sha256()
    for path in sorted(file for maker in _MAKERS for file in _files(KEPT.parents[1] / maker)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))
