"""Whether stability got worse in step with a speed-up: by one number s, failures rise x 2^s and recovery x 1.75^s.

The formulas and where their figures come from: docs/statistics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

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

RISES: Floats = np.array([tenth / 10 for tenth in range(-10, 21)])  # the values of s that are weighed
_SPREAD = 0.6  # of s before looking
_STEP = 0.05  # between two log rates of the grid
_RATES: Floats = np.array([-7.6 + _STEP * step for step in range(147)])  # log failure rates
_BELOW, _ABOVE = 32, 18  # grid points about the overall rate that a usual rate may have


@dataclass(frozen=True)
class Kind:
    """A kind of team: the share of its weeks that are simply bad, and how many times as much fails in those."""

    bad_weeks: float
    times: float
    weight: float

    @cached_property
    def usual(self) -> Floats:
        """Of a usual week, at each rate of the grid."""
        return _log_odds(np.exp(_RATES) * (1 - self.bad_weeks * self.times) / (1 - self.bad_weeks))

    @cached_property
    def bad(self) -> Floats:
        """Of a bad one."""
        return _log_odds(np.exp(_RATES) * self.times)


def _log_odds(rates: Floats) -> Floats:
    """Two rows: the log probability that a deployment fails, and that it does not."""
    rates = np.clip(rates, 1e-5, 0.75)
    return np.stack([np.log(rates), np.log1p(-rates)])


KINDS = (Kind(0.06, 3.0, 0.5), Kind(0.10, 3.5, 0.25), Kind(0.0, 1.0, 0.25))


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
    """Probability that stability got worse along the curve, as it is."""
    rise: float
    """The mean of s."""
    speed: SpeedUp


def score(rows: WatchRows) -> Score | None:
    """What the weeks say; None where there are too few of them."""
    if rows.deployments.size <= WEEKS_BEFORE:
        return None
    speed = speed_up(volume(rows.deployments, rows.speed_counts), lead(rows.lead_time, rows.speed_counts))
    belief = _belief(rows, speed.curve)
    rise = float(belief @ RISES)
    worse = float(belief[RISES > _WORSE + 1e-9].sum())
    capped = worse if rise >= _MATTERS else min(worse, _CAP)
    counts = speed.faster >= FASTER and speed.old <= OLD
    return Score(capped if counts else 0.0, worse, rise, speed)


def _belief(rows: WatchRows, curve: Floats) -> Floats:
    """The posterior of s over RISES."""
    failing = _failures(rows, curve)
    recovering = _recovery(rows.recovery, rows.stability_counts, curve)
    # Recovery need not have moved with failures, and one odd outage shall not decide: it is never quite believed.
    both = failing + np.log(0.85 * np.exp(recovering) + 0.15) - RISES**2 / (2 * _SPREAD**2)
    odds: Floats = np.exp(both - both.max())
    return odds / odds.sum()


def _failures(rows: WatchRows, curve: Floats) -> Floats:
    """Log likelihood of each s, whatever the usual rate and the kind of team."""
    weeks = rows.stability_counts & (rows.deployments > 0)
    deployments, failed, along = rows.deployments[weeks], rows.failed[weeks], curve[weeks]
    if not deployments.size:
        return np.zeros(RISES.size)
    overall = log((float(failed.sum()) + 0.5) / (float(deployments.sum()) + 1))
    middle = int(np.floor((overall - _RATES[0]) / _STEP + 0.5))
    usual = np.arange(middle - _BELOW, middle + _ABOVE + 1, 2)
    shifts = np.floor(np.outer(RISES, along) * log(2) / _STEP + 0.5).astype(np.int64)
    places = np.clip(usual[None, :, None] + shifts[:, None, :], 0, _RATES.size - 1)
    cells = places + _RATES.size * np.arange(deployments.size)  # of the table of weeks by rates, row after row
    by_kind = [log(kind.weight) + _log_weeks(kind, deployments, failed).take(cells).sum(axis=2) for kind in KINDS]
    either: Floats = np.concatenate(by_kind, axis=1)
    most = either.max(axis=1)
    return most + np.log(np.exp(either - most[:, None]).sum(axis=1))


def _log_weeks(kind: Kind, deployments: Floats, failed: Floats) -> Floats:
    """Log likelihood of each week at each rate of the grid: the week may be a usual one, or simply bad."""
    counts = np.stack([failed, deployments - failed], axis=1)
    likely = counts @ kind.usual
    if not kind.bad_weeks:
        return likely
    return np.logaddexp(log(1 - kind.bad_weeks) + likely, log(kind.bad_weeks) + counts @ kind.bad)


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
