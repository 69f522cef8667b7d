"""The Bolt app: /dora is acknowledged at once, and answered from threads of its own."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.blocks import answers, report
from bot.blocks.message import Message
from bot.errors import QuintetError
from bot.slack.commands import Ask, parse
from bot.slack.delivery import Responder
from bot.slack.pool import AnswerPool
from bot.team_report import TeamReport
from bot.teams import Team
from bot.telemetry import ANSWER_SECONDS, ANSWERS
from bot.words import refusals

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Dora:
    """What it takes to answer /dora."""

    teams: Callable[[], Sequence[Team]]
    answer: Callable[[Team, datetime], TeamReport]
    clock: Callable[[], datetime]
    pool: AnswerPool
    responder: Responder

    def accept(self, command: Mapping[str, Any]) -> Message | None:
        """Take a command to be answered later; a message where it can't be."""
        came = monotonic()
        accepted = self.pool.submit(lambda: self._reply(command, came))
        return None if accepted else answers.sentence(refusals.BUSY)

    def _reply(self, command: Mapping[str, Any], came: float) -> None:
        message, outcome = self._message(command)
        try:
            self.responder.respond(str(command.get("response_url", "")), message)
        except Exception as error:  # noqa: BLE001 - the person can't be told any more; the log must say why
            outcome = "undelivered"
            _log.error("An answer could not be delivered.", action="answer_undelivered", exc_info=error)
        ANSWERS.labels(outcome).inc()
        ANSWER_SECONDS.observe(monotonic() - came)

    def _message(self, command: Mapping[str, Any]) -> tuple[Message, str]:
        """What to say, and how it ended. Whatever goes wrong, there is something to say."""
        try:
            request = parse(str(command.get("text") or ""), _channel(command), self.teams())
            if not isinstance(request, Ask):
                return request.message, "said"
            return report.message(self.answer(request.team, self.clock())), "answered"
        except QuintetError as error:  # says itself what to do next
            return answers.sentence(refusals.explained(str(error), _logged(error))), "failed"
        except Exception as error:  # noqa: BLE001 - never silence: one sentence, and the rest in the log
            return answers.broken(refusals.BROKEN, _logged(error)), "failed"


def bolt_app(dora: Dora, *, api_url: str, bot_token: str, signing_secret: str) -> App:
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

    def on_error(error: Exception) -> BoltResponse:
        return BoltResponse(status=200, body=answers.broken(refusals.BROKEN, _logged(error)).text)

    app.command("/dora")(on_dora)  # pyright: ignore[reportUnknownMemberType] - Bolt leaves its listeners' types open
    app.error(on_error)
    return app


def _errors_only() -> logging.Logger:
    """Bolt's log. What it warns of is code, and variables of its own that are not used here."""
    logger = logging.getLogger("slack_bolt.quintet")
    logger.setLevel(logging.ERROR)
    return logger


def _channel(command: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(command[key]) for key in ("channel_id", "channel_name") if command.get(key))


def _logged(error: Exception) -> str:
    """The reference under which the log has an error."""
    reference = secrets.token_hex(3)
    _log.error("An answer could not be made.", action="answer_failed", reference=reference, exc_info=error)
    return reference
