"""What the watch has to say of one team -> messages for its channels, kept with the record of what was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.answers.ping import ping, since_ping
from bot.blocks.message import Message
from bot.blocks.ping import closing_message, ping_message, reminder_messages
from bot.blocks.replies import with_reply
from bot.ping_report import Ping
from bot.regression.aftermath import Ending
from bot.regression.looks import Look
from bot.regression.telling import ToTell
from bot.schedule import Kind, Subscription, may_interrupt
from bot.store.database import Database
from bot.store.ledger import Turn, settle, settled
from bot.store.outbox import Outgoing, enqueue
from bot.store.replies import reply_to
from bot.store.told import Told, close, tell
from bot.teams import Team

# Of each ping that was named again, its week.
REMINDER = "reminder"
# What becomes of the message, in this order; there is room between for what people answer to it.
_REMINDED, _CLOSED = 1_000_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Tidings:
    team: Team
    found: Mapping[str, ToTell]
    """By channel: each goes by what it was told itself."""
    told: Sequence[Told]
    """All pings about the team, oldest first."""
    wanted: Sequence[Subscription]
    """Who gets pings now."""


def say(database: Database, tidings: Tidings, now: float) -> None:
    """Ends first: a regression that is over never stands beside its successor as if it went on.

    An end changes a message that stands there and wakes nobody. All else waits for an hour at which people are at work.
    """
    for told in tidings.told:
        found = tidings.found[told.channel]
        if told.closed_at is None and found.ended:
            _end(database, tidings.team, told, found.ended, now)
        elif told.closed_at is None and found.reminder and _wants_reminder(told, now):
            _remind(database, tidings.team, told, found.reminder, now)
    quiet = {told.channel for told in tidings.told if _snoozed(told, now)}
    for each in tidings.wanted:
        news = tidings.found[each.channel].ping
        if news and each.channel not in quiet and may_interrupt(now, each.slot.zone):
            _ping(database, tidings.team, each, news, now)


def _ping(database: Database, team: Team, wanted: Subscription, look: Look, now: float) -> None:
    made = ping(database, team, look.week, wanted.slot.zone)
    told = Told(Kind.PING, team.key, wanted.channel, look.week, now, made.model_dump_json())
    with database.writing() as connection:
        if tell(connection, told, team.keys):
            enqueue(connection, [Outgoing(told.key, 0, told.channel, "post", ping_message(made))], now)


def _end(database: Database, team: Team, told: Told, look: Look, now: float) -> None:
    before = Ping.model_validate_json(told.body)
    since = since_ping(database, before, team, look.week)
    if since.state == "still":  # by the looks as they are now; what was told then waits for them
        return
    edit = Outgoing(told.key, 0, told.channel, "edit", closing_message(before, since), revision=_CLOSED)
    with database.writing() as connection:
        close(connection, told, Ending(since.state), now)
        enqueue(connection, [edit], now)


def _remind(database: Database, team: Team, told: Told, look: Look, now: float) -> None:
    reminder = Turn(REMINDER, f"{told.team} {told.channel}", told.period.isoformat())
    with database.reading() as connection:
        if reminder.slot in settled(connection, REMINDER).get(reminder.subject, ()):
            return
    before = Ping.model_validate_json(told.body)
    if not may_interrupt(now, ZoneInfo(before.zone)):
        return
    edited, reply = reminder_messages(before, since_ping(database, before, team, look.week))
    edited = with_reply(edited, reply_to(told), team.zone, _REMINDED)
    with database.writing() as connection:
        settle(connection, [reminder], now)
        enqueue(connection, _reminder(told, edited, reply), now)


def _reminder(told: Told, edited: Message, reply: Message) -> Iterator[Outgoing]:
    yield Outgoing(told.key, 0, told.channel, "edit", edited, revision=_REMINDED)
    yield Outgoing(told.key, 1, told.channel, "reply", reply, parent=0)


def _wants_reminder(told: Told, now: float) -> bool:
    """Whoever answered, whatever it was, knows of it; only its end is news."""
    return told.outcome is None and not _snoozed(told, now)


def _snoozed(told: Told, now: float) -> bool:
    return told.until is not None and told.until > now
