"""Shares of a count, and how sure it is that one rose: Beta posteriors with Jeffreys' prior."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv

QUANTILES = (np.arange(200) + 0.5) / 200  # of the earlier share; the error stays under .001


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `of`; those that are not known to be either are left out of both."""

    part: int = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        """The share, None where nothing is known."""
        return self.part / self.of if self.of else None


def share(known: Iterable[bool | None]) -> Share:
    """The share of True among True and False; None is not known and left out."""
    answers = [answer for answer in known if answer is not None]
    return Share(sum(answers), len(answers))


def rise_probability(recent: Share, before: Share, *, points: float = 0.0, factor: float = 1.0) -> float:
    """P(recent share > earlier share x factor + points)."""
    earlier = betaincinv(before.part + 0.5, before.of - before.part + 0.5, QUANTILES)
    bar = np.clip(np.asarray(earlier, dtype=np.float64) * factor + points, 0.0, 1.0)
    beyond = np.asarray(1.0 - betainc(recent.part + 0.5, recent.of - recent.part + 0.5, bar), dtype=np.float64)
    return float(beyond.mean())
