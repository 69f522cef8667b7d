"""A year of many teams, large releases and all: what is stored, and the small part of it that comes later.

What comes later is of the last two weeks: whole releases that nobody had heard of, and the ends of open incidents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from generate import Fields, release, slo_window

RELEASES_A_WEEK = (6, 14)  # the fewest and the most
LATE_WEEKS = 2
UNLINKED = 0.15  # of the incidents; the others name their deployment

When = Literal["stored", "late"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`share`: how much of all that there is comes later."""

    teams: int
    changes: int
    weeks: int
    share: float
    seed: int = 1


def events(plan: Plan) -> Iterator[tuple[When, Fields]]:
    """Exactly so many changes, week by week, all teams mixed; the same for the same plan."""
    random, late = Random(plan.seed), 0.0
    for week in range(plan.weeks):
        for team in range(plan.teams):
            yield "stored", slo_window(random, team, week)
            for made in _releases(random, team, week, _changes(plan, team, week)):
                late += _late_a_release(plan, week)
                if late >= 1:  # counted on from team to team: each has some, and all together as many as planned
                    late -= 1
                    for event in made:
                        yield "late", event
                else:
                    yield from _stored(made, is_last_week=week == plan.weeks - 1)


def _changes(plan: Plan, team: int, week: int) -> int:
    parts, place = plan.weeks * plan.teams, week * plan.teams + team
    return plan.changes * (place + 1) // parts - plan.changes * place // parts


def _late_a_release(plan: Plan, week: int) -> float:
    return plan.share * plan.weeks / LATE_WEEKS if week >= plan.weeks - LATE_WEEKS else 0.0


def _releases(random: Random, team: int, week: int, changes: int) -> Iterator[list[Fields]]:
    """As a merge queue has it: the pipeline runs once a release, on the last of its changes."""
    count = random.randint(*RELEASES_A_WEEK)
    for place in range(count):
        part = changes * (place + 1) // count - changes * place // count
        made = release(random, team, week, place, changes=part, tested=1)
        if made[-1]["kind"] == "incident" and random.random() < UNLINKED:
            del made[-1]["deployment"]
        yield made


def _stored(made: list[Fields], *, is_last_week: bool) -> Iterator[tuple[When, Fields]]:
    """An incident of the last week is open at first, and its end comes later."""
    for event in made:
        if event["kind"] == "incident" and is_last_week:
            ongoing = {name: value for name, value in event.items() if name != "resolved_at"}
            yield "stored", {**ongoing, "status": "open"}
            yield "late", event
        else:
            yield "stored", event
