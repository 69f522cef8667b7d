"""What an event counts for, as one word that an index can hold: a service, a team, or everyone; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.events import Deployment, Event, Incident
from bot.teams import Team

SERVICE = "service/"
TEAM = "team/"
OPEN = "open/"  # an incident without an end stands here too, so that it is found however long ago it began
EVERYONE = "everyone"  # a definition that names no service

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_A_SECOND = 1_000_000
_GLOB = re.compile(r"[*?\[]")


def microseconds(at: datetime) -> int:
    """Exact, unlike a timestamp in floating point."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICROSECONDS_A_SECOND + since.microseconds


def instant(at: int) -> float:
    """Stored microseconds as POSIX seconds."""
    return at / _MICROSECONDS_A_SECOND


def subjects(event: Event) -> Sequence[str]:
    """What the event counts for; nothing where its source took it back."""
    if event.retracted:
        return ()
    counts_for = [SERVICE + service for service in event.all_services] or [_without_service(event)]
    if isinstance(event, Incident) and _unended(event):
        counts_for += [OPEN + subject for subject in counts_for]
    return counts_for


def _without_service(event: Event) -> str:
    if isinstance(event, Incident) and event.team is not None:
        return TEAM + event.team.casefold()
    return EVERYONE


def _unended(incident: Incident) -> bool:
    return incident.status == "open" and incident.mitigated_at is None and incident.resolved_at is None


def team_subjects(team: Team) -> tuple[str, ...]:
    """The team's own names, and the services that it names in full."""
    names = dict.fromkeys(name.casefold() for name in (team.key, *team.aliases))
    return (EVERYONE, *(TEAM + name for name in names), *(SERVICE + name for name in exact_services(team)))


def known_from(event: Event) -> datetime:
    """The earliest instant at which any of it may be known: nothing that was known until then depends on it."""
    match event:
        case Deployment():
            times = (event.at, event.failed_at, event.started_at if event.status == "running" else None)
        case Incident():
            times = (event.at, event.detected_at)
        case _:
            return event.at
    return min(at for at in times if at is not None)


def exact_services(team: Team) -> tuple[str, ...]:
    return tuple(pattern for pattern in team.services if not _GLOB.search(pattern))


def glob_prefixes(team: Team) -> tuple[str, ...]:
    """What the names that each of the team's globs matches begin with."""
    globs = (pattern for pattern in team.services if _GLOB.search(pattern))
    return tuple(dict.fromkeys(_GLOB.split(pattern, maxsplit=1)[0] for pattern in globs))
