"""What befalls a soak, drawn from its seed: where its process is killed, and what Slack and the source do meanwhile."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.demo.slack_standin import Closed, Fault, RateLimited, ServerError
from tests.dying import Death, Step

_POSTS: tuple[Fault, ...] = (
    RateLimited(1),
    RateLimited(20),
    ServerError(),
    ServerError(taken=True),
    Closed(),
    Closed(taken=True),
)
_READS: tuple[Fault, ...] = (RateLimited(5), ServerError(), Closed())
# Where something dies: most often where most is at stake.
_JOBS = ("sync", "refresh", "deliver") * 2 + ("watch", "digest", "prepare", "prune")
_READS_HISTORY = 0.65  # of all workspaces
_SLOWEST_SECONDS = 9.0  # an answer that takes longer is none

Counted = Mapping[Step, int]


@dataclass(slots=True)
class Trouble:
    """What befalls one instant."""

    deaths: list[Death] = field(default_factory=list[Death])
    posts: tuple[Fault, ...] = ()
    reads: tuple[Fault, ...] = ()
    slow: tuple[int, float] = (0, 0.0)
    """Which answer of Slack takes so many seconds."""
    down: int = 0
    """So many requests of the source are answered with 503."""
    twin: bool = False
    """A second process does the same jobs beside it, and is not killed."""


@dataclass(frozen=True, slots=True)
class Fate:
    reads_history: bool
    troubles: Sequence[Trouble]


def fate(seed: int, undisturbed: Sequence[Counted]) -> Fate:
    """By the steps that an undisturbed run took at each instant; one more or less of them changes little of it."""
    chance = random.Random(seed)  # noqa: S311  seeded, not secret
    troubles = [_trouble(chance) for _ in undisturbed]
    for _ in range(chance.randint(4, 8)):
        job = chance.choice(_JOBS)
        if instants := [place for place, counted in enumerate(undisturbed) if _steps(counted, job)]:
            place = chance.choice(instants)
            troubles[place].deaths.extend(_deaths(chance, undisturbed[place], job))
    return Fate(chance.random() < _READS_HISTORY, troubles)


def _steps(counted: Counted, job: str) -> Sequence[Step]:
    return sorted(step for step in counted if step.job == job)


def _trouble(chance: random.Random) -> Trouble:
    return Trouble(
        posts=_some(chance, _POSTS),
        reads=_some(chance, _READS),
        slow=(chance.randint(1, 4), chance.uniform(1, _SLOWEST_SECONDS)) if chance.random() < 0.3 else (0, 0.0),
        down=chance.randint(1, 3) if chance.random() < 0.1 else 0,
        twin=chance.random() < 0.1,
    )


def _some(chance: random.Random, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(chance.choices(faults, k=chance.randint(1, 2))) if chance.random() < 0.3 else ()


def _deaths(chance: random.Random, counted: Counted, job: str) -> list[Death]:
    """One at any moment of the job, however seldom that comes; now and then the next process dies there at once."""
    step = chance.choice(_steps(counted, job))
    nth = 1 + int(chance.random() * counted[step])
    again = chance.randint(1, 2) if chance.random() < 0.3 else 0
    return [Death(step, nth), *([Death(step, 1)] * again)]
