"""What people make of a digest or a ping: kept with what was told, and shown by the message itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.blocks.message import Message
from bot.blocks.replies import with_reply
from bot.decisions.channels import Place, names_of
from bot.errors import DecisionError
from bot.reply import Reply
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.replies import amend, keep_reply, reply_to, told_in
from bot.teams import Team
from bot.words.replies import UNKNOWN


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that is answered: its kind, its team, the Monday of its week, and where it stands."""

    kind: Kind
    team: Team
    week: date
    place: Place


def answer(database: Database, answered: Answered, reply: Reply, now: float) -> bool:
    """Keep it and show it; whether it says anything new. The same again changes nothing.

    Raises:
        DecisionError: where nothing of the kind was told there.
    """
    team = answered.team

    def shown(message: Message, revision: int) -> Message:
        return with_reply(message, whole, team.zone, revision)

    with database.writing() as connection:
        names = names_of(connection, answered.place)
        told = told_in(connection, answered.kind, team.keys, answered.week, names)
        if told is None:
            raise DecisionError(UNKNOWN)
        before = reply_to(told)
        whole = reply.over(before)
        if whole == before:
            return False
        keep_reply(connection, told, whole)
        if told.closed_at is None:  # one that is over has been given its last words
            amend(connection, told.key, shown, now)
    return True
