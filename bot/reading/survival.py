"""The median of durations of which some still last: nothing is dropped, and nothing is taken for over."""

from __future__ import annotations

import numpy as np

from bot.regression.samples import Floats

HALF = 0.5 + 1e-9  # products of fractions that should be one half are not quite


def survival_median(over: Floats, lasting: Floats) -> float:
    """Kaplan and Meier's median (1958) of log durations; where half never ended, the longest time that is known."""
    durations = np.concatenate([over, lasting])
    ended = np.arange(durations.size) < over.size
    order = np.lexsort((~ended, durations))  # at the same time what ended goes first
    durations, ended = durations[order], ended[order]
    surviving = np.cumprod(1 - ended / np.arange(durations.size, 0, -1))
    reached = np.flatnonzero(surviving <= HALF)
    if not reached.size:
        return float(durations[-1])
    first = int(reached[0])
    later = np.flatnonzero(ended[first + 1 :])
    if surviving[first] < 1 - HALF or not later.size:
        return float(durations[first])
    following = float(durations[first + 1 + int(later[0])])
    return float(np.log((np.exp(durations[first]) + np.exp(following)) / 2))
