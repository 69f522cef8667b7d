"""Windows that ask for a day, a reason or a choice: opened by a button, and taken when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient

from bot.blocks import answers
from bot.blocks.block import Block
from bot.blocks.buttons import About, Act
from bot.calendar import midnight
from bot.decisions.channels import Chosen, Place, Who
from bot.decisions.replies import Answered, answer
from bot.errors import DecisionError
from bot.reply import Reply
from bot.slack.choices import DAY, Choice, choice_window, chosen
from bot.slack.delivery import Said
from bot.slack.pressed import Pressed, part
from bot.slack.replying import Made, Replies
from bot.slack.subscribing import Subscribing
from bot.slack.views import FIELD, STANCES, Carried, Filled, carried_by, filled, window
from bot.slack.web_api import told
from bot.store.database import Database
from bot.teams import Team
from bot.words import buttons, refusals
from bot.words import replies as words


@dataclass(frozen=True, slots=True)
class Windows:
    """`show` opens a window by the trigger of a press, and says whether Slack did."""

    database: Database
    teams: Callable[[], Sequence[Team]]
    clock: Callable[[], datetime]
    replies: Replies
    subscribing: Subscribing
    show: Callable[[str, Mapping[str, Any]], bool]

    def open(self, press: Pressed) -> Made:
        """Ask for what the button needs."""
        if not self.show(press.trigger, self._asks(press)):
            raise DecisionError(words.TOO_LATE)
        return Made(())

    def accept(self, body: Mapping[str, Any]) -> dict[str, str] | None:
        """Take what was given; what is wrong with it, by field, where it can't be."""
        match self._given(part(body.get("view"))):
            case None:  # none of ours, or of a version that is gone
                return None
            case Choice() as choice:
                by = part(body.get("user")).get("id")
                return self._promised(choice.carried, lambda: self._chosen(choice, str(by or "")), DAY)
            case Filled() as given:
                return self._promised(given.carried, lambda: self._replied(given), FIELD)
            case wrong:
                return wrong

    def _asks(self, press: Pressed) -> Block:
        name = next(iter(press.place.names), "")
        carried = Carried(
            act=press.act, about=press.about, channel=press.place.id, name=name, response_url=press.response_url
        )
        if press.act is Act.CHANGE:
            return choice_window(carried, self.subscribing.standing(press.about.team, press.place))
        return window(carried, self.clock().date())

    def _given(self, view: Mapping[str, Any]) -> Choice | Filled | dict[str, str] | None:
        carried = carried_by(view)
        if carried is None:
            return None
        return chosen(carried, view) if carried.act is Act.CHANGE else filled(carried, view, self.clock().date())

    def _promised(self, carried: Carried, make: Callable[[], Made], first: str) -> dict[str, str] | None:
        return None if self.replies.promise(carried.response_url, make) else {first: refusals.BUSY}

    def _chosen(self, choice: Choice, by: str) -> Made:
        wanted = Chosen(choice.carried.about.team, choice.kinds, choice.slot)
        said = self.subscribing.choose(wanted, _place(choice.carried), Who(by, self.clock().timestamp()))
        return Made((Said(said, instead=False),))

    def _replied(self, given: Filled) -> Made:
        about = given.carried.about
        team = next((each for each in self.teams() if each.answers_to(about.team)), None)
        if team is None:
            raise DecisionError(buttons.GONE.format(team=about.team))
        there = told_there(about, team, _place(given.carried))
        return replied(self.database, there, _reply(given, team), self.clock())


def told_there(about: About, team: Team, place: Place) -> Answered:
    """The message that a button stands in."""
    if about.kind is None or about.week is None:
        raise DecisionError(words.UNKNOWN)
    return Answered(about.kind, team, about.week, place)


def replied(database: Database, answered: Answered, reply: Reply, now: datetime) -> Made:
    """Kept with what was told, and shown there a moment later."""
    new = answer(database, answered, reply, now.timestamp())
    return Made((Said(answers.sentence(words.NOTED if new else words.NOTED_BEFORE), instead=False),))


def shows(client: WebClient, trigger: str, view: Mapping[str, Any]) -> bool:
    """Open a window in Slack; a trigger is good for three seconds."""
    try:
        return told(client, "views.open", {"trigger_id": trigger, "view": view}).ok
    except (OSError, HTTPException):
        return False


def _place(carried: Carried) -> Place:
    return Place(carried.channel, frozenset({carried.name} - {""}))


def _reply(given: Filled, team: Team) -> Reply:
    if given.day is not None:
        return Reply(until=midnight(given.day, team.zone))
    return Reply(STANCES[given.carried.act], given.why)
