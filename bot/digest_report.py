"""Digest: what a channel is told each week, as figures and sentences; frozen."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import ConfigDict

from bot.team_report import Mover, Part, TeamReport

# How a reading stands to that of a week ago; `first` where nothing was known then.
Changed = Literal["still", "now", "first"]


class Figure(Part):
    """A metric over some days; `why` is the reason where it has no value."""

    value: float | None
    n: int
    days: float
    failed: int | None = None
    why: str | None = None


class Figures(Part):
    """A metric over the week reported on, and over the four that end with it."""

    week: Figure
    four_weeks: Figure


class Kept(Part):
    """Kept for years: a later version may have told more."""

    model_config = ConfigDict(extra="ignore")


class WeekTold(Kept):
    """One week's figures as they were told."""

    week: date
    deployments: int
    failed: int | None
    lead_time: float | None
    recovery_time: float | None


class DigestTold(Kept):
    """What a digest told. It is kept as it was told: the next one says what has changed since."""

    rule: str
    pattern: str | None
    diagnosis: str
    investment: str
    title: str
    streak_weeks: int
    streak_whole: bool
    gaps: tuple[str, ...]
    weeks: tuple[WeekTold, ...]


class Course(Part):
    """How long a reading has held, this week included; not `streak_whole`: at least so long."""

    changed: Changed
    earlier: str | None
    streak_weeks: int
    streak_whole: bool


class Precision(Part):
    """What became of the bot's own pings from a day until another one, which is not included."""

    since: date
    until: date
    told: int
    right: int
    known: int
    wrong: int
    unanswered: int


class Digest(Part):
    """One team's week and the report at its end; `zone` is that of the channel's clocks."""

    team: str
    name: str
    channel: str | None
    zone: str
    week: date
    course: Course
    figures: dict[str, Figures]
    movers: tuple[Mover, ...]
    said: tuple[Mover, ...]
    """The events of which people said something since the last digest; in a first one, ever."""
    watch: tuple[str, ...]
    corrections: tuple[str, ...]
    precision: Precision | None
    """In a channel's first digest of a quarter."""
    gaps: tuple[str, ...]
    quiet: bool
    report: TeamReport


class TeamLine(Part):
    """One team among all."""

    team: str
    name: str
    title: str
    course: Course


class OrganisationDigest(Part):
    """How each team's metrics read together, by name: teams are not compared."""

    channel: str | None
    week: date
    teams: tuple[TeamLine, ...]
    precision: Precision | None
