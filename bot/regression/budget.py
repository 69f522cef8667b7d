"""The error budget of the objective that a report shows, week by week."""

from __future__ import annotations

import numpy as np

from bot.calendar import window_before
from bot.metrics import reliability
from bot.metrics.facts import Facts
from bot.metrics.measure import Reliability
from bot.metrics.objectives import apart
from bot.metrics.visibility import Visibility
from bot.regression.samples import Bools, Floats
from bot.teams import Team

SHOWN_DAYS = (28, 91, 182)  # reliability is shown over the shortest of these that has data


def shown_reliability(facts: Facts, team: Team, visibility: Visibility) -> Reliability:
    """Reliability over the shortest window that has data; the longest one where none has."""
    for days in SHOWN_DAYS[:-1]:
        measured = reliability.measure(facts, window_before(facts.as_of, days, team.zone), team, visibility)
        if measured.value is not None:
            return measured
    return reliability.measure(facts, window_before(facts.as_of, SHOWN_DAYS[-1], team.zone), team, visibility)


def weekly_budget(facts: Facts, team: Team, visibility: Visibility, edges: Floats) -> tuple[Floats, Bools]:
    """The share of each week's budget that was burnt, and which weeks it is known for; by the windows' ends.

    The objective is today's throughout: a stricter one makes no team worse.
    """
    bad, total = np.zeros(edges.size - 1), np.zeros(edges.size - 1)
    shown = shown_reliability(facts, team, visibility) if facts.slo_windows else None
    if shown is None or shown.basis != "slo" or shown.objective is None:
        return bad, total > 0
    mine = [each for each in facts.slo_windows if f"{each.service}/{each.name}" == shown.objective_name]
    for each in apart(mine):
        week = int(np.searchsorted(edges, each.window_end.timestamp(), side="left")) - 1
        if 0 <= week < bad.size:
            bad[week] += each.total - each.good
            total[week] += each.total
    known = total > 0
    share = np.divide(bad, total, out=np.zeros_like(bad), where=known) / (1 - shown.objective)
    return share, known
