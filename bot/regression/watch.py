"""The watch over weekly looks: one ping a regression, silence while it lasts, armed again when it is over; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.regression.watch_score import ENDED, KEEP_AN_EYE, PING

SILENT_LOOKS = 8  # after a ping at least
CALM_LOOKS = 2  # in a row, until the watch is armed again


class State(StrEnum):
    PINGING = "pinging"  # told, and not over
    RE_ARMING = "re-arming"  # told, and calmer since
    WATCHING = "watching"  # nothing to tell yet, worth an eye
    QUIET = "quiet"
    NOT_ENOUGH_DATA = "not_enough_data"
    SUSPENDED = "suspended"  # the data itself is silent


@dataclass(frozen=True, slots=True)
class Watch:
    """What the looks so far have come to. Before the first one it is armed."""

    armed: bool = True
    pings: bool = False
    """Whether the newest look pings."""
    latest: float | None = None
    """The newest score that there was."""
    looks_since: int = 0
    """How many looks ago the last ping was."""
    calm: int = 0
    """How many of the newest looks that have a score were calm."""

    @property
    def up(self) -> bool:
        """Told, not armed again, and the newest score is not calm: the reading says the same as long as this holds."""
        return not self.armed and self.latest is not None and self.latest >= ENDED

    @property
    def state(self) -> State:
        """By the newest look that has a score."""
        if not self.armed:
            return State.PINGING if self.up else State.RE_ARMING
        return State.WATCHING if self.latest is not None and self.latest >= KEEP_AN_EYE else State.QUIET

    def after(self, score: float | None) -> Watch:
        """Past one more look; one without a score says nothing, and only time passes."""
        past = replace(self, pings=False, looks_since=self.looks_since + 1)
        if score is None:
            return past
        if self.armed:
            return Watch(armed=score < PING, pings=score >= PING, latest=score)
        calm = self.calm + 1 if score < ENDED else 0
        if calm >= CALM_LOOKS and past.looks_since >= SILENT_LOOKS:
            return Watch(latest=score)
        return replace(past, latest=score, calm=calm)


def over(scores: Iterable[float | None], watch: Watch | None = None) -> tuple[Watch, ...]:
    """The watch after each look, oldest first."""
    now, seen = watch or Watch(), list[Watch]()
    for score in scores:
        now = now.after(score)
        seen.append(now)
    return tuple(seen)
