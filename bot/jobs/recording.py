"""What Slack answered, as the outbox keeps it: sent, put off, parked, or nobody can tell."""

from __future__ import annotations

from enum import Enum
from typing import Literal

import structlog
from sqlalchemy import Connection

from bot.jobs.outcome import Found, InDoubt, Limited, NotThere, Outcome, Posted, Refused, Unreached, Unreadable
from bot.jobs.remedies import Remedy, remedy, simpler
from bot.store import outbox_endings as endings
from bot.store.outbox import CHANNEL_SECONDS
from bot.store.outbox_claims import Claim

# How soon a refusal that somebody can mend is tried again: of one channel, and of the whole workspace.
CHANNEL_RETRY_SECONDS = 3_600.0
WORKSPACE_RETRY_SECONDS = 300.0
UNREACHED_RETRY_SECONDS = 30.0
DOUBT_SECONDS = 60.0
# What may pass by itself is tried again sooner, each time after twice as long.
FIRST_RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 600.0

_NOT_ALLOWED = frozenset({"missing_scope", "no_permission"})

IfUnknown = Literal["park", "repost"]

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Became(Enum):
    """What became of a row in a round."""

    SENT = "sent"
    PUT_OFF = "put_off"
    PARKED = "parked"
    UNKNOWN = "unknown"


def held_until(outcome: Outcome, now: float) -> float:
    """Until when nothing more is sent anywhere, as Slack says, or for its sake; 0 where all goes on."""
    match outcome:
        case Limited(seconds, everywhere=True):
            return now + seconds
        case Refused(reason) if remedy(reason) is Remedy.WORKSPACE:
            return now + WORKSPACE_RETRY_SECONDS
        case Unreached():
            return now + UNREACHED_RETRY_SECONDS
        case _:
            return 0.0


def record(connection: Connection, claim: Claim, outcome: Outcome, now: float) -> Became:
    """Keep what became of a post or an edit."""
    until = held_until(outcome, now)
    match outcome:
        case Posted(place, revision):
            endings.sent(connection, claim, place, revision, now)
            return Became.SENT
        case Limited(seconds, everywhere=False):
            endings.put_off(connection, claim, now + seconds, "rate_limited")
            endings.tried(connection, claim, now + seconds - CHANNEL_SECONDS)
            return Became.PUT_OFF
        case Limited():
            endings.held(connection, claim, until, "ratelimited")
        case Unreached(reason):
            endings.held(connection, claim, until, reason)
        case InDoubt(reason):
            _doubted(connection, claim, reason, now)
        case Refused(reason):
            _warn("Slack refused a message.", claim, "message_refused", reason)
            return _refused(connection, claim, reason, now)
    endings.tried(connection, claim, now)
    return Became.PUT_OFF


def record_found(connection: Connection, claim: Claim, found: Found, now: float, if_unknown: IfUnknown) -> Became:
    """Keep what the channel's history told of a post whose end nobody recorded."""
    match found:
        case Posted(place, revision):
            endings.sent(connection, claim, place, revision, now)
            return Became.SENT
        case NotThere():
            endings.put_off(connection, claim, now)
            return Became.PUT_OFF
        case Limited(seconds):
            endings.in_doubt(connection, claim, "ratelimited", now + seconds)
            return Became.PUT_OFF
        case InDoubt(reason):
            endings.in_doubt(connection, claim, reason, now + _backoff(claim))
            return Became.PUT_OFF
        case Unreadable(reason) if _passes(reason):
            endings.in_doubt(connection, claim, reason, now + WORKSPACE_RETRY_SECONDS)
            return Became.PUT_OFF
        case Unreadable(reason):
            return _cannot_tell(connection, claim, reason, now, if_unknown)


def _passes(reason: str) -> bool:
    """Whether the history may be read once the token is mended; without the scope nothing else will change that."""
    return remedy(reason) is Remedy.WORKSPACE and reason not in _NOT_ALLOWED


def _cannot_tell(connection: Connection, claim: Claim, reason: str, now: float, if_unknown: IfUnknown) -> Became:
    _warn("Nobody can tell whether a message was posted.", claim, "unknown_post", reason)
    if if_unknown == "repost":
        endings.put_off(connection, claim, now, reason)
        return Became.PUT_OFF
    endings.unknown(connection, claim, reason)
    return Became.UNKNOWN


def _doubted(connection: Connection, claim: Claim, reason: str, now: float) -> None:
    """An edit may be repeated freely; a post is looked up when Slack has had time to end what it began."""
    if claim.edited:
        endings.put_off(connection, claim, now + _backoff(claim), reason)
    else:
        endings.in_doubt(connection, claim, reason, now + DOUBT_SECONDS)


def _refused(connection: Connection, claim: Claim, reason: str, now: float) -> Became:
    helps, form = remedy(reason), simpler(claim.form)
    became = Became.PUT_OFF
    if helps is Remedy.SIMPLER and form:
        endings.simplified(connection, claim, form, now, reason)
    elif helps is Remedy.WORKSPACE:
        endings.held(connection, claim, now + WORKSPACE_RETRY_SECONDS, reason)
    else:
        again = now + CHANNEL_RETRY_SECONDS if helps is Remedy.CHANNEL else None
        endings.parked(connection, claim, reason, again)
        became = Became.PARKED
    endings.tried(connection, claim, now)
    return became


def _backoff(claim: Claim) -> float:
    return min(FIRST_RETRY_SECONDS * 2.0 ** min(claim.attempt - 1, 16), LONGEST_RETRY_SECONDS)


def _warn(event: str, claim: Claim, action: str, reason: str) -> None:
    _log.warning(event, action=action, key=claim.key, part=claim.part, channel=claim.channel, reason=reason)
