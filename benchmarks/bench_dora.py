"""`/dora` from the HTTP request to the answer with its charts, taken by the Slack stand-in, on SQLite.

Every team is asked for once, and no report is made ahead, so each answer is made from its events. Slack and the bot
are two processes. At the end the bot's jobs compute every team anew beside it; then the reports of half of the teams
are made ahead, as the job `prepare` does it for all.

    python benchmarks/bench_dora.py --teams 1000 --events 1000000 --asked 400
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from dora_database import asked_at, organisation, without_looks
from dora_slack import Asked, Slack, workspace
from generate import Size, team_key
from kept import KEPT
from refresh_beside import Answers, beside_refresh, in_turn, p99, prepare

FEW_TEAMS, FEW_SEEDS = 10, 4
AT_ONCE, ROUNDS = 20, 5
MEDIAN_MS, P99_MS, ACK_MS = 50, 200, 100
BESIDE_P99_MS = 300  # while every team is computed anew
MOST_TIMES = 1.25  # how much longer an answer may take with a hundred times as many teams stored


@dataclass(frozen=True, slots=True)
class Measured:
    alone: list[Asked]
    acks_at_once: list[float]
    in_turn: list[tuple[Asked, Asked]]  # with many teams stored, and with few
    beside: Answers  # while every team was computed anew


def measure(size: Size, asked: int) -> Measured:
    """A bot newly started, asked for one team after the other, then for many at once, then in turn with small ones."""
    teams = map(team_key, range(size.teams))
    with workspace(organisation(size), asked_at(size.weeks)) as slack:
        slack.ask(next(teams))  # the first answer also loads what is loaded once
        alone = [slack.ask(team) for team in islice(teams, asked)]
        acks = [ack for batch in _batches(teams) for ack in slack.ask_at_once(batch)]
        in_turn = [pair for seed in range(FEW_SEEDS) for pair in _in_turn(slack, teams, _fewer(size, seed))]
    return Measured(alone, acks, in_turn, _beside(size))


def _beside(size: Size) -> Answers:
    with TemporaryDirectory(dir=KEPT) as folder:
        anew, now = without_looks(organisation(size), Path(folder)), asked_at(size.weeks)
        prepare(anew, now, size.teams // 2)
        return beside_refresh(anew, now, in_turn(size.teams, size.teams))


def _in_turn(large: Slack, teams: Iterator[str], size: Size) -> Iterator[tuple[Asked, Asked]]:
    """In turn, so that whatever else the machine does slows both."""
    few = map(team_key, range(size.teams))
    with workspace(organisation(size), asked_at(size.weeks)) as small:
        small.ask(next(few))
        for team in few:
            yield large.ask(next(teams)), small.ask(team)


def _fewer(size: Size, seed: int) -> Size:
    return replace(size, teams=FEW_TEAMS, events=size.events * FEW_TEAMS // size.teams, seed=seed)


def _batches(teams: Iterator[str]) -> Iterator[list[str]]:
    for _ in range(ROUNDS):
        batch = list(islice(teams, AT_ONCE))
        assert len(batch) == AT_ONCE, "too few teams for so many questions"
        yield batch


def report(found: Measured) -> list[str]:
    """Prints the figures; returns what is worse than it may be."""
    answers, acks = [each.answer for each in found.alone], [each.ack for each in found.alone]
    middle, slowest = median(answers), p99(answers)
    large, small = ([each.answer for each in side] for side in zip(*found.in_turn, strict=True))
    times = median(large) / median(small)
    loaded = p99(found.acks_at_once)
    print(f"answers of {len(answers)} teams: median {middle:.0f} ms, 99th percentile {slowest:.0f} ms")
    print(f"ratio to the same with {FEW_TEAMS} teams stored: {times:.2f} (at most {MOST_TIMES:g})")
    print(f"acknowledgements: median {median(acks):.0f} ms, 99th percentile {p99(acks):.0f} ms")
    print(
        f"acknowledgements with {AT_ONCE} answers being made: median {median(found.acks_at_once):.0f} ms, "
        f"99th percentile {loaded:.0f} ms, longest {max(found.acks_at_once):.0f} ms"
    )
    found.beside.print("beside a full recompute")
    limits = {
        f"the median answer beside a full recompute took over {MEDIAN_MS} ms": median(found.beside.ahead) > MEDIAN_MS,
        f"one answer of a hundred beside it took over {BESIDE_P99_MS} ms": p99(found.beside.ahead) > BESIDE_P99_MS,
        f"the median answer took over {MEDIAN_MS} ms": middle > MEDIAN_MS,
        f"one answer of a hundred took over {P99_MS} ms": slowest > P99_MS,
        f"acknowledgements took over {ACK_MS} ms": loaded > ACK_MS,
        "answers take longer the more other teams are stored": times > MOST_TIMES,
    }
    return [says for says, broken in limits.items() if broken]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("teams", 1_000), ("events", 1_000_000), ("weeks", 125), ("seed", 1), ("asked", 400)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = vars(parser.parse_args())
    asked = given.pop("asked")
    size = Size(**given)
    if problems := report(measure(size, asked)):
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
