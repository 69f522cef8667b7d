"""Whether stability got worse in step with a speed-up: by one number s, failures rise x 2^s and recovery x 1.75^s.

The formulas and where their figures come from: docs/statistics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from bot.regression.failing import RISES, failing, fewer
from bot.regression.log_hours import LogHours
from bot.regression.samples import Bools, Floats
from bot.regression.speed_up import WEEKS_BEFORE, SpeedUp, lead, speed_up, volume

PING = 0.93  # the score at which a ping is due
KEEP_AN_EYE = 0.70  # and that at which the digest says so
ENDED = 0.5  # below it at two looks in a row the watch is armed again
_CAP = 0.92  # of the score while the rise is too small to matter
_MATTERS = 0.45  # the mean of s from which it does: failures x 1.37, recovery x 1.29
FASTER, OLD = 0.60, 0.50  # the score counts only above the one and up to the other
_WORSE = 0.05  # s above which stability got worse
_SPREAD = 0.6  # of s before looking


@dataclass(frozen=True, slots=True, eq=False)
class WatchRows:
    """Complete weeks, oldest first; `edges` are their starts and the end of the last one."""

    edges: Floats
    deployments: Floats
    failed: Floats
    lead_time: LogHours
    recovery: LogHours
    speed_counts: Bools
    stability_counts: Bools
    visible: bool = True
    """Whether failures could have been seen at all."""
    signs: int = 0
    """How many things in 104 weeks said that something failed."""


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """One look of the watch."""

    score: float
    """Gated and capped: what decides."""
    worse: float
    """Probability that stability got worse along the curve; where the speed-up counts, hardly less if more fails."""
    rise: float
    """The mean of s."""
    speed: SpeedUp


def score(rows: WatchRows) -> Score | None:
    """What the weeks say; None where there are too few of them."""
    if rows.deployments.size <= WEEKS_BEFORE:
        return None
    speed = speed_up(volume(rows.deployments, rows.speed_counts), lead(rows.lead_time, rows.speed_counts))
    counts = speed.faster >= FASTER and speed.old <= OLD
    seen = [_Seen.of(belief) for belief in _beliefs(rows, speed.curve, at_least=counts)]
    most = max(seen, key=lambda each: each.worse)
    return Score(max(each.capped for each in seen) if counts else 0.0, most.worse, most.rise, speed)


class _Seen(NamedTuple):
    worse: float
    rise: float

    @classmethod
    def of(cls, belief: Floats) -> _Seen:
        return cls(float(belief[RISES > _WORSE + 1e-9].sum()), float(belief @ RISES))

    @property
    def capped(self) -> float:
        return self.worse if self.rise >= _MATTERS else min(self.worse, _CAP)


def _beliefs(rows: WatchRows, curve: Floats, *, at_least: bool) -> list[Floats]:
    """The posterior of s over RISES, of the weeks as they are; and, where asked for, of the same with fewer failures.

    More failures make a week look simply bad, which says less than a rise: but what fewer of them would say, they say.
    """
    weeks = rows.stability_counts & (rows.deployments > 0)
    failed, along = rows.failed[weeks], curve[weeks]
    versions = [failed, *(fewer(failed, along) if at_least else ())]
    recovering = _recovery(rows.recovery, rows.stability_counts, curve)
    # Recovery need not have moved with failures, and one odd outage shall not decide: it is never quite believed.
    others = np.log(0.85 * np.exp(recovering) + 0.15) - RISES**2 / (2 * _SPREAD**2)
    return [_posterior(each + others) for each in failing(rows.deployments[weeks], versions, along)]


def _posterior(log_odds: Floats) -> Floats:
    odds: Floats = np.exp(log_odds - log_odds.max())
    return odds / odds.sum()


def _recovery(hours: LogHours, counts: Bools, curve: Floats) -> Floats:
    """Log likelihood of each s from recovery times, up to a constant; flat where there are none."""
    known = counts & (hours.n > 0)
    if not known.any():
        return np.zeros(RISES.size)
    n, along = hours.n[known], curve[known] * log(1.75)
    mean = hours.total[known] / n
    within = float(np.maximum(hours.squares[known] - n * mean**2, 0.0).sum())
    variance = (8 * 1.2**2 + within) / (8 + float((n - 1).sum()))
    weight = 1 / (variance / n + 0.4**2)
    about = along - float(weight @ along) / float(weight.sum())
    squares, products = float(weight @ about**2), float(weight @ (about * mean))
    return 0.9 * (RISES * products - RISES**2 * squares / 2)
