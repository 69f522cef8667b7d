"""What feeds a report: the lists of the configured sources, and which of them speak of a team; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bot.source import Coverage
from bot.teams import Team

_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One list of one configured source, as far as a report rests on it; times are POSIX seconds."""

    source: str
    """The configured source's name."""
    stream: str
    event_source: str
    kinds: frozenset[str]
    """Of the events that it yields."""
    covers: Coverage
    to: float
    """As far back as its history is to be loaded."""
    covers_from: float | None = None
    reached: float | None = None
    """How far back it is loaded; None where it was never read."""
    synced_at: float | None = None

    @property
    def names_somebody(self) -> bool:
        """Whether its coverage says more than that it may speak of anything."""
        return bool(self.covers.teams or any(name.strip("*") for name in self.covers.services))


@dataclass(slots=True)
class Feeds:
    """All feeds, found by the services and teams that they name."""

    every: Sequence[Feed] = ()
    _services: dict[str, list[Feed]] = field(default_factory=dict[str, list[Feed]])
    _patterns: dict[str, list[Feed]] = field(default_factory=dict[str, list[Feed]])
    _teams: dict[str, list[Feed]] = field(default_factory=dict[str, list[Feed]])
    _by_event_source: dict[str, list[Feed]] = field(default_factory=dict[str, list[Feed]])

    @classmethod
    def of(cls, feeds: Iterable[Feed]) -> Feeds:
        every = tuple(feeds)
        named = [(name, feed) for feed in every for name in feed.covers.services]
        return cls(
            every,
            _grouped((name, feed) for name, feed in named if not _WILD & set(name)),
            _grouped((name, feed) for name, feed in named if _WILD & set(name)),
            _grouped((name.casefold(), feed) for feed in every for name in feed.covers.teams),
            _grouped((feed.event_source, feed) for feed in every),
        )

    def naming(self, team: Team, services: Iterable[str]) -> tuple[Feed, ...]:
        """Those whose coverage names the team or a service of it; `services` are those that it is known to have.

        Names and globs may stand on either side. A glob that matches everything names nobody, unless the team
        itself owns everything.
        """
        names = tuple(dict.fromkeys((*team.services, *services)))
        found = [feed for name in (team.key, *team.aliases) for feed in self._teams.get(name.casefold(), ())]
        for name in names:
            found += self._services.get(name, ())
            if _WILD & set(name):
                found += [feed for known, feeds in self._services.items() if fnmatchcase(known, name) for feed in feeds]
        for pattern, feeds in self._patterns.items():
            if any(_alike(pattern, name) for name in names) and (pattern.strip("*") or pattern in team.services):
                found += feeds
        return tuple(dict.fromkeys(found))

    @property
    def undecided(self) -> tuple[Feed, ...]:
        """Those that may speak of any team, and were not read yet: whom they speak of will show."""
        return tuple(feed for feed in self.every if feed.reached is None and not feed.names_somebody)

    def from_sources(self, event_sources: Iterable[str]) -> tuple[Feed, ...]:
        """Those that yield events in the name of these sources."""
        return tuple(feed for name in event_sources for feed in self._by_event_source.get(name, ()))


def _grouped(named: Iterable[tuple[str, Feed]]) -> dict[str, list[Feed]]:
    groups: defaultdict[str, list[Feed]] = defaultdict(list)
    for name, feed in named:
        groups[name].append(feed)
    return dict(groups)


def _alike(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(pattern, name)


def synced(feeds: Iterable[Feed]) -> Mapping[str, float | None]:
    """When each event source was last read, by its newest list; None where it never was."""
    newest: dict[str, float | None] = {}
    for feed in feeds:
        known = newest.setdefault(feed.event_source, feed.synced_at)
        newest[feed.event_source] = max((at for at in (known, feed.synced_at) if at is not None), default=None)
    return newest
