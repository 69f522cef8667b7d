"""Buttons that people press: each press is taken at once, and answered from threads of the bot's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.answers.why import why
from bot.blocks import answers, report
from bot.blocks.buttons import About, Act
from bot.blocks.message import Message
from bot.blocks.why import why_message
from bot.calendar import midnight, moment
from bot.decisions.verdicts import judge, reconsider
from bot.errors import DecisionError
from bot.events.verdict import Verdict
from bot.reply import Reply, Stance
from bot.schedule import ORGANISATION
from bot.slack.deeds import Deeds
from bot.slack.delivery import Said
from bot.slack.pressed import Pressed, pressed
from bot.slack.replying import Made, Replies
from bot.slack.subscribing import Subscribing
from bot.slack.windows import Windows, replied, told_there
from bot.store.database import Database
from bot.store.verdicts import EventName, Given
from bot.team_report import TeamReport
from bot.teams import Team
from bot.words import buttons as words

_VERDICTS = {Act.FAILED: Verdict.FAILED, Act.NOT_FAILED: Verdict.NOT_FAILED, Act.NOT_CAUSED: Verdict.NOT_CAUSED}
ANY_BUTTON = re.compile(r"^quintet_")


@dataclass(frozen=True, slots=True)
class Buttons:
    """What it takes to do what buttons say."""

    database: Database
    teams: Callable[[], Sequence[Team]]
    answer: Callable[[Team, datetime], TeamReport]
    clock: Callable[[], datetime]
    replies: Replies
    subscribing: Subscribing
    windows: Windows

    def accept(self, body: Mapping[str, Any]) -> bool:
        """Take a press to be answered later; False where it can't be taken."""
        press = pressed(body)
        if press is None:  # none of ours, or of a version that is gone: nothing to do, and nothing is wrong
            return True
        return self.replies.promise(press.response_url, lambda: self._made(press))

    def _made(self, press: Pressed) -> Made:
        team = next((each for each in self.teams() if each.answers_to(press.about.team)), None)
        return self._without_team(press) if team is None else self._done(press, team)

    def _without_team(self, press: Pressed) -> Made:
        """All teams together have a digest, of which a button changes when it comes."""
        if press.act is Act.CHANGE and press.about.team == ORGANISATION:
            return self.windows.open(press)
        return _alone(answers.sentence(words.GONE.format(team=press.about.team)))

    def _done(self, press: Pressed, team: Team) -> Made:
        match press.act:
            case Act.WHY | Act.TURN:
                return _alone(self._walk(press, team), instead=press.act is Act.TURN)
            case Act.FAILED | Act.NOT_FAILED | Act.NOT_CAUSED | Act.TAKE_BACK:
                return self._judge(press, team)
            case Act.SHARE:
                return self._once(press, team, partial(self._share, press, team))
            case Act.TEST:
                return self._once(press, team, partial(self._test, press, team))
            case Act.RIGHT:
                there = told_there(press.about, team, press.place)
                return replied(self.database, there, Reply(Stance.RIGHT), self.clock())
            case Act.SNOOZE | Act.WRONG | Act.KNOWN | Act.CHANGE:
                return self.windows.open(press)

    def _walk(self, press: Pressed, team: Team, first: str = "") -> Message:
        made = why(self.database, team, self.clock(), _as_of(press.about, team))
        return why_message(made, press.about.page, team.zone, first)

    def _judge(self, press: Pressed, team: Team) -> Made:
        """Kept, and the walk shown again as it is now; a second press finds it kept already."""
        told, now = press.about.event, self.clock().timestamp()
        if told is None:
            raise DecisionError
        name = EventName(told.source, told.kind, told.id)
        if press.act is Act.TAKE_BACK:
            reconsider(self.database, team, name, press.by, now)
            said = words.TAKEN_BACK
        else:
            judge(self.database, team, Given(name, _VERDICTS[press.act], team.key, press.by, now))
            said = words.KEPT
        return _alone(self._walk(press, team, said), instead=True)

    def _once(self, press: Pressed, team: Team, make: Callable[[], Made]) -> Made:
        return Deeds(self.database, self.clock).once(press, team, make)

    def _test(self, press: Pressed, team: Team) -> Made:
        return _alone(*self.subscribing.test(team, press.place, self.clock()))

    def _share(self, press: Pressed, team: Team) -> Made:
        """The same answer: that of the same instant. It says nothing of who shared it."""
        made = self.answer(team, press.about.as_of or self.clock())
        return Made((Said(report.message(made), openly=True, instead=False),), "answered")


def _alone(*messages: Message, instead: bool = False) -> Made:
    """Seen by who pressed alone, below what stands there or in its place."""
    return Made(tuple(Said(each, instead=instead) for each in messages))


def _as_of(about: About, team: Team) -> datetime | None:
    """The instant of the answer, or the end of the week that a message is about."""
    if about.week is None:
        return about.as_of
    return moment(midnight(about.week + timedelta(weeks=1), team.zone))
