"""A digest at once, because somebody asks for it: made and kept as at its hour, and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.jobs.deliver import Slack, deliver
from bot.jobs.deps import Deps
from bot.jobs.digests import DIGEST
from bot.schedule import Subscription
from bot.store.ledger import Turn, settle
from bot.store.outbox_standing import Standing, standing

# Slack takes one message a second in a channel, and may ask for a pause.
MOST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it in one channel."""

    channel: str
    before: bool
    """It had been told there already, so nothing was written down now."""
    parts: Sequence[Standing]

    @property
    def whole(self) -> bool:
        """The message and its thread stand there."""
        return bool(self.parts) and all(part.state == "sent" for part in self.parts)

    @property
    def reason(self) -> str | None:
        """Why it does not, where anything says so."""
        return next((part.reason for part in self.parts if part.reason), None)


def post_now(
    deps: Deps, slack: Slack, wanted: Sequence[Subscription], week: date, pause: Callable[[float], object]
) -> Sequence[Sent]:
    """Make what was not made yet, and send it with whatever else is due."""
    told_before = {each.channel for each in wanted if _parts(deps, _key(each, week))}
    for each in wanted:
        turn = Turn(DIGEST.name, f"{each.team} {each.channel}", week.isoformat())
        effect = DIGEST.run(deps, turn)
        with deps.database.writing() as connection:
            effect(connection)
            settle(connection, [turn], deps.clock())
    _send(deps, slack, [_key(each, week) for each in wanted], pause)
    return [Sent(each.channel, each.channel in told_before, _parts(deps, _key(each, week))) for each in wanted]


def _send(deps: Deps, slack: Slack, keys: Sequence[str], pause: Callable[[float], object]) -> None:
    until = deps.clock() + MOST_SECONDS
    while any(part.waits for key in keys for part in _parts(deps, key)):
        following = deliver(deps.database, slack, deps.clock).again_at
        if following is None or following > until or deps.clock() > until:
            return
        pause(max(0.0, following - deps.clock()))


def _parts(deps: Deps, key: str) -> Sequence[Standing]:
    with deps.database.reading() as connection:
        return standing(connection, key)


def _key(wanted: Subscription, week: date) -> str:
    return f"digest:{wanted.team}:{wanted.channel}:{week}"
