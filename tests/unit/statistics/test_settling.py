from __future__ import annotations

from typing import Any

import pytest

from bot.metrics.level import Level
from bot.metrics.measure import Metric
from bot.reading.posteriors import Posterior
from bot.reading.settling import ladder, side

DF, LT, CFR, RECOVERY, _ = tuple(Metric)
WEEKS_4, WEEKS_13, WEEKS_26 = ladder(None)
G, P, NOT_SURE = Level.HEALTHY, Level.POOR, None


def posterior(worse: float, n: int, failed: int = 9) -> Posterior:
    """One whose value lies on the side that is more probable."""
    return Posterior(worse, poor=worse > 0.5, n=n, failed=failed)


@pytest.mark.parametrize(
    ("metric", "rung", "worse", "n", "level"),
    [
        # four weeks settle at .95, frequency there is poor only at .98
        (CFR, WEEKS_4, 0.95, 20, P),
        (CFR, WEEKS_4, 0.94, 20, NOT_SURE),
        (CFR, WEEKS_4, 0.05, 20, G),
        (CFR, WEEKS_4, 0.06, 20, NOT_SURE),
        (DF, WEEKS_4, 0.97, 1, NOT_SURE),
        (DF, WEEKS_4, 0.98, 1, P),
        (DF, WEEKS_4, 0.04, 1, G),
        # thirteen at .90
        (CFR, WEEKS_13, 0.90, 20, P),
        (CFR, WEEKS_13, 0.89, 20, NOT_SURE),
        (DF, WEEKS_13, 0.91, 1, P),
        (LT, WEEKS_13, 0.09, 10, G),
        (LT, WEEKS_13, 0.11, 10, NOT_SURE),
        # the two shorter need data
        (CFR, WEEKS_13, 0.99, 19, NOT_SURE),
        (LT, WEEKS_13, 0.99, 9, NOT_SURE),
        (RECOVERY, WEEKS_4, 0.99, 2, NOT_SURE),
        (RECOVERY, WEEKS_4, 0.99, 3, P),
        # twenty-six at .80, with few data poor needs .95
        (CFR, WEEKS_26, 0.80, 10, P),
        (CFR, WEEKS_26, 0.79, 10, NOT_SURE),
        (CFR, WEEKS_26, 0.94, 9, NOT_SURE),
        (CFR, WEEKS_26, 0.95, 9, P),
        (LT, WEEKS_26, 0.94, 9, NOT_SURE),
        (LT, WEEKS_26, 0.81, 10, P),
        (RECOVERY, WEEKS_26, 0.94, 2, NOT_SURE),
        (RECOVERY, WEEKS_26, 0.96, 2, P),
        (LT, WEEKS_26, 0.19, 1, G),
    ],
)
def test_each_window_settles_at_its_own_certainty(*, metric: Any, rung: Any, worse: Any, n: Any, level: Any) -> None:
    assert side(metric, rung, posterior(worse, n)) is level


@pytest.mark.parametrize(("n", "failed", "level"), [(9, 1, NOT_SURE), (9, 2, P), (10, 1, P)])
def test_a_poor_rate_of_a_handful_of_deployments_needs_two_failures(n: Any, failed: Any, level: Any) -> None:
    assert side(CFR, WEEKS_26, posterior(0.96, n, failed)) is level


@pytest.mark.parametrize(("worse", "poor"), [(0.99, False), (0.01, True)])
def test_a_window_whose_value_lies_on_the_other_side_settles_nothing(worse: Any, poor: Any) -> None:
    assert side(LT, WEEKS_4, Posterior(worse, poor, n=50)) is None


def test_a_fixed_window_takes_the_place_of_all_three() -> None:
    (only,) = ladder(60)
    assert (only.days, only.certainty, only.longest) == (60, 0.80, True)


@pytest.mark.parametrize(("inferred", "mostly"), [(4, False), (5, True), (0, False)])
def test_more_than_two_of_five_failures_are_mostly_inferred(inferred: Any, mostly: Any) -> None:
    assert Posterior(0.5, poor=True, n=50, failed=10, inferred=inferred).mostly_inferred is mostly
