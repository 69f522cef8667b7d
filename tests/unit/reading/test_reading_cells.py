"""What holds of every cell: 3^5 levels by 4^5 trends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.metrics.measure import Metric
from bot.reading.patterns import PATTERNS, level_pattern, nearest
from bot.reading.picture import Picture
from bot.reading.reading import Nearest

Cells = Callable[[str, str], tuple[Any, ...]]
RAISES_FREQUENCY = {("F1", "deployment_process"), ("F3", "batch_size"), ("F4", "deployment_process")}
LEVELS_OF_FLAT = {
    "T1": 81, "U1": 81, "M1": 27, "S5": 18, "L0": 12, "U2": 12, "F1": 4, "U3": 4, "U4": 2, "U5": 1, "OK": 1,
}  # fmt: skip


def raises_an_unsafe_frequency(cell: Any) -> bool:
    if cell.levels[2:4] == "GG" and "w" not in cell.trends[2:4]:
        return False
    return any((match.rule, match.investment) in RAISES_FREQUENCY for match in cell.matches)


def test_every_cell_has_one_answer_and_none_that_harms(
    walked: Callable[[str, str], Iterator[Any]],
) -> None:
    seen = 0
    for cell in walked("plain", "ifwu"):
        seen += 1
        headline = cell.matches[0]
        assert headline.rule != "F2"
        assert headline.diagnosis
        assert headline.investment
        assert not raises_an_unsafe_frequency(cell), cell
        if cell.levels[2] == "P":
            assert headline.rule in {"X1", "T1"}, cell
            assert headline.investment == "testing_infrastructure", cell
    assert seen == 3**5 * 4**5


@pytest.mark.parametrize(
    "sign", ["review", "gate", "gate blocks", "nothing waits", "not visible", "no deployments", "stopped"]
)
def test_signs_never_leave_a_cell_without_an_answer_nor_raise_an_unsafe_frequency(sign: str, cells: Cells) -> None:
    """Unknown trends are left out here: no rule tells them from flat ones, as the test below shows."""
    for cell in cells(sign, "iw") + cells(sign, "f"):
        assert cell.rules[0] != "F2"
        assert not raises_an_unsafe_frequency(cell), cell


@pytest.mark.parametrize("sign", ["watch up", "watch up, recovery leads", "watch up, work waits"])
def test_while_the_watch_is_up_every_cell_reads_so_and_none_is_told_to_deploy_more(sign: str, cells: Cells) -> None:
    for cell in cells(sign, "iw") + cells(sign, "f"):
        assert cell.rules[0] == "X1"
        assert not {"OK", "T2", "M2", "F1", "F3"} & set(cell.rules), cell
        assert ("F4", "deployment_process") not in {(match.rule, match.investment) for match in cell.matches}
        if cell.levels[2] == "P":
            assert cell.matches[0].investment == "testing_infrastructure"


def test_an_unknown_trend_decides_like_a_flat_one(cells: Cells) -> None:
    unknown = {(cell.levels, cell.trends.replace("u", "f")): cell.matches for cell in cells("plain", "uw")}
    flat = {(cell.levels, cell.trends): cell.matches for cell in cells("plain", "fw")}
    assert unknown == flat


def test_with_flat_trends_and_nothing_known_of_stages_or_queues_the_headlines_are_shared_so(
    cells: Cells,
) -> None:
    """Failures are visible, 50 deployments are known, no stage of lead time and no backlog is."""
    assert Counter(cell.rules[0] for cell in cells("plain", "f")) == LEVELS_OF_FLAT


def test_of_243_levels_37_have_a_named_pattern(cells: Cells, sketch: Callable[..., Picture]) -> None:
    named = Counter(level_pattern(sketch(cell.levels).levels) for cell in cells("plain", "f"))
    assert named == {
        None: 243 - 37,
        "fast_delivery_poor_reliability": 3,
        "rare_and_failing": 27,
        "reliable_delivery_slow_recovery": 3,
        "high_quality_slow_releases": 3,
        "balanced": 1,
    }


NEAREST = [
    (
        "two poor levels are shared, in the order of the table",
        "GGPGG",
        "fast_delivery_poor_reliability",
        "recovery_time",
    ),
    ("without failures nothing is near to often failing", "PPGGG", "high_quality_slow_releases", "lead_time"),
    ("without a shared poor level balanced wins the tie", "GPGGG", "balanced", "lead_time"),
    ("unknown differs", "GGGUG", "balanced", "recovery_time"),
    ("unknown reliability differs from balanced only", "GGGGU", "balanced", "reliability"),
    ("slow recovery behind a long lead time", "GPGPG", "reliable_delivery_slow_recovery", "lead_time"),
    ("only two metrics count for rare and failing", "UGPUU", "rare_and_failing", "deployment_frequency"),
    ("unknown failures are not taken for many", "PUGUG", "high_quality_slow_releases", "lead_time recovery_time"),
]


@pytest.mark.parametrize(
    ("levels", "pattern", "differs"), [row[1:] for row in NEAREST], ids=[row[0] for row in NEAREST]
)
def test_the_nearest_pattern(levels: str, pattern: str, differs: str, sketch: Callable[..., Picture]) -> None:
    near = nearest(sketch(levels).levels)
    assert (near.pattern, [metric.value for metric in near.differs_in]) == (pattern, differs.split())


def test_a_pattern_is_near_only_where_the_levels_agree_with_some_of_it(
    cells: Cells, sketch: Callable[..., Picture]
) -> None:
    assert nearest(sketch("UUUUU").levels) == Nearest("balanced", tuple(Metric))
    for cell in cells("plain", "f"):
        levels = sketch(cell.levels).levels
        near = nearest(levels)
        assert (near is None) == (level_pattern(levels) is not None)
        if near is not None:
            assert near.differs_in
            assert near.pattern == "balanced" or len(near.differs_in) < len(PATTERNS[near.pattern])
            assert set(near.differs_in) <= set(Metric)
