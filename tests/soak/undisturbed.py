"""A world that nothing befalls: what every other soak of it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from bot.store.database import Database
from tests.soak.course import Stage
from tests.soak.fate import Counted, Fate, Trouble
from tests.soak.kept import Kept, kept
from tests.soak.world import World


@dataclass(frozen=True, slots=True)
class Undisturbed:
    steps: Sequence[Counted]
    """Those of each instant."""
    kept: Kept


def undisturbed(stage: Stage, world: World, database: str) -> Undisturbed:
    ran = stage.run(world, database, Fate(reads_history=True, troubles=[Trouble() for _ in world.instants]))
    assert not ran.failures
    with closing(Database(database)) as opened:
        return Undisturbed(ran.steps, kept(world, opened, stage.standing.messages))
