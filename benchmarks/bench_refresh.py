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
from statistics import median

from cost import Cost, cost_of
from dora_database import Organisation, asked_at
from kept import KEPT
from refresh_beside import Answers, alone, beside_refresh, in_turn, p99, prepare
from refresh_database import Built, built
from refresh_events import Plan

FULL_SECONDS, FULL_MEGABYTES, WEEKLY_SECONDS = 120, 2_000, 10
DORA_MEDIAN_MS, DORA_P99_MS = 50, 300  # of reports that are made ahead, as all are when the day has begun
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
    order = in_turn(refreshed, asked)
    ahead = prepare(made, now + WEEK, refreshed // 2)
    print(f"{refreshed // 2:,} reports made ahead: {ahead.seconds:.2f} s, {ahead.cpu_seconds:.2f} s of processor")
    alone(made, now + WEEK, order).print("alone")
    anew = database.copied(folder / "anew", refreshed)
    prepare(anew, now, refreshed // 2)
    busy = beside_refresh(anew, now, order)
    busy.print("beside a full recompute")
    return [*_slow(steps, refreshed / teams), *_slow_beside(busy)]


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
    return Step(name, scan, cost_of("one_job.py", ["refresh", now.isoformat()], made.environment))


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


def _slow_beside(busy: Answers) -> list[str]:
    limits = {
        f"the median of /dora beside a full recompute is over {DORA_MEDIAN_MS} ms": median(busy.ahead) > DORA_MEDIAN_MS,
        f"one of a hundred answers of /dora beside it took over {DORA_P99_MS} ms": p99(busy.ahead) > DORA_P99_MS,
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
