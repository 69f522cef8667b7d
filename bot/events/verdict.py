"""What people say of an event, whatever its source said: a deployment failed, or not; no change caused an incident."""

from __future__ import annotations

from enum import StrEnum

from bot.events.deployment import Deployment
from bot.events.event import BaseEvent
from bot.events.incident import Incident


class Verdict(StrEnum):
    """What was said."""

    FAILED = "failed"
    NOT_FAILED = "not_failed"
    NOT_CAUSED = "not_caused"

    @property
    def of(self) -> str:
        """The kind of event that it can be said of."""
        return "incident" if self is Verdict.NOT_CAUSED else "deployment"


def judged(event: BaseEvent, verdict: Verdict) -> BaseEvent:
    """The event as it counts from then on.

    A verdict on a deployment holds since its finish, whenever it was given: it says what was true all along.
    """
    match event:
        case Deployment() if verdict.of == event.kind:
            return event.model_copy(update={"failed": verdict is Verdict.FAILED, "failed_at": None})
        case Incident() if verdict.of == event.kind:
            return event.model_copy(update={"change_caused": False})
        case _:
            return event
