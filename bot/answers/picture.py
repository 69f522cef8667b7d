"""From a team's events to all that a reading looks at; pure."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from bot.calendar import WEEK
from bot.metrics.attribution import facts_at
from bot.metrics.facts import Facts, TeamEvents
from bot.metrics.measures import measure_all
from bot.metrics.reach import Reach
from bot.metrics.replay import REPLAY_WEEKS, replay
from bot.metrics.timeline import Timeline, timeline
from bot.metrics.visibility import visibility
from bot.reading.collect import collect
from bot.reading.levels import settle_levels
from bot.reading.picture import Picture
from bot.regression.lookout import Lookout
from bot.regression.net import net_line
from bot.regression.rows import weekly_rows
from bot.regression.trends import trends
from bot.teams import Team

EVERYTHING = Reach()
NO_LOOKS = Lookout()


def picture(
    events: TeamEvents,
    team: Team,
    as_of: float,
    window_days: int | None = None,
    reach: Reach = EVERYTHING,
    *,
    lookout: Lookout = NO_LOOKS,
) -> Picture:
    """One team as it was known at an instant; `window_days` sets one window for all metrics."""
    return picture_at(timeline(events, team), as_of, window_days, reach, lookout=lookout)


def picture_at(
    rows: Timeline,
    as_of: float,
    window_days: int | None = None,
    reach: Reach = EVERYTHING,
    *,
    lookout: Lookout = NO_LOOKS,
) -> Picture:
    """The same for one instant of several: what is worked out once of a timeline serves them all."""
    team = rows.team
    weeks_back = max(REPLAY_WEEKS, ceil((window_days or 0) / 7))
    facts = replace(facts_at(rows, as_of), loaded_from=reach.loaded_from)
    seen = visibility(facts, reach.seen_since)

    def known_at(earlier: float, *, changes: bool) -> Facts:
        return replay(rows, earlier, earlier - weeks_back * WEEK, changes=changes)

    levels = settle_levels(facts, team, seen, known_at, window_days)
    measures = measure_all(facts, {metric: level.window for metric, level in levels.items()}, team, seen)
    weeks = weekly_rows(facts, team, seen)
    moved = trends(facts, team, seen, weeks)
    return Picture(
        facts=facts,
        team=team,
        visibility=seen,
        measures=measures,
        levels=levels,
        trends=moved,
        net=net_line(facts, team, seen, weeks),
        signs=collect(facts, team, measures, levels, moved, seen, watch_up=lookout.up),
        reach=reach,
        lookout=lookout,
    )
