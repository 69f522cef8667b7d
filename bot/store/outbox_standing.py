"""How the parts of one message stand, and the outbox as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, func, select

from bot.store.outbox_claims import again_at
from bot.store.subjects import instant
from bot.store.work_tables import outbox


@dataclass(frozen=True, slots=True)
class Standing:
    """One part: `state` as the outbox has it, and the reason of one that was not taken."""

    part: int
    state: str
    reason: str | None

    @property
    def waits(self) -> bool:
        """It is still to be sent, and nothing is known to keep it back."""
        return self.state in {"pending", "sending"} and self.reason is None


def standing(connection: Connection, key: str) -> Sequence[Standing]:
    """The message and its thread, in order; nothing where it was never written down."""
    columns = (outbox.c.part, outbox.c.state, outbox.c.reason)
    rows = connection.execute(select(*columns).where(outbox.c.key == key).order_by(outbox.c.part))
    return [Standing(*row) for row in rows]


def last_sent(connection: Connection, channel: str) -> float | None:
    """When something last arrived in a channel."""
    last = connection.execute(select(func.max(outbox.c.sent_at)).where(outbox.c.channel == channel)).scalar_one()
    return None if last is None else instant(last)


def is_held(connection: Connection) -> bool:
    """Whether nothing goes out until somebody mends it; a pause that Slack asks for passes by itself."""
    held = and_(outbox.c.state == "held", outbox.c.reason != "ratelimited")
    return connection.execute(select(exists().where(held))).scalar_one()


@dataclass(frozen=True, slots=True)
class Traffic:
    """When the last message went out, how many wait, and when the next one is due."""

    last: float | None
    waiting: int
    following: float | None


def traffic(connection: Connection) -> Traffic:
    """Whatever waits for another message or for somebody waits too, but nothing is due before that."""
    last = connection.execute(select(func.max(outbox.c.sent_at))).scalar_one()
    waits = outbox.c.state.in_(("pending", "sending", "held")) | outbox.c.due_at.is_not(None)
    waiting = connection.execute(select(func.count()).select_from(outbox).where(waits)).scalar_one()
    return Traffic(None if last is None else instant(last), waiting, again_at(connection))
