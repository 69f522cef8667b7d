"""A team's looks: those that are kept and still hold, and the others made anew in memory; reading locks nobody out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.calendar import day_start
from bot.metrics.reach import Reach, reach
from bot.metrics.timeline import Timeline, timeline
from bot.regression.looking import Looked, look_on, look_through
from bot.regression.lookout import Lookout, settled
from bot.regression.looks import LOOKS, Look, looks_at, mondays
from bot.regression.seam import seams
from bot.store.database import Database
from bot.store.events import data_revision, team_events
from bot.store.looks import Kept, keep_looks, kept_looks
from bot.store.sight import Sight
from bot.store.weeks import kept_weeks
from bot.teams import Team


def lookout(database: Database, team: Team, as_of: float, within: Reach, weeks: int = LOOKS) -> Lookout:
    """What the watch has come to after the last looks up to an instant."""
    with database.reading() as connection:
        looks, _ = _looks(connection, team, as_of, within, weeks)
    return Lookout(looks)


def lookout_now(database: Database, team: Team, as_of: float, within: Reach, rows: Timeline | None = None) -> Lookout:
    """What a reading takes of the watch, without the looks that it does not depend on: they take long to make anew.

    `rows` are all that is known of the team by then, where somebody has them.
    """
    with database.reading() as connection:
        kept = kept_looks(connection, team, within)
        (monday,) = mondays(as_of, 1, team.zone)
        known = next((look for look in kept.looks if look.at == monday), None)
        newest = known or _look(connection, team, within, monday, kept, rows=rows)
        looks = (newest,) if settled(newest) else _looks(connection, team, as_of, within, LOOKS)[0]
    return Lookout(looks)


def looks_are_kept(database: Database, team: Team, now: datetime, sight: Sight) -> bool:
    """Whether the last year's looks are kept as they are now."""
    as_of = day_start(now.timestamp(), team.zone)
    with database.reading() as connection:
        kept = kept_looks(connection, team, reach(sight.of(connection, team), as_of))
    return {look.at for look in kept.looks}.issuperset(mondays(as_of, LOOKS, team.zone))


def refresh_looks(database: Database, team: Team, now: datetime, sight: Sight | None = None) -> bool:
    """Keep the last year's looks as they are now; whether there was anything to make anew.

    Who refreshes many teams hands the same `sight` in each time, so that all feeds are read once.
    """
    as_of = day_start(now.timestamp(), team.zone)
    with database.reading() as connection:
        within = reach((sight or Sight()).of(connection, team), as_of)
        looks, made = _looks(connection, team, as_of, within, LOOKS)
    if made is not None:
        with database.writing() as connection:
            looked = replace(made.looked, looks=looks)
            keep_looks(connection, team, within, looked, made.revision, upon=made.upon)
    return made is not None


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made anew, of the data as of a revision, upon what was kept as of an earlier one."""

    looked: Looked
    revision: int
    upon: int | None


def _looks(
    connection: Connection, team: Team, as_of: float, within: Reach, weeks: int
) -> tuple[tuple[Look, ...], _Made | None]:
    """The last looks up to an instant; None where all of them were kept."""
    instants = mondays(as_of, weeks, team.zone)
    kept = kept_looks(connection, team, within)
    known = {look.at: look for look in kept.looks}
    if known.keys() >= set(instants):
        return tuple(known[at] for at in instants), None
    # The newest in any case: the weeks that are kept beside the looks are those that it sees.
    anew = [at for at in instants if at not in known or at == instants[-1]]
    looked = _look_on(connection, team, within, anew, kept) or _look_through(connection, team, within, anew)
    known |= {look.at: look for look in looked.looks}
    return tuple(known[at] for at in instants), _Made(looked, data_revision(connection), kept.revision)


def _look(
    connection: Connection, team: Team, within: Reach, monday: float, kept: Kept, *, rows: Timeline | None
) -> Look:
    """One, upon which nothing is built."""
    looked = _look_on(connection, team, within, [monday], kept)
    if looked is not None:
        return looked.looks[-1]
    known = rows or timeline(team_events(connection, team, within.loaded_from), team)
    (look,) = looks_at(known, within, [monday])
    return look


def _look_on(connection: Connection, team: Team, within: Reach, anew: Sequence[float], kept: Kept) -> Looked | None:
    """From what is kept, and the events of the newest weeks; None where they do not tell enough."""
    if kept.known_at is None or kept.since is None or anew[0] <= kept.since:
        return None
    weeks = kept_weeks(connection, team, kept.known_at)
    if weeks is None:
        return None
    for seam in seams(weeks, kept.since, team):
        if within.loaded_from is not None and seam.loaded_from < within.loaded_from:
            return None  # what is half loaded is left out, as below
        events = team_events(connection, team, seam.loaded_from)
        looked = look_on(events, team, within, anew, seam)
        if looked is not None:
            return looked
    return None


def _look_through(connection: Connection, team: Team, within: Reach, anew: Sequence[float]) -> Looked:
    """All that ever was, so that a look says the same whenever it is made; only what is half loaded is left out."""
    return look_through(team_events(connection, team, within.loaded_from), team, within, anew)
