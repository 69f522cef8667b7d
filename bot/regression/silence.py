"""Data that is pushed or comes in files, and has been silent for twice as long as it ever was before."""

from __future__ import annotations

import numpy as np

from bot.calendar import DAY
from bot.metrics.measure import Unknown
from bot.metrics.spans import frozen_days, span
from bot.metrics.unknowns import Reason
from bot.regression.eras import GAP_WEEKS, RECENT_WEEKS
from bot.regression.tallies import HEARD_FIRST, HEARD_LAST, LONGEST_SILENCE, Tallies
from bot.teams import Team

LEAST_SILENCE = 7.0  # days without any event that are silence at all


def silent(every: Tallies, weeks: int, team: Team) -> Unknown | None:
    """At the end of the tallies; `weeks` of them are looked back at for how long it was silent before."""
    heard = every.column(HEARD_LAST)
    usual = _longest(every, max(heard.size - weeks, 0), heard.size - RECENT_WEEKS - GAP_WEEKS)
    if usual is None:
        return None
    end = float(every.edges[-1])
    silence = span(float(np.nanmax(heard)), end, team.zone)
    days = silence.days - frozen_days(team, silence)
    if days <= max(LEAST_SILENCE, 2 * usual):
        return None
    return Unknown(Reason.DATA_SILENT, {"days": days, "usual": usual})


def _longest(every: Tallies, first: int, end: int) -> float | None:
    """Days of the longest silence between two events of some weeks; None where there were no two."""
    figures = every.figures[first : max(end, first)]
    figures = figures[~np.isnan(figures[:, HEARD_FIRST])]
    within = figures[:, LONGEST_SILENCE]
    between = figures[1:, HEARD_FIRST] - figures[:-1, HEARD_LAST]
    silences = np.concatenate([within[~np.isnan(within)], between])
    return float(silences.max()) / DAY if silences.size else None
