"""`/dora subscribe`, `unsubscribe` and `list`, and the test that their answers offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import answers, subscriptions
from bot.blocks.message import Message
from bot.decisions.channels import Change, Place, change, coming
from bot.schedule import Subscription
from bot.store.database import Database
from bot.teams import Team
from bot.words import subscriptions as words


@dataclass(frozen=True, slots=True)
class Subscribing:
    """`preview` makes what a channel would have been told last week, `member` says whether the bot is in one."""

    database: Database
    configured: Sequence[Subscription]
    teams: Callable[[], Sequence[Team]]
    member: Callable[[str], bool | None]
    preview: Callable[[Team, Subscription | None, datetime], Iterable[Message]]

    def change(self, wanted: Change, place: Place, now: datetime) -> Message:
        """Set what comes to the channel, and say how it is then."""
        if is_direct(place):
            return answers.sentence(words.NOT_HERE)
        after = change(self.database, self.configured, wanted, place, now.timestamp())
        return subscriptions.changed(after, self._invite(place) if after.kinds else "")

    def list(self, place: Place, teams: Sequence[tuple[str, str]]) -> Message:
        """What comes to the channel, and the teams there are."""
        return subscriptions.listed(self._coming(place), teams)

    def test(self, team: Team, place: Place, now: datetime) -> tuple[Message, ...]:
        """What the channel would have been told of last week."""
        wanted = next((each for each in self._coming(place) if each.team == team.key), None)
        return (answers.sentence(words.TEST_SENT), *self.preview(team, wanted, now))

    def _coming(self, place: Place) -> Sequence[Subscription]:
        return coming(self.database, self.configured, self.teams(), place)

    def _invite(self, place: Place) -> str:
        return {True: "", False: words.INVITE, None: words.PERHAPS_INVITE}[self.member(place.id)]


def is_direct(place: Place) -> bool:
    """Whether it is a conversation with one person: https://docs.slack.dev/interactivity/implementing-slash-commands."""
    return place.id.startswith("D") or "directmessage" in place.names
