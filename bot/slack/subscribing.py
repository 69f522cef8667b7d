"""`/dora subscribe`, `unsubscribe` and `list`, and what their answers offer: a test, and a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answers.delivery import remark
from bot.blocks import answers, subscriptions
from bot.blocks.message import Message
from bot.decisions.channels import Change, Chosen, Coming, Place, Reset, Who, change, choose, coming, reset, standing
from bot.errors import DecisionError
from bot.schedule import ORGANISATION, Subscription
from bot.store.database import Database
from bot.teams import Team
from bot.words import buttons
from bot.words import subscriptions as words


@dataclass(frozen=True, slots=True)
class Subscribing:
    """`preview` makes what a channel would have been told last week, `member` says whether the bot is in one."""

    database: Database
    configured: Sequence[Subscription]
    teams: Callable[[], Sequence[Team]]
    member: Callable[[str], bool | None]
    preview: Callable[[Team, Subscription | None, datetime], Iterable[Message]]

    def change(self, wanted: Change, place: Place, by: Who) -> Message:
        """Set what comes to the channel, and say how it is then."""
        if is_direct(place):
            return answers.sentence(words.NOT_HERE)
        after = change(self.database, self.configured, wanted, place, by)
        return subscriptions.changed(after, self._invite(place) if after.kinds else "")

    def reset(self, wanted: Reset, place: Place) -> Message:
        """Have the settings alone count again in the channel, and say how it is then."""
        if is_direct(place):
            return answers.sentence(words.NOT_HERE)
        after, forgotten = reset(self.database, self.configured, wanted, place)
        said = words.FORGOTTEN if forgotten else words.NOTHING_TO_FORGET
        return subscriptions.changed(after, said, known=bool(after.kinds))

    def list(self, place: Place, teams: Sequence[tuple[str, str]], now: datetime) -> Message:
        """What comes to the channel, why the newest message did not arrive, and the teams there are."""
        here = self._coming(place, now)
        missed = () if here.trouble is None else remark(here.trouble)
        return subscriptions.listed(here.every, teams, here.in_slack, missed)

    def standing(self, team: str, place: Place) -> Subscription:
        """How it is, to be changed; DecisionError where nothing can be."""
        return standing(self.database, self.configured, self.teams(), self._key(team), place)

    def choose(self, wanted: Chosen, place: Place, by: Who) -> Message:
        """Set it as it was chosen, and say how it is then."""
        named = replace(wanted, team=self._key(wanted.team))
        after = choose(self.database, self.configured, self.teams(), named, place, by=by)
        return subscriptions.changed(after, "")

    def test(self, team: Team, place: Place, now: datetime) -> tuple[Message, ...]:
        """What the channel would have been told of last week."""
        wanted = next((each for each in self._coming(place, now).every if each.team == team.key), None)
        return (answers.sentence(words.TEST_SENT), *self.preview(team, wanted, now))

    def _key(self, team: str) -> str:
        """The present key of what a button is about."""
        if team == ORGANISATION:
            return team
        present = next((each.key for each in self.teams() if each.answers_to(team)), None)
        if present is None:
            raise DecisionError(buttons.GONE.format(team=team))
        return present

    def _coming(self, place: Place, now: datetime) -> Coming:
        return coming(self.database, self.configured, self.teams(), place, now.timestamp())

    def _invite(self, place: Place) -> str:
        return {True: "", False: words.INVITE, None: words.PERHAPS_INVITE}[self.member(place.id)]


def is_direct(place: Place) -> bool:
    """Whether it is a conversation with one person: https://docs.slack.dev/interactivity/implementing-slash-commands."""
    return place.id.startswith("D") or "directmessage" in place.names
