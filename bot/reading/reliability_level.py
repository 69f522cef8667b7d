"""Reliability's level: objectives are met or they are not; without them only a stated target can be missed."""

from __future__ import annotations

from bot.calendar import Window
from bot.metrics import reliability
from bot.metrics.facts import Facts
from bot.metrics.level import Level, LevelVerdict
from bot.metrics.measure import Unknown
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.regression.budget import shown_reliability
from bot.teams import Team

ENOUGH_COVERAGE = 0.80  # of the window, by the objective's windows


def reliability_level(facts: Facts, team: Team, visibility: Visibility, window: Window | None) -> LevelVerdict:
    """Over the fixed window where there is one, else over the shortest that has data."""
    if window is None:
        measured = shown_reliability(facts, team, visibility)
    else:
        measured = reliability.measure(facts, window, team, visibility)
    left = measured.budget_left
    if left is None:
        why = measured.why_unknown or Unknown(Reason.NO_OBJECTIVE)
        return LevelVerdict(Level.UNKNOWN, measured.window, why_unknown=why)
    return LevelVerdict(
        level=Level.POOR if left < 0 else Level.HEALTHY,
        window=measured.window,
        borderline=measured.coverage is not None and measured.coverage < ENOUGH_COVERAGE,
        certainty=1.0,  # counted against a target, not estimated
    )
