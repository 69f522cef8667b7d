"""Teams, their bands and freezes, and which team owns an event; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Bands:
    """Where healthy ends. Anchored to the medians that DORA's 2025 respondents reported, see docs/metrics.md."""

    deployment_frequency_per_week: float = 1.0
    lead_time_days: float = 7.0
    change_failure_rate: float = 0.15
    recovery_hours: float = 24.0


@dataclass(frozen=True, slots=True)
class Freeze:
    """Calendar days, both included, on which a team does not deploy by intent."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Team:
    """A team as its settings describe it. `services` are names or globs; `key` is what people type."""

    key: str
    name: str
    services: tuple[str, ...]
    zone: ZoneInfo = UTC_ZONE
    aliases: tuple[str, ...] = ()
    channel: str | None = None
    bands: Bands = field(default_factory=Bands)
    availability_objective: float | None = None
    attribution_hours: float = 24.0
    freezes: tuple[Freeze, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that it has had, the present one first."""
        return (self.key, *self.aliases)

    def owns(self, service: str) -> bool:
        """Whether a service is one of the team's."""
        return any(fnmatchcase(service, pattern) for pattern in self.services)

    def answers_to(self, name: str) -> bool:
        """Whether people may call the team so: its key or an earlier one, in any case."""
        return name.casefold() in {self.key.casefold(), *(alias.casefold() for alias in self.aliases)}


def team_called(name: str, teams: Iterable[Team]) -> Team | None:
    """The team that people may call so: by its key or an earlier one, else by its name, where only one has it."""
    known, asked = tuple(teams), " ".join(name.split()).casefold()
    by_name = [team for team in known if " ".join(team.name.split()).casefold() == asked]
    by_key = next((team for team in known if team.answers_to(name)), None)
    return by_key or (by_name[0] if len(by_name) == 1 else None)


def unowned(services: Iterable[str], teams: Iterable[Team]) -> tuple[str, ...]:
    """The services that no team owns, in order of name."""
    known = tuple(teams)
    return tuple(sorted({service for service in services if not any(team.owns(service) for team in known)}))
