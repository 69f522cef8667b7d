"""The watch on simulated teams: false pings a team-year, and how many regressions it finds, and how soon.

python benchmarks/bench_watch.py                      # the floor, on 60 teams a scenario
python benchmarks/bench_watch.py --teams 1000         # as the documentation states it; takes half an hour on two cores
python benchmarks/bench_watch.py --all --size 25      # every scenario, another size of team

A seed that was never used before makes the figures honest: --seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import numpy as np
from simulated_team import START, TEAMS, Course, Habits, team, under_stress

from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.regression.looks import looks
from bot.regression.watch import Watch, over
from bot.teams import Team

HISTORY, LOOKS = 52, 52
REPLAYED, REPLAY_SECONDS = 100, 30
WORST_RATE, LEAST_FOUND = 0.12, 0.93  # the floor: false pings a team-year, moderate regressions found in 26 weeks

FASTER = {"volume": 1.75, "lead": 1 / 1.75}
HARMLESS = {
    "stationary": Course(),
    "good speed-up": Course(**FASTER),
    "growth x2": Course(ramp=1, volume=2.0),
    "stability only": Course(failures=2.0, recovery=1.5),
    "dip": Course(dip=(HISTORY + 4, 4, 0.4)),
    "bad week": Course(bad_week=HISTORY + 10),
}
REGRESSIONS = {
    "mild/26w": Course(ramp=26, volume=1.5, lead=1 / 1.5, failures=1.5, recovery=1.5),
    "moderate/26w": Course(ramp=26, **FASTER, failures=2.0, recovery=1.75),
    "moderate/16w": Course(ramp=16, **FASTER, failures=2.0, recovery=1.75),
    "moderate/8w": Course(ramp=8, **FASTER, failures=2.0, recovery=1.75),
    "severe/26w": Course(ramp=26, volume=2.0, lead=0.5, failures=3.0, recovery=2.0),
    "frequency and failures": Course(ramp=16, volume=1.75, failures=2.5),
    # Seeds go by place, so what is new comes last.
    "severe/8w": Course(ramp=8, volume=2.0, lead=0.5, failures=3.0, recovery=2.0),
    **{
        f"moderate/16w, lag {lag}": Course(ramp=16, **FASTER, failures=2.0, recovery=1.75, lag=lag)
        for lag in (4, 8, 12)
    },
}
# As harmless as the first ones, and after all others for the same reason.
HARMLESS_TOO = {"review dropped": Course(**FASTER, unreviewed=0.6)}
FLOOR = (
    "stationary",
    "good speed-up",
    "growth x2",
    "stability only",
    "dip",
    "bad week",
    "review dropped",
    "moderate/16w",
)


@dataclass(frozen=True)
class Found:
    """At how many weeks after the onset each team pinged."""

    pings: Sequence[tuple[int, ...]]

    @property
    def rate(self) -> tuple[float, float]:
        """Pings a team-year, and half of its 95% interval."""
        counts = np.array([len(each) for each in self.pings]) * 52 / LOOKS
        return float(counts.mean()), 1.96 * float(counts.std(ddof=1)) / len(counts) ** 0.5

    def within(self, weeks: int) -> tuple[float, float]:
        """The share found within so many weeks, and half of its 95% interval."""
        share = float(np.mean([bool(each) and each[0] <= weeks for each in self.pings]))
        return share, 1.96 * (share * (1 - share) / len(self.pings)) ** 0.5

    @property
    def median(self) -> float:
        first = [each[0] for each in self.pings if each]
        return float(np.median(first)) if first else float("nan")


def pings(habits: Habits, course: Course, seed: int) -> tuple[int, ...]:
    """The weeks after the onset at which the watch pings, looking with what was known each Monday."""
    watches = _replay(TeamEvents.of(team(habits, course, HISTORY + LOOKS, seed)))
    return tuple(place + 1 for place, watch in enumerate(watches) if watch.pings)


def _replay(events: TeamEvents) -> tuple[Watch, ...]:
    rows = timeline(events, Team("sim", "sim", ("service-*",)))
    end = (START + timedelta(weeks=HISTORY + LOOKS)).timestamp()
    return over(each.score for each in looks(rows, Reach(), end, LOOKS))


def replay_seconds(habits: Habits, seed: int) -> float:
    """What one core needs for one team's year of looks, its events apart."""
    events = TeamEvents.of(team(habits, REGRESSIONS["moderate/16w"], HISTORY + LOOKS, seed))
    begun = time.process_time()
    _replay(events)
    return time.process_time() - begun


def main() -> int:
    asked = _arguments()
    habits = under_stress(TEAMS[asked.size]) if asked.stress else TEAMS[asked.size]
    scenarios = {**HARMLESS, **REGRESSIONS, **HARMLESS_TOO}
    good = True
    print(f"{asked.teams} teams a scenario, {asked.size} deployments a week{', under stress' if asked.stress else ''}")
    with ProcessPoolExecutor() as pool:
        for number, (name, course) in enumerate(scenarios.items()):
            if name not in FLOOR and not asked.all:
                continue
            started = time.perf_counter()
            seeds = [asked.seed * 1_000_000 + number * 10_000 + place for place in range(asked.teams)]
            found = Found(list(pool.map(partial(pings, habits, course), seeds, chunksize=4)))
            good &= _show(name, found, time.perf_counter() - started)
        spent = sum(pool.map(partial(replay_seconds, TEAMS[10]), range(REPLAYED)))
    print(
        f"{LOOKS} weekly looks for {REPLAYED} teams of 10 a week: {spent:.1f} s on one core (at most {REPLAY_SECONDS})"
    )
    return 0 if good and spent <= REPLAY_SECONDS else 1


def _show(name: str, found: Found, seconds: float) -> bool:
    """A line; False where so many teams show that the floor is missed. Where they show neither, the line says so."""
    looked = f"{seconds / len(found.pings):5.2f} s a team-year of looks"
    if name not in REGRESSIONS:
        rate, margin = found.rate
        room = WORST_RATE - rate
        print(f"{name:24s} {rate:.3f} ± {margin:.3f} false pings a team-year   {looked}{_verdict(room, margin)}")
        return room >= -margin
    (soon, margin), (late, _) = found.within(26), found.within(52)
    room = soon - LEAST_FOUND if name in FLOOR else 1.0
    line = f"{soon:.1%} ± {margin:.1%} within 26 weeks, {late:.1%} within 52 @ {found.median:.0f}"
    print(f"{name:24s} {line}   {looked}{_verdict(room, margin)}")
    return room >= -margin


def _verdict(room: float, margin: float) -> str:
    """Of the floor, by how far the estimate keeps clear of it."""
    if abs(room) < margin:
        return f"   the floor is {'kept' if room >= 0 else 'missed'}, not shown by so many teams"
    return "" if room >= 0 else "   the floor is missed"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--teams", type=int, default=60)
    parser.add_argument("--size", type=int, choices=sorted(TEAMS), default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stress", action="store_true")
    parser.add_argument("--all", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
