"""What is promised to somebody who waits: made on threads of its own, and told whatever happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import structlog

from bot.blocks import answers
from bot.blocks.message import Message
from bot.errors import QuintetError
from bot.slack.delivery import Responder, Said
from bot.slack.pool import AnswerPool
from bot.telemetry import ANSWER_SECONDS, ANSWERS
from bot.words import refusals

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Ended(Protocol):
    def __call__(self, *, done: bool) -> object: ...


def _nothing(*, done: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Made:
    """What to say, in order, and how it ended."""

    said: tuple[Said, ...]
    outcome: str = "said"
    ended: Ended = _nothing
    """What to do then; `done` is whether Slack took all of it."""


@dataclass(frozen=True, slots=True)
class Replies:
    """Answers that come later, at the address that came with the question."""

    pool: AnswerPool
    responder: Responder

    def promise(self, url: str, make: Callable[[], Made]) -> bool:
        """Have it made and told; False where too much is waiting already."""
        came = monotonic()
        return self.pool.submit(lambda: self._tell(url, make, came))

    def _tell(self, url: str, make: Callable[[], Made], came: float) -> None:
        made = _made(make)
        done = self._delivered(url, made.said)
        made.ended(done=done)
        ANSWERS.labels(made.outcome if done else "undelivered").inc()
        ANSWER_SECONDS.observe(monotonic() - came)

    def _delivered(self, url: str, said: Iterable[Said]) -> bool:
        try:
            for each in said:
                self.responder.respond(url, each)
        except Exception as error:  # noqa: BLE001 - the person can't be told any more; the log must say why
            _log.error("An answer could not be delivered.", action="answer_undelivered", exc_info=error)
            return False
        return True


def _made(make: Callable[[], Made]) -> Made:
    """Whatever goes wrong, there is something to say."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - never silence: one sentence, and the rest in the log
        return Made((Said(failure(error), instead=False),), "failed")


def failure(error: Exception) -> Message:
    """One sentence, and the reference under which the log has the rest; some errors say themselves what to do."""
    if isinstance(error, QuintetError):
        return answers.sentence(refusals.explained(str(error), _logged(error)))
    return answers.broken(refusals.BROKEN, _logged(error))


def _logged(error: Exception) -> str:
    reference = secrets.token_hex(3)
    _log.error("An answer could not be made.", action="answer_failed", reference=reference, exc_info=error)
    return reference
