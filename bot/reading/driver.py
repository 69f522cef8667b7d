"""What drives a reliability problem: the largest clear growth among failing, noticing and mending."""

from __future__ import annotations

from collections.abc import Mapping

from bot.metrics.facts import Facts
from bot.metrics.level import Effect, TrendVerdict
from bot.metrics.measure import Metric
from bot.regression.eras import Eras
from bot.regression.stage_growth import recovery_growth

CLEAR = 0.8  # P(up by a tenth)
DEFAULT = "testing"  # also where only the number of deployments grew
STAGES = {"observability": ("detect",), "recovery": ("repair", "fix_deploy")}


def reliability_driver(facts: Facts, trends: Mapping[Metric, TrendVerdict], spans: Eras) -> str:
    """`testing`, `observability` or `recovery`."""
    growth = growths(facts, trends, spans)
    clear = {driver: effect.ratio for driver, effect in growth.items() if effect.p_up >= CLEAR}
    return max(clear, key=clear.__getitem__, default=DEFAULT)


def growths(facts: Facts, trends: Mapping[Metric, TrendVerdict], spans: Eras) -> Mapping[str, Effect]:
    """The growth of each driver where it is known."""
    failing = trends.get(Metric.CHANGE_FAILURE_RATE)
    known = {DEFAULT: None if failing is None else failing.effect}
    known |= {driver: recovery_growth(facts, spans, stages) for driver, stages in STAGES.items()}
    return {driver: effect for driver, effect in known.items() if effect is not None}
