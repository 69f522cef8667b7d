"""Buttons that people press: each press is taken at once, and answered from threads of the bot's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.blocks import answers, report
from bot.blocks.buttons import Act
from bot.blocks.message import Message
from bot.slack.delivery import Said
from bot.slack.once import Once
from bot.slack.pressed import Pressed, pressed
from bot.slack.replying import Made, Replies
from bot.slack.subscribing import Subscribing
from bot.team_report import TeamReport
from bot.teams import Team
from bot.words import buttons as words
from bot.words import subscriptions

ANY_BUTTON = re.compile(r"^quintet_")


@dataclass(frozen=True, slots=True)
class Buttons:
    """What it takes to do what buttons say."""

    teams: Callable[[], Sequence[Team]]
    answer: Callable[[Team, datetime], TeamReport]
    clock: Callable[[], datetime]
    replies: Replies
    subscribing: Subscribing
    once: Once = field(default_factory=Once)

    def accept(self, body: Mapping[str, Any]) -> bool:
        """Take a press to be answered later; False where it can't be taken."""
        press = pressed(body)
        if press is None:  # none of ours, or of a version that is gone: nothing to do, and nothing is wrong
            return True
        return self.replies.promise(press.response_url, lambda: self._made(press))

    def _made(self, press: Pressed) -> Made:
        team = next((each for each in self.teams() if each.answers_to(press.about.team)), None)
        if team is None:
            return _alone(answers.sentence(words.GONE.format(team=press.about.team)))
        match press.act:
            case Act.SHARE:
                return self._share(press, team)
            case Act.TEST:
                return self._test(press, team)

    def _share(self, press: Pressed, team: Team) -> Made:
        """The same answer: that of the same instant. It says nothing of who shared it."""
        with self._first(press) as new:
            if not new:
                return _alone(answers.sentence(subscriptions.ALREADY))
            made = self.answer(team, press.about.as_of or self.clock())
            return Made((Said(report.message(made), openly=True, instead=False),), "answered")

    def _test(self, press: Pressed, team: Team) -> Made:
        with self._first(press) as new:
            if not new:
                return _alone(answers.sentence(subscriptions.ALREADY))
            return _alone(*self.subscribing.test(team, press.place, self.clock()))

    def _first(self, press: Pressed) -> AbstractContextManager[bool]:
        return self.once.first((press.message, press.act, press.about))


def _alone(*messages: Message) -> Made:
    """Seen by who pressed alone, below what stands there."""
    return Made(tuple(Said(each, instead=False) for each in messages))
