"""`/dora` from the HTTP request to the answer with its charts, taken by the Slack stand-in, on SQLite.

Every team is asked for once, so no answer was made before. Two processes: Slack, and the bot.

    python benchmarks/bench_dora.py --teams 1000 --events 1000000 --asked 400
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from statistics import median, quantiles

from dora_database import organisation
from dora_slack import Asked, workspace
from generate import FIRST_MONDAY, Size, team_key

FEW_TEAMS = 10
FEW_ROUNDS = 4  # ten teams are few to measure; a bot that was just started has answered none of them
AT_ONCE, ROUNDS = 20, 5
MEDIAN_MS, P99_MS, ACK_MS = 50, 200, 100
MOST_TIMES = 1.25  # how much longer an answer may take with a hundred times as many teams stored


@dataclass(frozen=True, slots=True)
class Measured:
    alone: list[Asked]
    acks_at_once: list[float]


def measure(size: Size, asked: int, rounds: int) -> Measured:
    """A bot newly started, asked for one team after the other, then for many at once, never for one twice."""
    now = FIRST_MONDAY + timedelta(weeks=size.weeks, hours=9)
    teams = map(team_key, range(size.teams))
    with workspace(organisation(size), now) as slack:
        slack.ask(next(teams))  # the first answer also loads what is loaded once
        alone = [slack.ask(team) for team in islice(teams, asked)]
        acks = [ack for batch in _batches(teams, rounds) for ack in slack.ask_at_once(batch)]
    return Measured(alone, acks)


def _batches(teams: Iterator[str], rounds: int) -> Iterator[list[str]]:
    for _ in range(rounds):
        batch = list(islice(teams, AT_ONCE))
        assert len(batch) == AT_ONCE, "too few teams for so many questions"
        yield batch


def p99(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[-1]


def report(many: Measured, few: list[Asked]) -> list[str]:
    """Prints the figures; returns what is worse than it may be."""
    answers, acks = [each.answer for each in many.alone], [each.ack for each in many.alone]
    middle, slowest = median(answers), p99(answers)
    times = middle / median(each.answer for each in few)
    loaded = p99(many.acks_at_once)
    print(f"answers of {len(answers)} teams: median {middle:.0f} ms, 99th percentile {slowest:.0f} ms")
    print(f"ratio to the same with {FEW_TEAMS} teams stored: {times:.2f} (at most {MOST_TIMES:g})")
    print(f"acknowledgements: median {median(acks):.0f} ms, 99th percentile {p99(acks):.0f} ms")
    print(
        f"acknowledgements with {AT_ONCE} answers being made: median {median(many.acks_at_once):.0f} ms, "
        f"99th percentile {loaded:.0f} ms, longest {max(many.acks_at_once):.0f} ms"
    )
    limits = {
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
    fewer = replace(size, teams=FEW_TEAMS, events=size.events * FEW_TEAMS // size.teams)
    few = [each for _ in range(FEW_ROUNDS) for each in measure(fewer, FEW_TEAMS, 0).alone]
    problems = report(measure(size, asked, ROUNDS), few)
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
