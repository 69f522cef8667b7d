"""The database that the refresh is measured on: made by `quintet import`, and kept as it is before any refresh."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import generate
from dora_database import Organisation
from dora_streams import add_streams
from kept import kept
from refresh_events import Plan, events

# What decides the rows of the database. Its schema does not: an older one is upgraded where it is opened.
_MAKERS = (
    "benchmarks/generate.py",
    "benchmarks/refresh_events.py",
    "benchmarks/dora_streams.py",
    "bot/events",
    "bot/store/staging.py",
    "bot/store/subjects.py",
)
_EVENTS_A_WORD = 250_000  # of progress


@dataclass(frozen=True, slots=True)
class Built:
    """A database nobody works on, and the events that come later."""

    plan: Plan
    folder: Path

    @property
    def late(self) -> Path:
        return self.folder / "late.ndjson"

    def copied(self, to: Path, teams: int) -> Organisation:
        """One to work on, of which the settings name so many teams."""
        to.mkdir()
        shutil.copyfile(self.folder / "quintet.db", to / "quintet.db")
        copy = Organisation.within(to)
        copy.config.write_text(generate.settings(teams), encoding="utf-8")
        return copy


def built(plan: Plan, within: Path) -> Built:
    """Built once for each plan and each version of what builds it."""
    name = f"refresh-{plan.teams}-{plan.changes}-{plan.weeks}-{plan.share:g}-{plan.seed}"
    return Built(plan, kept(name, _MAKERS, partial(_build, plan), within))


def _build(plan: Plan, folder: Path) -> None:
    _say(f"building {plan.changes:,} changes of {plan.teams:,} teams, kept for the next time")
    made = Organisation.within(folder)
    made.config.write_text(generate.settings(plan.teams), encoding="utf-8")
    _import(plan, made, Built(plan, folder).late)
    add_streams(plan.teams, plan.weeks, made.database_url)


def _import(plan: Plan, made: Organisation, late: Path) -> None:
    """What is stored goes straight into the import, and is written nowhere else."""
    command = [sys.executable, "-m", "bot", "import", "-"]
    with ExitStack() as until_done:
        importing = until_done.enter_context(
            subprocess.Popen(command, env=made.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        )
        assert importing.stdin is not None
        lines = {"stored": importing.stdin, "late": until_done.enter_context(late.open("w", encoding="utf-8"))}
        for place, (when, event) in enumerate(events(plan), start=1):
            lines[when].write(json.dumps(event) + "\n")
            if place % _EVENTS_A_WORD == 0:
                _say(f"{place:,} events made")
        importing.stdin.close()
        _say("all events made; the import puts them in their places")
        assert importing.wait() == 0, "the import failed"


def _say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)
