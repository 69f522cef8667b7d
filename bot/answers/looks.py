"""A team's looks: those that are kept and still hold, and the others made anew in memory; reading locks nobody out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.calendar import day_start
from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach, reach
from bot.metrics.timeline import timeline
from bot.regression.lookout import Lookout
from bot.regression.looks import LOOKS, Look, looks_at, mondays
from bot.store.database import Database
from bot.store.events import data_revision, team_events
from bot.store.looks import keep_looks, kept_looks
from bot.store.sight import Sight
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Looked:
    """Looks of the data as of a revision; `anew`: some were not kept, or held no longer."""

    looks: tuple[Look, ...]
    revision: int
    anew: bool


def lookout(database: Database, team: Team, as_of: float, within: Reach, weeks: int = LOOKS) -> Lookout:
    """What the watch has come to after the last looks up to an instant."""
    return Lookout(_looked(database, team, as_of, within, weeks).looks)


def refresh_looks(database: Database, team: Team, now: datetime, sight: Sight | None = None) -> bool:
    """Keep the last year's looks as they are now; whether there was anything to make anew.

    Who refreshes many teams hands the same `sight` in each time, so that all feeds are read once.
    """
    as_of = day_start(now.timestamp(), team.zone)
    with database.reading() as connection:
        within = reach((sight or Sight()).of(connection, team), as_of)
    looked = _looked(database, team, as_of, within, LOOKS)
    if looked.anew:
        with database.writing() as connection:
            keep_looks(connection, team, within, looked.looks, looked.revision)
    return looked.anew


def _looked(database: Database, team: Team, as_of: float, within: Reach, weeks: int) -> Looked:
    instants = mondays(as_of, weeks, team.zone)
    with database.reading() as connection:
        revision = data_revision(connection)
        kept = {look.at: look for look in kept_looks(connection, team, within)}
        missing = [at for at in instants if at not in kept]
        # All that ever was, so that a look says the same whenever it is made; only what is half loaded is left out.
        events = team_events(connection, team, within.loaded_from) if missing else TeamEvents()
    made = {look.at: look for look in looks_at(timeline(events, team), within, missing)}
    return Looked(tuple(made.get(at) or kept[at] for at in instants), revision, anew=bool(missing))
