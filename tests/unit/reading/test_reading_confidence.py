"""Confidence is that of the weakest thing that a headline uses, and its words say which that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.reading.confidence import confidence, reasons
from bot.reading.picture import Picture
from bot.reading.reading import Claim
from bot.reading.rules import decide

TWO = (Claim("one"), Claim("two"))
RATE, RECOVERY, LEAD = Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME, Metric.LEAD_TIME


def level(metric: Metric, **changes: Any) -> Callable[[Picture], Picture]:
    return lambda seen: replace(seen, levels={**seen.levels, metric: replace(seen.levels[metric], **changes)})


def trend(metric: Metric, **changes: Any) -> Callable[[Picture], Picture]:
    return lambda seen: replace(seen, trends={**seen.trends, metric: replace(seen.trends[metric], **changes)})


def signs(**changes: Any) -> Callable[[Picture], Picture]:
    return lambda seen: replace(seen, signs=replace(seen.signs, **changes))


def as_it_is(seen: Picture) -> Picture:
    return seen


# sentence, levels, trends, change, confidence, reasons
ROWS = [
    ("settled, with two items", "GPPGG", "fffff", as_it_is, "high", []),
    ("a level at .94", "GPPGG", "fffff", level(RATE, certainty=0.94), "medium", ["level_likely"]),
    ("a level under .85", "GPPGG", "fffff", level(RATE, certainty=0.84), "low", ["level_weak"]),
    ("a borderline level", "GPPGG", "fffff", level(RATE, borderline=True), "low", ["level_borderline"]),
    ("a level of few data", "GPPGG", "fffff", level(RATE, low_confidence=True), "low", ["level_weak"]),
    ("a level that the rule does not name", "GPPGG", "fffff", level(RECOVERY, certainty=0.6), "high", []),
    ("a named pattern uses its four", "GGPPG", "fffff", level(LEAD, certainty=0.9), "medium", ["level_likely"]),
    ("untested recovery", "GGGGG", "fffff", level(RECOVERY, untested=True), "low", ["level_untested"]),
    ("a quarter inferred", "GPPGG", "fffff", signs(inferred_share=0.25), "high", []),
    ("more than a quarter inferred", "GPPGG", "fffff", signs(inferred_share=0.26), "medium", ["failures_inferred"]),
    ("one service explains it", "GPPGG", "fffff", signs(one_service="pay"), "low", ["one_service_explains"]),
    ("one burst explains it", "GPPGG", "fffff", signs(one_burst=True), "low", ["one_burst_explains"]),
    ("failures seen by signs only", "GPPGG", "fffff",
     lambda seen: replace(seen, visibility=Visibility(visible=True, low_confidence=True)), "low",
     ["failures_by_signs"]),
    ("a trend at .985", "GGGGG", "ffwff", trend(RATE, posterior=0.985), "high", []),
    ("a trend below it", "GGGGG", "ffwff", trend(RATE, posterior=0.98), "medium", ["trend_likely"]),
    ("the surest trend of a side counts", "GGGGG", "iiwff", trend(LEAD, posterior=0.96), "high", []),
    ("a trend whose posterior is not known", "GGGGG", "ffwff", trend(RATE, posterior=None), "medium", ["trend_likely"]),
    ("a pace that did not grow is hard to blame", "GGGGP", "ffffw", as_it_is, "medium", ["pace_did_not_grow"]),
    ("poor reliability needs no trend", "GGGGP", "ifffw", trend(Metric.RELIABILITY, posterior=0.96), "high", []),
    ("slipping reliability does", "GGGGG", "ifffw", trend(Metric.RELIABILITY, posterior=0.96), "medium",
     ["trend_likely"]),
    ("an unknown answer", "GGUUU", "fffff", as_it_is, "medium", ["asks_for_data"]),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_confidence_is_that_of_the_weakest(row: tuple[Any, ...], sketch: Callable[..., Picture]) -> None:
    _, levels, trends, change, expected, why = row
    seen = change(sketch(levels, trends))
    headline = decide(seen.levels, seen.trends, seen.signs)[0]
    assert confidence(headline, seen, TWO) == expected
    assert [claim.key for claim in reasons(headline, seen, TWO)] == why


def test_high_confidence_needs_two_items_that_speak_for_it(sketch: Callable[..., Picture]) -> None:
    seen = sketch("GPPGG")
    headline = decide(seen.levels, seen.trends, seen.signs)[0]
    assert confidence(headline, seen, TWO[:1]) == "medium"
