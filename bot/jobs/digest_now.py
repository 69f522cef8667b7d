"""A digest at once, because somebody asks for it: made and kept as at its hour, and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.jobs.deliver import Slack, deliver
from bot.jobs.deps import Deps
from bot.jobs.digests import DIGEST, keys_of
from bot.schedule import Kind, Subscription
from bot.store.ledger import Turn, settle
from bot.store.outbox_standing import Standing, standing
from bot.store.told import Told, told_of

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
    told_before = {each.channel for each in wanted if _told(deps, each, week)}
    for each in wanted:
        turn = Turn(DIGEST.name, f"{each.team} {each.channel}", week.isoformat())
        effect = DIGEST.run(deps, turn)
        with deps.database.writing() as connection:
            effect(connection)
            settle(connection, [turn], deps.clock())
    keys = {each.channel: told.key for each in wanted if (told := _told(deps, each, week))}
    _send(deps, slack, tuple(keys.values()), pause)
    return [
        Sent(each.channel, each.channel in told_before, _parts(deps, keys.get(each.channel, ""))) for each in wanted
    ]


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


def _told(deps: Deps, wanted: Subscription, week: date) -> Told | None:
    """What the channel was told of the week, under whatever key the team had then."""
    with deps.database.reading() as connection:
        found = told_of(connection, Kind.DIGEST, keys_of(wanted, deps.teams()), week)
    return next((each for each in found if each.channel == wanted.channel), None)
