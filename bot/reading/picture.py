"""All that a reading looks at, in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.metrics.facts import Facts
from bot.metrics.level import LevelVerdict, TrendVerdict
from bot.metrics.measure import Measures, Metric
from bot.metrics.reach import Reach
from bot.metrics.visibility import Visibility
from bot.reading.signs import Signs
from bot.regression.lookout import Lookout
from bot.regression.net import NetLine
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Picture:
    """One team at `facts.as_of`. `trends` also tell which weeks are recent and which are the baseline."""

    facts: Facts
    team: Team
    visibility: Visibility
    measures: Measures
    levels: Mapping[Metric, LevelVerdict]
    trends: Mapping[Metric, TrendVerdict]
    net: NetLine
    signs: Signs
    reach: Reach = field(default_factory=Reach)
    lookout: Lookout = field(default_factory=Lookout)
