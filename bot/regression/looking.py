"""Looks at a team's events: at all that ever were, or at the newest alone and at what is kept of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.regression.looks import Look, look_at, weeks_between, weeks_of
from bot.regression.seam import Seam, heed_listing, holds
from bot.regression.traces import named, traces
from bot.regression.watch_history import WatchHistory
from bot.regression.weeks import Weeks
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Looked:
    """Looks, and what the next ones may build upon."""

    looks: tuple[Look, ...]
    weeks: Weeks
    """All weeks up to the last look, as known then."""
    anew_from: float
    """The weeks before it are those that were kept; none where it lies infinitely far back."""


def look_through(events: TeamEvents, team: Team, reach: Reach, instants: Sequence[float]) -> Looked:
    """A look at each of some Mondays, in order, at all events that count."""
    rows = timeline(events, team)
    history = WatchHistory(rows, weeks_of(rows, instants[-1]), reach.pulled)
    tallies = [history.tallies(at) for at in instants]
    looks = tuple(look_at(each, team, reach) for each in tallies)
    weeks = Weeks(tallies[-1], traces(named(events, rows), rows, tallies[-1].edges))
    return Looked(looks, weeks, anew_from=-inf)


def look_on(events: TeamEvents, team: Team, reach: Reach, instants: Sequence[float], seam: Seam) -> Looked | None:
    """The same of the events from the seam on; None where something crosses it."""
    rows, edges = timeline(events, team), weeks_between(seam.loaded_from, instants[-1], team.zone)
    heed_listing(seam, rows)
    loaded = list(named(events, rows))
    if not holds(seam, loaded, rows):
        return None
    history = WatchHistory(rows, edges, reach.pulled)
    tallies = [history.tallies(at).since(seam.kept_until) for at in instants]
    looks = tuple(look_at(each.following(seam.kept.tallies), team, reach) for each in tallies)
    weeks = Weeks(tallies[-1], traces(loaded, rows, edges)).since(seam.kept_until).following(seam.kept)
    return Looked(looks, weeks, anew_from=seam.kept_until)
