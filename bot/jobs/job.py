"""What a job is: what of it is due, and what one turn of it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import QuintetError
from bot.jobs.deps import Deps
from bot.store.ledger import Turn

Effect = Callable[[Connection], None]
"""What a turn changes: it commits together with the record that the turn is done, or not at all."""


class StoppedError(QuintetError):
    """The bot was told to stop in the middle of it; the next one to run goes on from here."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    due: Callable[[Deps, float], Iterable[Turn]]
    """What has to be done by now, done already or not: the ledger knows that."""
    run: Callable[[Deps, Turn], Effect]
    """Does the work without holding the write lock; raises where it could not be done."""


def nothing(_connection: Connection) -> None:
    """The effect of a turn whose work is kept already."""
