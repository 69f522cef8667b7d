"""The refresh of many teams with a year of events, beside a bare scan of the same rows; and /dora beside the refresh.

Each step runs in a process of its own, on a copy of a database that is built once. --refresh-teams measures a share of
the teams, among the rows of all of them; the limits are that share of what they are.

    python benchmarks/bench_refresh.py --teams 1000 --changes 5000000 --weeks 52 --share 0.01
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from bench_dora import p99
from cost import Cost, cost_of
from dora_database import Organisation, asked_at
from generate import team_key
from kept import KEPT
from refresh_beside import alone, beside_refresh
from refresh_database import Built, built
from refresh_events import Plan

FULL_SECONDS, FULL_MEGABYTES, WEEKLY_SECONDS = 120, 2_000, 10
QUARTER, WEEK = timedelta(minutes=15), timedelta(weeks=1)  # a refresh comes at least every quarter of an hour


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    scan: Cost
    """Of the same rows, directly before."""
    refresh: Cost


def main() -> None:
    asked = _arguments()
    plan = Plan(asked.teams, asked.changes, asked.weeks, asked.share, asked.seed)
    database = built(plan, asked.keep)
    refreshed = min(asked.refresh_teams or plan.teams, plan.teams)
    with tempfile.TemporaryDirectory(dir=asked.keep) as folder:
        problems = measure(database, Path(folder), refreshed, asked.asked)
    if problems:
        sys.exit("\n".join(problems))


def measure(database: Built, folder: Path, refreshed: int, asked: int) -> list[str]:
    """Prints the figures; returns what is worse than it may be."""
    now, teams = asked_at(database.plan.weeks), database.plan.teams
    made = database.copied(folder / "refreshed", refreshed)
    steps = _steps(made, database.late, now)
    print(f"{steps[-1].scan.tells['rows']:,} events of {teams:,} teams stored; {refreshed:,} teams refreshed")
    for step in steps:
        _print(step)
    order = Random(1).sample([team_key(place) for place in range(refreshed)], min(asked + 1, refreshed))
    quiet = alone(made, now + WEEK, order)
    busy = beside_refresh(database.copied(folder / "anew", refreshed), now, order)
    for name, answers in (("alone", quiet), ("beside a full recompute", busy)):
        print(f"/dora {name}: median {median(answers):.0f} ms, 99th percentile {p99(answers):.0f} ms of {len(answers)}")
    print(f"ratio of the medians: {median(busy) / median(quiet):.2f}")
    return _slow(steps, refreshed / teams)


def _steps(made: Organisation, late: Path, now: datetime) -> list[Step]:
    full = _step("full recompute", made, now)
    subprocess.run(
        [sys.executable, "-m", "bot", "import", str(late)], check=True, env=made.environment, stdout=subprocess.DEVNULL
    )
    return [
        full,
        _step("new events of the last two weeks", made, now),
        _step("nothing new", made, now + QUARTER),
        _step("a week later, nothing new", made, now + WEEK),
    ]


def _step(name: str, made: Organisation, now: datetime) -> Step:
    print(f"{name} …", file=sys.stderr, flush=True)
    scan = cost_of("refresh_scan.py", [made.database_url.removeprefix("sqlite:///")], made.environment)
    return Step(name, scan, cost_of("refresh_job.py", [now.isoformat()], made.environment))


def _print(step: Step) -> None:
    cost = step.refresh
    print(
        f"{step.name:33s}{cost.seconds:8.2f} s {cost.cpu_seconds:8.2f} s of processor {cost.megabytes:6.0f} MB, "
        f"{cost.seconds / step.scan.seconds:7.3f} times a bare scan ({step.scan.seconds:.2f} s)"
    )


def _slow(steps: list[Step], share: float) -> list[str]:
    full, weekly, _, later = (step.refresh for step in steps)
    full_seconds, weekly_seconds = FULL_SECONDS * share, WEEKLY_SECONDS * share
    limits = {
        f"the full recompute took over {full_seconds:g} s": full.seconds > full_seconds,
        f"the full recompute needed over {FULL_MEGABYTES:,} MB": full.megabytes > FULL_MEGABYTES,
        f"the refresh with new events took over {weekly_seconds:g} s": weekly.seconds > weekly_seconds,
        f"the refresh of a week later took over {weekly_seconds:g} s": later.seconds > weekly_seconds,
    }
    return [says for says, broken in limits.items() if broken]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("teams", 1_000), ("changes", 5_000_000), ("weeks", 52), ("seed", 1), ("asked", 400)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--share", type=float, default=0.01, help="of the events, that come after the first refresh")
    parser.add_argument("--refresh-teams", type=int, metavar="COUNT")
    parser.add_argument("--keep", type=Path, default=KEPT, metavar="FOLDER", help="where the database stays")
    return parser.parse_args()


if __name__ == "__main__":
    main()
