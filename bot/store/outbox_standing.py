"""How the parts of one message stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

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
