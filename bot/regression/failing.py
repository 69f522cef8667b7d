"""How likely failures are if they rose along a speed-up, whatever the usual rate and the kind of team.

The formulas and where their figures come from: docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from bot.regression.samples import Bools, Floats

RISES: Floats = np.array([tenth / 10 for tenth in range(-10, 21)])  # the values of s that are weighed
_STEP = 0.05  # between two log rates of the grid
_RATES: Floats = np.array([-7.6 + _STEP * step for step in range(147)])  # log failure rates
_BELOW, _ABOVE = 32, 18  # grid points about the overall rate that a usual rate may have
_FULL = 0.99  # how far along a week is that goes at full speed
_FEWER = tuple(1.3**step for step in (1, 2, 3, 4))  # times fewer failures


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


def fewer(failed: Floats, along: Floats) -> Iterator[Floats]:
    """The same weeks with fewer failures since the speed-up: in step with it, and of the weeks at full speed alone."""
    moved = np.where(_moved(along), along, 0.0)
    for times in _FEWER:
        yield failed / times**moved
        yield np.where(along >= _FULL, failed / times, failed)


def failing(deployments: Floats, versions: Sequence[Floats], along: Floats) -> list[Floats]:
    """Log likelihood of each s, of each of several versions of what failed; they differ after the speed-up alone."""
    if not deployments.size:
        return [np.zeros(RISES.size) for _ in versions]
    moved = _moved(along)
    before = [_log_weeks(kind, deployments[~moved], versions[0][~moved]).sum(axis=0) for kind in KINDS]
    shifts = np.floor(np.outer(RISES, along[moved]) * log(2) / _STEP + 0.5).astype(np.int64)
    return [_failing(before, shifts, deployments, failed, moved) for failed in versions]


def _moved(along: Floats) -> Bools:
    """The weeks in which some s moves the rate by a step of the grid at least."""
    moved: Bools = along * float(RISES.max()) * log(2) >= _STEP / 2
    return moved


def _failing(
    before: Sequence[Floats], shifts: NDArray[np.int64], deployments: Floats, failed: Floats, moved: Bools
) -> Floats:
    overall = log((float(failed.sum()) + 0.5) / (float(deployments.sum()) + 1))
    middle = int(np.floor((overall - _RATES[0]) / _STEP + 0.5))
    usual = np.arange(middle - _BELOW, middle + _ABOVE + 1, 2)
    places = np.clip(usual[None, :, None] + shifts[:, None, :], 0, _RATES.size - 1)
    cells = places + _RATES.size * np.arange(deployments[moved].size)  # of the table of weeks by rates, row after row
    still = np.clip(usual, 0, _RATES.size - 1)
    by_kind: list[Floats] = [
        log(kind.weight) + past[still] + _log_weeks(kind, deployments[moved], failed[moved]).take(cells).sum(axis=2)
        for kind, past in zip(KINDS, before, strict=True)
    ]
    either: Floats = np.concatenate(by_kind, axis=1)
    most = either.max(axis=1)
    likely: Floats = most + np.log(np.exp(either - most[:, None]).sum(axis=1))
    return likely


def _log_weeks(kind: Kind, deployments: Floats, failed: Floats) -> Floats:
    """Log likelihood of each week at each rate of the grid: the week may be a usual one, or simply bad."""
    counts = np.stack([failed, deployments - failed], axis=1)
    likely = counts @ kind.usual
    if not kind.bad_weeks:
        return likely
    return np.logaddexp(log(1 - kind.bad_weeks) + likely, log(kind.bad_weeks) + counts @ kind.bad)
