"""What a channel makes of a message that came unasked: its reply is kept with what was told; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stance(StrEnum):
    """What people say of it: it is right and they are on it, it is wrong, or they know about it."""

    RIGHT = "right"
    WRONG = "wrong"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Reply:
    """A stance, with why where people said so; and until when (POSIX seconds) they want to hear nothing of it."""

    stance: Stance | None = None
    why: str | None = None
    until: float | None = None

    def over(self, before: Reply) -> Reply:
        """With what it leaves open as it was; the reason belongs to its stance."""
        stance = self if self.stance is not None else before
        return Reply(stance.stance, stance.why, self.until if self.until is not None else before.until)
