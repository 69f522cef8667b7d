"""Up to when every source was asked: what happened before is known by then, as far as the sources say it."""

from __future__ import annotations

from datetime import datetime
from math import inf

from bot.jobs.deps import Deps
from bot.store.ledger import ended


def asked_until(deps: Deps) -> float:
    """The quarter of an hour for which each was asked last, however that ended; no limit where there is none to ask.

    After the bot was down it is in the past, until all of them have had their turn: that one may take its time, and
    has an end. What a source that fails holds back is said by how long it has not been read.
    """
    with deps.database.reading() as connection:
        slots = ended(connection, "sync")
    return min((_instant(slots.get(source)) for source in deps.openers), default=inf)


def _instant(slot: str | None) -> float:
    return -inf if slot is None else datetime.fromisoformat(slot).timestamp()
