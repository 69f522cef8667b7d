"""Whether messages reach Slack, for `quintet doctor`."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.doctor_report import Check
from bot.store import outbox_troubles
from bot.store.outbox_troubles import Trouble
from bot.words import delivery


def troubles(connection: Connection, now: float) -> tuple[Check, ...]:
    """What keeps messages back, or kept them from coming as they should: the last four weeks."""
    return tuple(_check(trouble) for trouble in outbox_troubles.troubles(connection, now))


def _check(trouble: Trouble) -> Check:
    """Something has to be mended where messages still wait for somebody."""
    says, do = remark(trouble)
    waits = trouble.became in ("parked", "held", "overdue")
    return Check(about="delivery", state="mend" if waits and do != delivery.PASSES else "note", says=says, do=do)


def remark(trouble: Trouble) -> tuple[str, str]:
    """What is the matter, and what mends it."""
    messages, channels, reason = trouble.messages, trouble.channels, trouble.reason or ""
    match trouble.became:
        case "parked":
            return delivery.parked(messages, channels, reason)
        case "given_up":
            return delivery.given_up(messages, channels, reason)
        case "held":
            return delivery.held(reason)
        case "unknown":
            return delivery.unknown(messages, channels, reason)
        case "simplified":
            return delivery.simplified(messages, channels, reason)
        case "overdue":
            return delivery.overdue(messages, channels, trouble.since)
