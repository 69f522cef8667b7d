"""Ping: what a channel is told once when speed was bought with stability, and what became of it; frozen."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import ConfigDict

from bot.team_report import Moment, Mover, Part


class Ping(Part):
    """A regression of one team at the look of a week, in sentences; `zone` is that of the channel's clocks.

    It is kept until the regression is over: a later version may have told more.
    """

    model_config = ConfigDict(extra="ignore")

    team: str
    zone: str
    week: date
    as_of: Moment
    score: float | None
    since: date | None
    relationships: tuple[str, ...]
    says: str
    figures: tuple[str, ...]
    first: str
    not_yet: str
    movers: tuple[Mover, ...]
    said: str
    """The first line again, for when it is no news any more."""


class Since(Part):
    """How things stand at a later Monday: over, this team's normal, or still as they were told."""

    on: date
    state: Literal["over", "normal", "still"]
    says: str
