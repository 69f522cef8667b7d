"""Which of two movements began first: the best split of each series of weekly rows, compared."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

LEAST_WEEKS = 26
SIDE_WEEKS = 4  # a movement needs some weeks on either side of its onset


class Order(StrEnum):
    """When one movement began, seen from another."""

    BEFORE = "before"
    SAME = "same"
    AFTER = "after"
    NOT_ENOUGH_DATA = "not_enough_data"


def order(first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]]) -> Order:
    """Whether `first` began to move before `second`; each row is (count, out of how many), oldest week first."""
    here, there = onset(first), onset(second)
    if here is None or there is None:
        return Order.NOT_ENOUGH_DATA
    if here == there:
        return Order.SAME
    return Order.BEFORE if here < there else Order.AFTER


def onset(rows: Sequence[tuple[int, int]]) -> int | None:
    """The week at which two constant rates explain the counts best (Poisson likelihood with exposure)."""
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
    if len(table) < LEAST_WEEKS or not table.sum(axis=0).all():
        return None
    count, exposure = table[:, 0].cumsum(), table[:, 1].cumsum()
    splits = np.arange(SIDE_WEEKS, len(table) - SIDE_WEEKS + 1)
    before_count, before_exposure = count[splits - 1], exposure[splits - 1]
    fit = _fit(before_count, before_exposure) + _fit(count[-1] - before_count, exposure[-1] - before_exposure)
    return int(splits[int(np.argmax(fit))])


def _fit(count: npt.NDArray[np.float64], exposure: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    rate = np.divide(count, exposure, out=np.ones_like(count), where=(count > 0) & (exposure > 0))
    return count * np.log(rate)
