"""The Bolt app: /dora and buttons are acknowledged at once, and answered from threads of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.blocks import answers, report
from bot.blocks.buttons import answer_actions, with_row
from bot.blocks.message import Message
from bot.decisions.channels import Change, Place, Reset, Who
from bot.slack.actions import ANY_BUTTON, Buttons
from bot.slack.commands import Ask, List, Say, listed, parse
from bot.slack.delivery import Said
from bot.slack.replying import Made, Replies, failure
from bot.slack.subscribing import Subscribing
from bot.team_report import TeamReport
from bot.teams import Team
from bot.words import refusals


@dataclass(frozen=True, slots=True)
class Dora:
    """What it takes to answer /dora."""

    teams: Callable[[], Sequence[Team]]
    answer: Callable[[Team, datetime], TeamReport]
    clock: Callable[[], datetime]
    replies: Replies
    subscribing: Subscribing

    def accept(self, command: Mapping[str, Any]) -> Message | None:
        """Take a command to be answered later; a message where it can't be."""
        accepted = self.replies.promise(str(command.get("response_url", "")), lambda: self._made(command))
        return None if accepted else answers.sentence(refusals.BUSY)

    def _made(self, command: Mapping[str, Any]) -> Made:
        teams, place = self.teams(), _place(command)
        match parse(str(command.get("text") or ""), {place.id, *place.names}, teams):
            case Ask(team):
                return Made((Said(answered(self.answer(team, self.clock()))),), "answered")
            case Change() as wanted:
                by = Who(str(command.get("user_id") or ""), self.clock().timestamp())
                return Made((Said(self.subscribing.change(wanted, place, by)),))
            case Reset() as wanted:
                return Made((Said(self.subscribing.reset(wanted, place)),))
            case List():
                return Made((Said(self.subscribing.list(place, listed(teams), self.clock())),))
            case Say(message):
                return Made((Said(message),))


def answered(made: TeamReport) -> Message:
    """The answer to a question about a team, with what can be done next."""
    return with_row(report.message(made), answer_actions(made.team, made.as_of))


def bolt_app(dora: Dora, buttons: Buttons, *, api_url: str, bot_token: str, signing_secret: str) -> App:
    """The app that Slack's requests go through, whether they come by HTTP or by socket."""
    app = App(
        logger=_errors_only(),
        client=WebClient(base_url=api_url),
        # Told here, so that neither Bolt's own variables nor a call to Slack stand between a command and its answer.
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=bot_token),
        signing_secret=signing_secret,
        # The listener only hands over. On the thread of its request it takes a millisecond; Bolt's own threads are
        # looked at every ten.
        process_before_response=True,
    )

    def on_dora(ack: Ack, command: dict[str, Any]) -> None:
        refusal = dora.accept(command)
        ack(response_type="ephemeral", text=refusal.text) if refusal else ack()

    def on_press(ack: Ack, body: dict[str, Any]) -> BoltResponse:
        # Where a press can't be taken, Slack shows a warning sign beside the button.
        return ack() if buttons.accept(body) else BoltResponse(status=503)

    def on_window(ack: Ack, body: dict[str, Any]) -> BoltResponse:
        wrong = buttons.windows.accept(body)
        return ack(response_action="errors", errors=wrong) if wrong else ack()

    def on_error(error: Exception) -> BoltResponse:
        return BoltResponse(status=200, body=failure(error).text)

    app.command("/dora")(on_dora)  # pyright: ignore[reportUnknownMemberType] - Bolt leaves its listeners' types open
    app.action(ANY_BUTTON)(on_press)  # pyright: ignore[reportUnknownMemberType] - the same
    app.view(ANY_BUTTON)(on_window)  # pyright: ignore[reportUnknownMemberType] - the same
    app.error(on_error)
    return app


def _errors_only() -> logging.Logger:
    """Bolt's log. What it warns of is code, and variables of its own that are not used here."""
    logger = logging.getLogger("slack_bolt.quintet")
    logger.setLevel(logging.ERROR)
    return logger


def _place(command: Mapping[str, Any]) -> Place:
    """Of a private channel Slack tells no name but that it is one."""
    name = str(command.get("channel_name") or "")
    return Place(str(command.get("channel_id") or ""), frozenset({name} - {"", "privategroup"}))
