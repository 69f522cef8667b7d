"""What Slack answered to a post, an edit or a look at a channel's history."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.outbox_claims import Place


@dataclass(frozen=True, slots=True)
class Posted:
    """It stands there, in this revision."""

    place: Place
    revision: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack did not take it, and names the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many: again after so many seconds, in this channel or anywhere."""

    seconds: float
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Unreached:
    """The request never got to Slack."""

    reason: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The request may have been carried out."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """The channel's history was read, and does not hold it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The channel's history may not be read."""

    reason: str


Outcome = Posted | Refused | Limited | Unreached | InDoubt
Found = Posted | NotThere | Unreadable | Limited | InDoubt
