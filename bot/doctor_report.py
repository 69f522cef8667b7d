"""What `quintet doctor --json` prints and what its page lays out; frozen, sentences included."""

from __future__ import annotations

from typing import Literal

from bot.team_report import Moment, Part
from bot.words.letters import stopped

State = Literal["ok", "mend", "note"]


class Check(Part):
    """One thing that was looked at; `do` says what mends it, or makes it better."""

    about: str
    state: State
    says: str
    do: str | None = None


class MetricSources(Part):
    """Where a team's metric comes from; no source: null, and `do` says what to connect."""

    metric: str
    name: str
    sources: tuple[str, ...]
    says: str
    do: str | None = None


class DecisiveFact(Part):
    """Of how many of the team's events of the last 26 weeks a fact is known; `do` where it is missing."""

    fact: str
    known: int
    of: int
    says: str
    do: str | None = None


class LastEvent(Part):
    """An event as the team would know it; `why` is the rule that made it what it is."""

    event: str
    at: Moment
    when: str
    says: str
    why: str | None = None
    url: str | None = None


class TeamExamined(Part):
    team: str
    name: str
    metrics: tuple[MetricSources, ...]
    facts: tuple[DecisiveFact, ...]
    deployments: tuple[LastEvent, ...]
    failures: tuple[LastEvent, ...]
    incidents: tuple[LastEvent, ...]


class DoctorReport(Part):
    """`ok`: nothing has to be mended. What a team lacks is told, and is no failure."""

    ok: bool
    checks: tuple[Check, ...]
    teams: tuple[TeamExamined, ...]

    @property
    def to_mend(self) -> tuple[str, ...]:
        """One line a check that failed."""
        found = (check for check in self.checks if check.state == "mend")
        return tuple(" ".join(filter(None, (stopped(f"{check.about}: {check.says}"), check.do))) for check in found)
