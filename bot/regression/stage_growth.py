"""How recovery, or one stage of it, grew against the baseline: the recovery effect on part of its time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bot.calendar import Window
from bot.metrics.facts import Facts, RecoveryFact
from bot.metrics.level import Effect
from bot.metrics.measure import Metric
from bot.regression.effects import duration_effect
from bot.regression.eras import Eras
from bot.regression.log_hours import LogHours, log_hours_by_week
from bot.regression.samples import Durations

LEAST = 3  # recoveries on either side


def recovery_growth(facts: Facts, spans: Eras, stages: Iterable[str] = ()) -> Effect | None:
    """The effect of the summed stages, of the whole recovery where none is named; None with too few on a side."""
    if spans.baseline is None:
        return None
    wanted = tuple(stages)
    recent, before = (_by_week(facts, era, wanted) for era in (spans.recent, spans.baseline))
    if recent.count < LEAST or before.count < LEAST:
        return None
    return duration_effect(Metric.RECOVERY_TIME, recent, before)


def _by_week(facts: Facts, era: Window, stages: tuple[str, ...]) -> LogHours:
    known = [
        (fact.ended_at, seconds)
        for fact in facts.recoveries
        if fact.ended_at is not None and not fact.open and (seconds := _seconds(fact, stages)) is not None
    ]
    edges = np.linspace(era.start, era.end, max(1, round(era.weeks)) + 1)
    at = np.array([at for at, _ in known], dtype=np.float64)
    seconds = np.array([seconds for _, seconds in known], dtype=np.float64)
    return log_hours_by_week(edges, at, Durations(at, seconds).log_hours)


def _seconds(fact: RecoveryFact, stages: tuple[str, ...]) -> float | None:
    if not stages:
        return fact.seconds
    known = [fact.stages[stage] for stage in stages if stage in fact.stages]
    return sum(known) if known else None
