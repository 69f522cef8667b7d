"""One team's events at hand, to be read as of any week's end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import chain

from bot.answers.looks import lookout
from bot.answers.picture import headline_at, picture_at
from bot.answers.report import READ_WEEKS, heard_before
from bot.calendar import WEEK, midnight
from bot.events import BaseEvent
from bot.metrics.facts import TeamEvents
from bot.metrics.feeds import Feed
from bot.metrics.reach import reach
from bot.metrics.timeline import Timeline, timeline
from bot.reading.picture import Picture
from bot.reading.reading import Match
from bot.regression.lookout import Lookout
from bot.store.database import Database
from bot.store.events import last_events, team_events
from bot.store.sight import Sight
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Past:
    """What was known of a team until a Monday. `heard`: when each source spoke last; `began`: the first event."""

    events: TeamEvents
    rows: Timeline
    feeds: tuple[Feed, ...]
    heard: Mapping[str, float]
    lookout: Lookout
    began: float | None

    @property
    def team(self) -> Team:
        return self.rows.team

    def at(self, monday: date) -> Picture:
        """The team as it was known at the start of a Monday; of its watch the looks up to then."""
        return self.as_of(midnight(monday, self.team.zone))

    def as_of(self, at: float) -> Picture:
        """The same at any instant."""
        return picture_at(self.rows, at, None, reach(self.feeds, at), lookout=self._seen(at))

    def headline(self, monday: date) -> Match:
        """What would have been read at the start of a Monday."""
        at = midnight(monday, self.team.zone)
        return headline_at(self.rows, at, reach(self.feeds, at), lookout=self._seen(at))

    def _seen(self, at: float) -> Lookout:
        return Lookout(tuple(look for look in self.lookout.looks if look.at <= at))

    def everything(self) -> Iterator[BaseEvent]:
        """Every event."""
        return chain.from_iterable(getattr(self.events, each.name) for each in fields(self.events))

    def with_events(self, instead: Mapping[str, BaseEvent]) -> Past:
        """As it would be if some events, by their keys, were others; the looks of the watch stay as they are."""
        events = TeamEvents.of(instead.get(event.key, event) for event in self.everything())
        return replace(self, events=events, rows=timeline(events, self.team))

    def began_before(self, monday: date) -> bool:
        """Whether anything is known of the time before a Monday."""
        return self.began is not None and self.began < midnight(monday, self.team.zone)

    def loaded_before(self, monday: date) -> bool:
        """Whether the weeks before a Monday are loaded."""
        at = midnight(monday, self.team.zone)
        begin = reach(self.feeds, at).loaded_from
        return begin is None or begin < at


def past(database: Database, team: Team, until: date) -> Past:
    """By a few indexed reads."""
    at = midnight(until, team.zone)
    with database.reading() as connection:
        feeds = Sight().of(connection, team)
        within = reach(feeds, at)
        events = team_events(connection, team, max(at - READ_WEEKS * WEEK, within.loaded_from or 0.0), at)
        heard = heard_before(at, last_events(connection, team), events)
    seen = lookout(database, team, at, within)
    known = Past(events, timeline(events, team), feeds, heard, seen, None)
    return replace(known, began=min((event.at.timestamp() for event in known.everything()), default=None))
