"""The outbox: what has to reach Slack is written down in the transaction of what made it worth saying."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from bot.blocks.message import Message
from bot.store.work_tables import outbox

# https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel.
CHANNEL_SECONDS = 1.0
_MICROSECONDS_A_SECOND = 1_000_000

Operation = Literal["post", "reply", "edit"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, unique by its key and part; `parent` is the part of the same key whose thread a reply stands in."""

    key: str
    part: int
    channel: str
    operation: Operation
    message: Message
    parent: int | None = None
    revision: int = 1


class _Known(NamedTuple):
    revision: int
    state: str
    ts: str | None


def enqueue(connection: Connection, outgoing: Iterable[Outgoing], now: float) -> int:
    """Write down what is new, and say how many that were; the same again, or an older revision, changes nothing.

    A newer revision of what was posted becomes an edit of it; of what was not, it takes its place.
    """
    return sum(_wrote(connection, each, now) for each in outgoing)


def _wrote(connection: Connection, outgoing: Outgoing, now: float) -> bool:
    known = _known(connection, outgoing)
    if known is None:
        return _add(connection, outgoing, now)
    if outgoing.revision <= known.revision:
        return False
    _replace(connection, outgoing, known, now)
    return True


def _known(connection: Connection, outgoing: Outgoing) -> _Known | None:
    columns = (outbox.c.revision, outbox.c.state, outbox.c.ts)
    row = connection.execute(select(*columns).where(row_of(outgoing.key, outgoing.part))).one_or_none()
    return None if row is None else _Known(*row)


def _add(connection: Connection, outgoing: Outgoing, now: float) -> bool:
    if outgoing.operation == "edit":  # of something that was never to be said
        return False
    values = {
        "key": outgoing.key,
        "part": outgoing.part,
        "channel": outgoing.channel,
        "operation": outgoing.operation,
        "parent": outgoing.parent,
        "state": "pending",
        "attempts": 0,
        "due_at": _next_in_channel(connection, outgoing.channel, now),
        "created_at": stored(now),
        **_content(outgoing),
    }
    connection.execute(insert(outbox).values(values))
    return True


def _replace(connection: Connection, outgoing: Outgoing, known: _Known, now: float) -> None:
    values = _content(outgoing)
    if known.ts is not None:
        values["operation"] = "edit"
    if _begins_anew(outgoing, known):  # whoever is sending it sees the newer revision when that is done
        values |= {"state": "pending", "reason": None, "due_at": _next_in_channel(connection, outgoing.channel, now)}
    connection.execute(update(outbox).where(row_of(outgoing.key, outgoing.part)).values(values))


def _begins_anew(outgoing: Outgoing, known: _Known) -> bool:
    """What Slack refused is tried again as it is now; but nobody wants the end of what they never saw."""
    return known.state == "sent" or (known.state == "parked" and (known.ts is not None or outgoing.operation != "edit"))


def _content(outgoing: Outgoing) -> dict[str, object]:
    message = outgoing.message
    body = {"text": message.text, "blocks": list(message.blocks), "words": message.words}
    return {"revision": outgoing.revision, "form": "blocks", "body": json.dumps(body, ensure_ascii=False)}


def _next_in_channel(connection: Connection, channel: str, now: float) -> int:
    """Now, or a second after what was last handed to Slack for this channel."""
    last = connection.execute(select(func.max(outbox.c.tried_at)).where(outbox.c.channel == channel)).scalar_one()
    at = stored(now)
    return at if last is None else max(at, last + stored(CHANNEL_SECONDS))


def stored(at: float) -> int:
    """POSIX seconds as whole microseconds."""
    return round(at * _MICROSECONDS_A_SECOND)


def row_of(key: str, part: int) -> ColumnElement[bool]:
    return and_(outbox.c.key == key, outbox.c.part == part)
