"""When a team got faster, and how far along it was each week: every onset and ramp, weighed by the evidence.

The formulas and where their figures come from: docs/statistics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.regression.log_hours import LogHours
from bot.regression.samples import Bools, Floats

LONGEST_AGO = 60  # weeks since an onset that is still looked at
WEEKS_BEFORE = 8  # that an onset needs before it
RAMPS = {1: 0.2, 8: 0.2, 16: 0.3, 26: 0.3}  # weeks until the full effect -> how likely before looking
ONSET = 0.01  # how likely before looking that a given week is an onset
RECENT = 26  # weeks within which a speed-up is news,
STILL_RAMPING = 14  # or within which its ramp ended

_AROUND = 6  # weeks on either side of one whose usual volume is asked for
_USUAL_VOLUME = 0.33**2  # variance of a week's log volume beyond chance
_USUAL_LEAD = 0.25**2  # variance of a week's mean log lead time beyond that of its changes
_EFFECT = 0.5  # what a speed-up does to log volume and log lead time, give or take a half of that
_EFFECT_VARIANCE = 0.25**2


@dataclass(frozen=True, slots=True, eq=False)
class Weekly:
    """A measured level on the log scale, one a week, and how much each week tells: 0 where it tells nothing."""

    level: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SpeedUp:
    """What is believed of a speed-up, given the weeks."""

    faster: float
    """Probability that the team got faster in some week of the last 60."""
    old: float
    """Probability that, if so, it began and ended too long ago to be news."""
    since: int | None
    """Weeks ago of its onset: the weighted median of the recent ones."""
    curve: Floats
    """How far along the speed-up each week was, 0 to 1."""


def volume(deployments: Floats, counts: Bools) -> Weekly:
    """Log deployments a week; its own scatter and its memory from week to week say how much one week tells."""
    raw = np.log(deployments + 0.5)
    usual = _medians_around(raw, counts)
    chance = 1 / np.maximum(np.exp(usual), 0.5)
    spread = np.sqrt(_USUAL_VOLUME + chance)
    level = np.clip(raw, usual - 1.5 * spread, usual + 2 * spread)
    weeks = int(counts.sum())
    slow = float(np.mean([_difference(level, chance, counts, lag) for lag in range(5, 9)]))
    quick = _difference(level, chance, counts, 1)
    over = max(0.03, (40 * _USUAL_VOLUME + weeks * slow) / (40 + weeks))
    short = max(0.02, (40 * _USUAL_VOLUME * 0.7 + weeks * quick) / (40 + weeks))
    memory = min(max(1 - short / over, 0.0), 0.75)
    return Weekly(level, np.where(counts, 1 / (chance + over * (1 + memory) / (1 - memory)), 0.0))


def lead(hours: LogHours, counts: Bools) -> Weekly:
    """Mean log lead time a week, of the changes delivered in it."""
    known = counts & (hours.n > 0)
    n = np.where(known, hours.n, 1.0)
    level = np.where(known, hours.total / n, 0.0)
    within = float(np.maximum(hours.squares - n * level**2, 0.0)[known].sum())
    variance = (5 + within) / (5 + float((n - 1)[known].sum()))
    chance = variance / n
    weeks = int(known.sum())
    moves = float(np.mean([_difference(level, chance, known, lag) for lag in range(1, 4)]))
    over = max(0.01, (20 * _USUAL_LEAD + weeks * moves) / (20 + weeks))
    return Weekly(level, np.where(known, 1 / (chance + over), 0.0))


def speed_up(volumes: Weekly, leads: Weekly) -> SpeedUp:
    """Sum over every onset and ramp: what speaks for a speed-up against what speaks for a slow-down, or for none."""
    weeks = volumes.level.size
    ago, ramp, prior, shapes = _candidates(weeks)
    shipped = {way: _bayes_factors(shapes, volumes, way * _EFFECT) for way in (1, -1)}
    took = {way: _bayes_factors(shapes, leads, way * _EFFECT) for way in (1, -1)}
    more, less, shorter, longer = shipped[1], shipped[-1], took[-1], took[1]
    up = prior * (0.5 * more * shorter + 0.2 * more + 0.2 * shorter)
    other = prior * (0.5 * less * longer + 0.2 * less + 0.2 * longer + 0.1 * more * longer + 0.1 * less * shorter)
    recent = (ago <= RECENT) | (ago - ramp <= STILL_RAMPING)
    total, news = float(up.sum()), float(up[recent].sum())
    if news <= 0:
        return SpeedUp(0.0, 0.0, None, np.zeros(weeks))
    return SpeedUp(
        faster=total / (1 + total + float(other.sum())),
        old=1 - news / total,
        since=_weighted_median(ago[recent], up[recent]),
        curve=(up[recent] / news) @ shapes[recent],
    )


@lru_cache(maxsize=128)
def _candidates(weeks: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Onsets in weeks ago, ramps in weeks, how likely each pair is before looking, and its course week by week."""
    longest = min(LONGEST_AGO, weeks - WEEKS_BEFORE)
    pairs = [(ago, ramp, ONSET * likely) for ago in range(1, longest + 1) for ramp, likely in RAMPS.items()]
    table = np.array(pairs, dtype=np.float64).reshape(-1, 3)
    ago, ramp, prior = table.T
    return ago, ramp, prior, np.clip((np.arange(weeks) - (weeks - ago[:, None]) + 1) / ramp[:, None], 0.0, 1.0)


def _bayes_factors(shapes: Floats, weekly: Weekly, expected: float) -> Floats:
    """How much better each shape with an effect near `expected` explains the weeks than a level that never moved."""
    weight = weekly.weight
    total = float(weight.sum())
    if total <= 0:
        return np.ones(len(shapes))
    about = shapes - (shapes @ weight / total)[:, None]
    level = weekly.level - float(weekly.level @ weight) / total
    squares = (about**2) @ weight
    telling = squares > 1e-12
    safe = np.where(telling, squares, 1.0)
    fitted = about @ (weight * level) / safe
    gain = fitted**2 * safe - (fitted - expected) ** 2 / (_EFFECT_VARIANCE + 1 / safe)
    return np.where(telling, np.exp(0.5 * (gain - np.log1p(_EFFECT_VARIANCE * safe))), 1.0)


def _difference(level: Floats, chance: Floats, known: Bools, lag: int) -> float:
    """Half the mean square by which weeks so far apart differ, beyond chance; 0 where no two are known."""
    pairs = known[lag:] & known[:-lag]
    if not pairs.any():
        return 0.0
    moved = (level[lag:] - level[:-lag]) ** 2 / 2 - (chance[lag:] + chance[:-lag]) / 2
    return float(moved[pairs].mean())


def _medians_around(level: Floats, counts: Bools) -> Floats:
    """The median of the counted weeks from 6 before to 6 after each."""
    padded = np.pad(np.where(counts, level, np.nan), _AROUND, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    ordered, known = (
        np.sort(windows, axis=1),
        np.count_nonzero(~np.isnan(windows), axis=1),
    )  # what is unknown comes last
    some = np.flatnonzero(known)
    medians = level.copy()
    medians[some] = (ordered[some, (known[some] - 1) // 2] + ordered[some, known[some] // 2]) / 2
    return medians


def _weighted_median(values: Floats, weights: Floats) -> int:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return int(values[order][np.searchsorted(reached, reached[-1] / 2)])
