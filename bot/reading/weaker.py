"""Which capability recovery time points at: where it goes, against a typical profile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.calendar import Window
from bot.metrics.facts import Facts, RecoveryFact
from bot.reading.signs import Weaker

TYPICAL = {"detect": 0.30, "acknowledge": 0.10, "repair": 0.45, "fix_deploy": 0.15}
CAPABILITY = {
    "detect": "observability",
    "acknowledge": "incident_response",
    "repair": "incident_response",
    "fix_deploy": "deployment_architecture",
}
TIMED = frozenset({"detect", "repair"})  # what a recovery has to know to be compared
LEAST_TIMED = 3
TIE = 1.10  # within a tenth of each other the stages can't tell
NO_TIME = 0.01  # the ratio that stands for a stage without any time


def weaker(facts: Facts, window: Window) -> Weaker:
    """The capability whose stage takes most beyond its typical share; observability where the stages can't tell."""
    timed = timed_recoveries(facts, window)
    if len(timed) < LEAST_TIMED:
        return Weaker()
    actual, typical = _sum(fact.stages for fact in timed), _sum(_typical(fact) for fact in timed)
    total = sum(actual.values())
    if total <= 0:
        return Weaker()
    ratios = {stage: actual[stage] / typical[stage] for stage in TYPICAL if typical.get(stage)}
    shares = {stage: actual[stage] / total for stage in ratios}
    return _verdict(ratios, shares)


def timed_recoveries(facts: Facts, window: Window) -> tuple[RecoveryFact, ...]:
    """The recoveries that ended in a window and know where their time went."""
    return tuple(
        fact
        for fact in facts.recoveries
        if not fact.open and fact.ended_at is not None and fact.ended_at in window and fact.stages.keys() >= TIMED
    )


def _verdict(ratios: Mapping[str, float], shares: Mapping[str, float]) -> Weaker:
    best = {
        capability: max(ratio for stage, ratio in ratios.items() if CAPABILITY[stage] == capability)
        for capability in {CAPABILITY[stage] for stage in ratios}
    }
    first, second = sorted(best, key=lambda capability: (-best[capability], capability))[:2]
    if best[first] <= TIE * max(best[second], NO_TIME):
        return Weaker(by_default=True, ratios=ratios, shares=shares)
    return Weaker(first, by_default=False, ratios=ratios, shares=shares)


def _typical(fact: RecoveryFact) -> Mapping[str, float]:
    """This recovery's seconds, spread over its known stages as is typical; what no fix deployment took is repair."""
    weights = {stage: TYPICAL[stage] for stage in fact.stages}
    if "fix_deploy" not in weights:
        weights["repair"] += TYPICAL["fix_deploy"]
    seconds, total = sum(fact.stages.values()), sum(weights.values())
    return {stage: seconds * weight / total for stage, weight in weights.items()}


def _sum(spans: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for stages in spans:
        for stage, seconds in stages.items():
            total[stage] += seconds
    return total
