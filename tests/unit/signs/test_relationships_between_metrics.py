"""The relationships that trends show: each holds by its own rule, and by nothing less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.metrics.level import Trend
from bot.metrics.measure import Metric
from bot.regression.onset import Order, onset, order
from bot.regression.relationships import relationships
from bot.regression.shares import Share, rise_probability

DF, LT, CFR, RECOVERY, REL = Metric
BETTER, WORSE, FLAT = Trend.IMPROVING, Trend.WORSENING, Trend.FLAT


def seen(scene: Any, **trends: Trend) -> set[str]:
    scene.trends.update({Metric[name]: trend for name, trend in trends.items()})
    picture = scene.picture
    return set(relationships(picture.facts, picture.team, picture.trends, picture.visibility))


def history(scene: Any, days: Any, *, now: dict[str, Any], before: dict[str, Any], count: int = 60) -> None:
    """Changes and deployments of the recent weeks and of the baseline; `share` of them carry the event's fields."""
    for first, last, side in ((150, 500, before), (1, 89, now)):
        share = side.get("share", 1.0)
        for position, day in enumerate(days(first, last, count)):
            fields = side["fields"] if position < share * count else side.get("others", {})
            opened = scene.ago(day + side.get("review_days", 1) + 2 / 24)
            stages = {"coding": 5.0, "unknown": side.get("review_days", 1) * 24.0}
            scene.ship(day, stages=stages, opened_at=opened, **fields)


def test_more_deployments_without_more_tests(scene: Any, days: Any) -> None:
    history(scene, days, now={"fields": {"test_files": 0}}, before={"fields": {"test_files": 0}})
    assert "frequency_without_testing" in seen(scene, DEPLOYMENT_FREQUENCY=BETTER, CHANGE_FAILURE_RATE=WORSE)
    assert "frequency_without_testing" not in seen(scene, CHANGE_FAILURE_RATE=FLAT)


def test_nothing_is_said_of_tests_that_nobody_counted(scene: Any, days: Any) -> None:
    history(scene, days, now={"fields": {}}, before={"fields": {}})
    assert "frequency_without_testing" not in seen(scene, DEPLOYMENT_FREQUENCY=BETTER, CHANGE_FAILURE_RATE=WORSE)


REVIEWED, SKIPPED = {"reviews": 1}, {"reviews": 0}


@pytest.mark.parametrize(
    ("share", "review_days", "expected"),
    [(0.5, 0.2, True), (0.0, 0.2, False), (0.5, 1.0, False)],
    ids=["unreviewed and faster in review", "faster in review alone", "unreviewed alone"],
)
def test_review_is_skipped_where_it_got_shorter_and_rarer(
    scene: Any, days: Any, share: float, review_days: float, expected: bool
) -> None:
    now = {"fields": SKIPPED, "others": REVIEWED, "share": share, "review_days": review_days}
    history(scene, days, now=now, before={"fields": REVIEWED})
    assert ("review_skipped" in seen(scene, LEAD_TIME=BETTER)) is expected


def test_faster_recovery_with_more_failures_is_tolerance(scene: Any) -> None:
    assert seen(scene, RECOVERY_TIME=BETTER, CHANGE_FAILURE_RATE=WORSE) == {"tolerance_for_failures"}


def test_fewer_failures_by_shipping_less(scene: Any) -> None:
    assert seen(scene, CHANGE_FAILURE_RATE=BETTER, DEPLOYMENT_FREQUENCY=WORSE) == {"fewer_failures_by_shipping_less"}
    assert seen(scene, DEPLOYMENT_FREQUENCY=FLAT) == set()


def test_fewer_failures_by_gates_that_stop_more(scene: Any, days: Any) -> None:
    for day in days(150, 500, 30):
        scene.deploy(day)
    for day in days(1, 89, 30):
        scene.deploy(day, successful=False, gates=[("quality", 1, "rejected")])
    assert seen(scene, CHANGE_FAILURE_RATE=BETTER) == {"fewer_failures_by_shipping_less"}


def test_a_genuine_improvement_keeps_reviews_and_stability(scene: Any, days: Any) -> None:
    history(scene, days, now={"fields": REVIEWED, "review_days": 0.2}, before={"fields": REVIEWED})
    assert seen(scene, LEAD_TIME=BETTER) == {"genuine_improvement"}
    assert seen(scene, CHANGE_FAILURE_RATE=WORSE) == set()


def test_a_speed_up_with_fewer_reviews_is_not_called_genuine(scene: Any, days: Any) -> None:
    now = {"fields": SKIPPED, "others": REVIEWED, "share": 0.4}
    history(scene, days, now=now, before={"fields": REVIEWED})
    assert "genuine_improvement" not in seen(scene, LEAD_TIME=BETTER)


def test_a_speed_up_is_not_called_genuine_where_failures_could_not_be_seen(scene: Any, days: Any) -> None:
    history(scene, days, now={"fields": REVIEWED}, before={"fields": REVIEWED})
    scene.visibility = replace(scene.visibility, visible=False)
    assert "genuine_improvement" not in seen(scene, LEAD_TIME=BETTER)


@pytest.mark.parametrize(("detect", "expected"), [(0.2, {"recovery_supports_reliability"}), (6.0, set())])
def test_recovery_supports_reliability_where_noticing_got_faster(
    scene: Any, days: Any, detect: float, expected: set[str]
) -> None:
    for day in days(150, 500, 10):
        scene.recovery(day, detect=3.0, repair=3.0)
    for day in days(1, 89, 10):
        scene.recovery(day, detect=detect, repair=3.0)
    assert seen(scene, RECOVERY_TIME=BETTER, RELIABILITY=BETTER) == expected


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.0, 0.3))
@settings(max_examples=40)
def test_a_rise_is_less_likely_the_more_it_has_to_exceed(now: int, before: int, points: float) -> None:
    recent, earlier = Share(now, 40), Share(before, 40)
    beyond = rise_probability(recent, earlier, points=points)
    assert 0.0 <= beyond <= rise_probability(recent, earlier) <= 1.0


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=40)
def test_either_side_of_two_shares_is_the_larger(now: int, before: int) -> None:
    up, down = (
        rise_probability(*pair) for pair in ((Share(now, 40), Share(before, 40)), (Share(before, 40), Share(now, 40)))
    )
    assert up + down == pytest.approx(1.0, abs=0.02)


def rising(week: int) -> list[tuple[int, int]]:
    return [(1 if each < week else 8, 10) for each in range(40)]


def test_the_onset_is_the_week_of_the_step() -> None:
    assert onset(rising(21)) == 21
    assert onset(rising(21)[:20]) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(10, 20, Order.BEFORE), (20, 10, Order.AFTER), (20, 20, Order.SAME), (20, None, Order.NOT_ENOUGH_DATA)],
)
def test_two_onsets_have_an_order(first: int, second: int | None, expected: Order) -> None:
    assert order(rising(first), rising(second) if second is not None else []) is expected
