"""One team's events at hand, to be read as of any week's end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import chain

from bot.answers.looks import lookout
from bot.answers.picture import picture_at
from bot.answers.report import READ_WEEKS, heard_before
from bot.calendar import WEEK, midnight
from bot.metrics.facts import TeamEvents
from bot.metrics.feeds import Feed
from bot.metrics.reach import reach
from bot.metrics.timeline import Timeline, timeline
from bot.reading.picture import Picture
from bot.regression.lookout import Lookout
from bot.store.database import Database
from bot.store.events import last_events, team_events
from bot.store.sight import Sight
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Past:
    """What was known of a team until a Monday. `heard`: when each source spoke last; `began`: the first event."""

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
        at = midnight(monday, self.team.zone)
        seen = Lookout(tuple(look for look in self.lookout.looks if look.at <= at))
        return picture_at(self.rows, at, None, reach(self.feeds, at), lookout=seen)

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
    return Past(timeline(events, team), feeds, heard, seen, min(_instants(events), default=None))


def _instants(events: TeamEvents) -> Iterator[float]:
    everything = chain.from_iterable(getattr(events, each.name) for each in fields(events))
    return (event.at.timestamp() for event in everything)
