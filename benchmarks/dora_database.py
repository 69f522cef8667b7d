"""The database that /dora is measured on: made by `quintet import`, kept until what makes it changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import generate
from dora_looks import keep_looks
from dora_streams import add_streams
from generate import FIRST_MONDAY, Size
from kept import kept
from sqlalchemy import delete

from bot.store.schema import open_database
from bot.store.work_tables import looks, team_weeks

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

    config: Path
    database_url: str

    @classmethod
    def within(cls, folder: Path) -> Organisation:
        return cls(folder / "quintet.yaml", f"sqlite:///{folder / 'quintet.db'}")

    @property
    def environment(self) -> dict[str, str]:
        """In which the project's commands find it."""
        return {**os.environ, "QUINTET_DATABASE_URL": self.database_url, "QUINTET_CONFIG": str(self.config)}


def asked_at(weeks: int) -> datetime:
    """A Monday morning, when the last week is complete."""
    return FIRST_MONDAY + timedelta(weeks=weeks, hours=9)


def organisation(size: Size) -> Organisation:
    """Built once for each size and each version of what builds it."""
    name = f"dora-{size.teams}-{size.events}-{size.weeks}-{size.seed}"
    return Organisation.within(kept(name, _MAKERS, partial(_build, size)))


def without_looks(made: Organisation, folder: Path) -> Organisation:
    """A copy of which nothing is computed yet."""
    copy = Organisation.within(folder)
    shutil.copyfile(made.config, copy.config)
    shutil.copyfile(folder_of(made) / "quintet.db", folder / "quintet.db")
    with closing(open_database(copy.database_url)) as database, database.writing() as connection:
        for table in (looks, team_weeks):
            connection.execute(delete(table))
    return copy


def folder_of(made: Organisation) -> Path:
    return made.config.parent


def _build(size: Size, folder: Path) -> None:
    print(f"building {size.events:,} events of {size.teams:,} teams, kept for the next time", flush=True)
    made = Organisation.within(folder)
    made.config.write_text(generate.settings(size.teams), encoding="utf-8")
    events = folder / "events.ndjson"
    generate.write(size, events)
    command = [sys.executable, "-m", "bot", "import", str(events)]
    subprocess.run(command, check=True, env=made.environment, stdout=subprocess.DEVNULL)
    events.unlink()
    add_streams(size.teams, size.weeks, made.database_url)
    keep_looks(size, made.database_url, asked_at(size.weeks))
