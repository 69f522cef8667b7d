"""How a claimed row of the outbox ends. Each ending counts only for the claim's holder, but that it was posted."""

from __future__ import annotations

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.sql import ColumnElement

from bot.store.outbox import CHANNEL_SECONDS, row_of, stored
from bot.store.outbox_claims import Claim, Place
from bot.store.work_tables import outbox


def sent(connection: Connection, claim: Claim, place: Place, revision: int, now: float) -> None:
    """It stands in Slack. Where a newer revision was enqueued meanwhile, that is an edit which is due."""
    this = and_(row_of(claim.key, claim.part), or_(outbox.c.ts.is_(None), _held(claim)))
    newest = connection.execute(select(outbox.c.revision).where(this)).scalar_one_or_none()
    if newest is None:
        return
    values: dict[str, object] = {
        "state": "sent",
        "revision_sent": revision,
        "sent_channel": place.channel,
        "ts": place.ts,
        "sent_at": stored(now),
        "lease_until": None,
        "due_at": None,
    }
    if newest > revision:
        values |= {"state": "pending", "operation": "edit", "due_at": stored(now + CHANNEL_SECONDS)}
    if claim.form == "blocks":  # otherwise the reason says why it is shorter than it was meant to be
        values["reason"] = None
    connection.execute(update(outbox).where(this).values(values))
    tried(connection, claim, now)


def put_off(connection: Connection, claim: Claim, due_at: float, reason: str | None = None) -> None:
    """It was not posted, and will be tried again."""
    _end(connection, claim, state="pending", due_at=stored(due_at), reason=reason)


def simplified(connection: Connection, claim: Claim, form: str, due_at: float, reason: str) -> None:
    """Slack refused it as it was; a newer revision is tried as it is."""
    put_off(connection, claim, due_at, reason)
    same = and_(row_of(claim.key, claim.part), outbox.c.revision == claim.revision)
    connection.execute(update(outbox).where(same).values(form=form))


def parked(connection: Connection, claim: Claim, reason: str, due_at: float | None = None) -> None:
    """Slack refused it; with `due_at` it is tried again then, for somebody may have mended the cause."""
    _end(connection, claim, state="parked", due_at=None if due_at is None else stored(due_at), reason=reason)


def unknown(connection: Connection, claim: Claim, reason: str) -> None:
    """Nobody can tell whether it was posted."""
    _end(connection, claim, state="unknown", due_at=None, reason=reason)


def in_doubt(connection: Connection, claim: Claim, reason: str, lease_until: float) -> None:
    """It may have been posted: nobody touches it until the lease ends, and then it is looked up."""
    doubted = {"reason": reason, "lease_until": stored(lease_until)}
    connection.execute(update(outbox).where(_held(claim)).values(doubted))


def held(connection: Connection, claim: Claim, until: float, reason: str) -> None:
    """It was not posted, and until then nothing else is."""
    _end(connection, claim, state="held", due_at=stored(until), reason=reason)


def tried(connection: Connection, claim: Claim, at: float) -> None:
    """Slack was asked: the channel's next message comes a second later, behind whoever is due by then."""
    connection.execute(update(outbox).where(row_of(claim.key, claim.part)).values(tried_at=stored(at)))
    following = stored(at + CHANNEL_SECONDS)
    others = and_(outbox.c.channel == claim.channel, outbox.c.due_at < following)
    connection.execute(update(outbox).where(others).values(due_at=following))


def _end(connection: Connection, claim: Claim, **values: object) -> None:
    connection.execute(update(outbox).where(_held(claim)).values(lease_until=None, **values))


def _held(claim: Claim) -> ColumnElement[bool]:
    this = row_of(claim.key, claim.part)
    return and_(this, outbox.c.state == "sending", outbox.c.attempts == claim.attempt)
