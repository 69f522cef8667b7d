"""From a team's events to all that a reading looks at; pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from bot.calendar import WEEK
from bot.metrics import change_failure_rate
from bot.metrics.attribution import facts_at
from bot.metrics.facts import Facts, TeamEvents
from bot.metrics.level import LevelVerdict, TrendVerdict
from bot.metrics.measure import ChangeFailureRate, Metric
from bot.metrics.measures import measure_all
from bot.metrics.reach import Reach
from bot.metrics.replay import REPLAY_WEEKS, replay
from bot.metrics.timeline import Timeline, timeline
from bot.metrics.visibility import Visibility, visibility
from bot.reading.collect import collect
from bot.reading.levels import settle_levels
from bot.reading.picture import Picture
from bot.reading.reading import Match
from bot.reading.rules import decide
from bot.reading.signs import Signs
from bot.regression.lookout import Lookout
from bot.regression.net import net_line
from bot.regression.rows import WeeklyRows, weekly_rows
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
    ground = _ground(rows, as_of, window_days, reach)
    facts, team, seen = ground.facts, rows.team, ground.visibility
    measures = measure_all(facts, {metric: level.window for metric, level in ground.levels.items()}, team, seen)
    return Picture(
        facts=facts,
        team=team,
        visibility=seen,
        measures=measures,
        levels=ground.levels,
        trends=ground.trends,
        net=net_line(facts, team, seen, ground.weeks),
        signs=_signs(ground, team, measures.change_failure_rate, lookout),
        reach=reach,
        lookout=lookout,
    )


def headline_at(rows: Timeline, as_of: float, reach: Reach, *, lookout: Lookout) -> Match:
    """What would be read of the picture at an instant, without the figures that a report shows beside it."""
    ground, team = _ground(rows, as_of, None, reach), rows.team
    window = ground.levels[Metric.CHANGE_FAILURE_RATE].window
    failures = change_failure_rate.measure(ground.facts, window, team, ground.visibility)
    return decide(ground.levels, ground.trends, _signs(ground, team, failures, lookout))[0]


class _Ground(NamedTuple):
    """What every reading stands on."""

    facts: Facts
    visibility: Visibility
    levels: Mapping[Metric, LevelVerdict]
    weeks: WeeklyRows
    trends: Mapping[Metric, TrendVerdict]


def _ground(rows: Timeline, as_of: float, window_days: int | None, reach: Reach) -> _Ground:
    team = rows.team
    weeks_back = max(REPLAY_WEEKS, ceil((window_days or 0) / 7))
    facts = replace(facts_at(rows, as_of), loaded_from=reach.loaded_from)
    seen = visibility(facts, reach.seen_since)

    def known_at(earlier: float, asked: AbstractSet[Metric]) -> Facts:
        return replay(rows, earlier, earlier - weeks_back * WEEK, asked)

    weeks = weekly_rows(facts, team, seen)
    levels = settle_levels(facts, team, seen, known_at, window_days)
    return _Ground(facts, seen, levels, weeks, trends(facts, team, seen, weeks))


def _signs(ground: _Ground, team: Team, failures: ChangeFailureRate, lookout: Lookout) -> Signs:
    return collect(ground.facts, team, failures, ground.levels, ground.trends, ground.visibility, watch_up=lookout.up)
