"""A message that does not reach its channel: one person hears of it, once for each channel and cause."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection

from bot.answers.delivery import remark
from bot.blocks.answers import sentence
from bot.store.outbox import Outgoing, enqueue
from bot.store.outbox_claims import Claim
from bot.store.outbox_standing import last_sent
from bot.store.outbox_troubles import trouble_of
from bot.store.subscriptions import set_by
from bot.words.delivery import to_a_person

Managers = Mapping[str, str]
"""Who answers for a team, by its key: a person's id in Slack."""
NOBODY: Managers = MappingProxyType({})

_NOTICE = "undelivered"


def tell_of(connection: Connection, claim: Claim, managers: Managers, now: float) -> None:
    """In the transaction in which it is parked. Of replies and edits nobody hears: their message stands there.

    The key holds when something last arrived, so that the same cause is told again after that.
    """
    kind, _, rest = claim.key.partition(":")
    if kind == _NOTICE or claim.part or claim.edited:
        return
    team = rest.removesuffix(f":{claim.key.rpartition(':')[2]}").removesuffix(f":{claim.channel}")
    person = managers.get(team) or set_by(connection, team, claim.channel)
    trouble = trouble_of(connection, claim.key, now)
    if not person or person == claim.channel or trouble is None:
        return
    since = last_sent(connection, claim.channel) or "never"
    key = f"{_NOTICE}:{person}:{claim.channel}:{trouble.reason}:{since}"
    said = sentence(to_a_person(team, *remark(trouble)))
    enqueue(connection, [Outgoing(key, 0, person, "post", said)], now)
