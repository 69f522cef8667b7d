"""The report of one team: from the store, or from events at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from bot.answers.compose import compose
from bot.answers.looks import lookout_now
from bot.answers.picture import EVERYTHING, NO_LOOKS, picture_at
from bot.calendar import WEEK, day_start, instant, moment
from bot.events import BaseEvent
from bot.metrics.facts import TeamEvents
from bot.metrics.feeds import Feed, synced
from bot.metrics.history import history
from bot.metrics.reach import Reach, reach
from bot.metrics.timeline import Timeline, timeline
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.reading.reading import Reading
from bot.regression.lookout import Lookout
from bot.regression.looks import LOOKS, looks
from bot.store.database import Database
from bot.store.events import is_older, last_events, team_events
from bot.store.sight import Sight
from bot.team_report import SourcePart, TeamReport
from bot.teams import Team

# What trends look at (130 weeks), and before it what an attribution, a revert or a long lead time may reach into.
READ_WEEKS = 156


def team_report(
    database: Database, team: Team, now: datetime, as_of: datetime | None = None, window_days: int | None = None
) -> TeamReport:
    """What `/dora` says of a team: at the start of the present day in the team's zone, unless `as_of` is given.

    Raises:
        StoreError: when the database can't be read.
    """
    at = end_of_windows(team, now, as_of)
    with database.reading() as connection:
        feeds, heard = Sight().of(connection, team), last_events(connection, team)
    within = reach(feeds, at)
    known = _known(database, team, at, within)
    if as_of is not None:
        heard = heard_before(at, heard, known.events)
    return with_sources(_report(database, known, at, within, window_days), heard, feeds)


def report_within(database: Database, team: Team, at: float, within: Reach) -> TeamReport:
    """The same as of an instant, of what the team's sources have loaded; of the sources themselves nothing is told.

    It says the same as long as no event changes that is known by then.
    """
    return _report(database, _known(database, team, at, within), at, within)


class _Known(NamedTuple):
    """A team's events; `whole` where there are none before them."""

    events: TeamEvents
    rows: Timeline
    whole: bool


def _known(database: Database, team: Team, at: float, within: Reach) -> _Known:
    begin = max(at - READ_WEEKS * WEEK, within.loaded_from or 0.0)
    with database.reading() as connection:
        events = team_events(connection, team, begin, at)
        whole = begin == within.loaded_from or not is_older(connection, team, begin)
    return _Known(events, timeline(events, team), whole)


def _report(database: Database, known: _Known, at: float, within: Reach, window_days: int | None = None) -> TeamReport:
    seen = lookout_now(database, known.rows.team, at, within, known.rows if known.whole else None)
    return report(known.rows, at, window_days, within=within, seen=seen)


def with_sources(made: TeamReport, heard: Mapping[str, float], feeds: Iterable[Feed] = ()) -> TeamReport:
    """When each source last spoke of the team, and when it was last read: that moves though nothing else may."""
    read_at = synced(feeds)
    parts = (
        SourcePart(source=source, last_event=_moment(heard.get(source)), last_synced=_moment(read_at.get(source)))
        for source in sorted({*heard, *read_at})
    )
    return made.model_copy(update={"sources": tuple(parts)})


def trial_report(
    service: str,
    events: Sequence[BaseEvent],
    now: datetime,
    as_of: datetime | None = None,
    window_days: int | None = None,
) -> TeamReport:
    """The report on one service's events at hand, as if a team owned just that; nothing is stored. Pure."""
    team = Team(key=service, name=service, services=(service,))
    at = end_of_windows(team, now, as_of)
    known = TeamEvents.of(events)
    heard = _last(events)
    heard = heard if as_of is None else heard_before(at, heard, known)
    rows = timeline(known, team)
    seen = Lookout(looks(rows, EVERYTHING, at, LOOKS))
    return with_sources(report(rows, at, window_days, seen=seen), heard)


def end_of_windows(team: Team, now: datetime, as_of: datetime | None) -> float:
    """Where the windows end, in POSIX seconds; an `as_of` without an offset is a time of the team's zone."""
    if as_of is None:
        return day_start(now.timestamp(), team.zone)
    return instant(as_of, team.zone)


def report(
    rows: Timeline,
    at: float,
    window_days: int | None = None,
    *,
    within: Reach = EVERYTHING,
    seen: Lookout = NO_LOOKS,
) -> TeamReport:
    """The report as of an instant; `seen` is what the watch sees. Pure."""
    known = picture_at(rows, at, window_days, within, lookout=seen)
    return composed(known, read(known))


def composed(known: Picture, reading: Reading) -> TeamReport:
    """A picture and its reading as a report. Pure."""
    return compose(known, reading, history(known.facts, known.team, known.visibility))


def heard_before(at: float, heard: Mapping[str, float], events: TeamEvents) -> Mapping[str, float]:
    """When each source had last spoken by an instant of the past: what it said later is not seen from there."""
    everything = chain.from_iterable(getattr(events, each.name) for each in fields(events))
    earlier = _last(event for event in everything if event.at.timestamp() < at)
    return earlier | {source: last for source, last in heard.items() if last < at}


def _last(events: Iterable[BaseEvent]) -> dict[str, float]:
    """The time of each source's last event."""
    return {event.source: event.at.timestamp() for event in sorted(events, key=lambda event: event.at)}


def _moment(at: float | None) -> datetime | None:
    return None if at is None else moment(at)
