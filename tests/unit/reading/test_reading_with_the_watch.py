"""While the watch is up, the reading says the same, with the watch's own figures where no trend is clear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log

import pytest

from bot.metrics.measure import Metric
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.regression.effects import effect
from bot.regression.lookout import Lookout
from bot.regression.looks import Finding, Look
from bot.words import headlines
from bot.words.evidence import sentence

SINCE = date(2026, 8, 31)
RATIOS = {
    Metric.DEPLOYMENT_FREQUENCY: 1.4,
    Metric.LEAD_TIME: 0.8,
    Metric.CHANGE_FAILURE_RATE: 1.6,
    Metric.RECOVERY_TIME: 1.2,
    Metric.RELIABILITY: 1.0,
}


def looked(*scores: float | None) -> Lookout:
    """A look a week; the last one before Monday 2 November."""
    end = datetime(2026, 11, 2, tzinfo=UTC)
    mondays = [end - timedelta(weeks=back) for back in range(len(scores) - 1, -1, -1)]
    return Lookout(
        tuple(
            Look(
                (monday - timedelta(weeks=1)).date(),
                monday.timestamp(),
                None if score is None else Finding(score, 0.97, 0.8, 0.99, 0.1, SINCE),
            )
            for monday, score in zip(mondays, scores, strict=True)
        )
    )


def seen(sketch: Callable[..., Picture], lookout: Lookout, trends: str = "fffff") -> Picture:
    """Healthy throughout, each metric moved by its ratio."""
    plain = sketch("GGGGG", trends)
    moved = {
        metric: replace(verdict, effect=effect(log(RATIOS[metric]), 0.04)) for metric, verdict in plain.trends.items()
    }
    return replace(plain, trends=moved, lookout=lookout, signs=replace(plain.signs, watch_up=lookout.up))


@pytest.mark.parametrize(
    ("scores", "rule"),
    [
        pytest.param((), "OK", id="no looks"),
        pytest.param((0.4, 0.92), "OK", id="not told"),
        pytest.param((0.4, 0.95), "X1", id="told now"),
        pytest.param((0.95, 0.5, None), "X1", id="told, and not over"),
        pytest.param((0.95, 0.49), "OK", id="told, and calmer"),
        pytest.param((0.95, *[0.1] * 8, 0.9), "OK", id="over, and not told again"),
    ],
)
def test_the_reading_is_x1_exactly_while_the_watch_is_up(
    scores: tuple[float | None, ...], rule: str, sketch: Callable[..., Picture]
) -> None:
    assert read(seen(sketch, looked(*scores))).headline.rule == rule


def test_without_clear_trends_the_first_line_has_the_figures_of_the_watch(sketch: Callable[..., Picture]) -> None:
    reading = read(seen(sketch, looked(0.95)))
    assert headlines.says(reading, "Team X") == (
        "Team X has bought speed with stability since about 31 August: deployments a week are 1.4 times what they were "
        "(1 to 1.9) and lead time is 0.8 times what it was (0.58 to 1.1), while the odds of a failure are 1.6 times "
        "what they were (1.1 to 2.2) and recovery time is 1.2 times what it was (0.86 to 1.7)."
    )
    assert sentence(reading.evidence[0]) == (
        "The team got faster since about 31 August (99% likely), and failures or recovery times rose in step with it "
        "(97% likely)."
    )
    assert {"push_frequency", "gates_rollback_caution"} <= set(reading.not_yet)


def test_a_side_that_is_clear_is_told_by_its_trend(sketch: Callable[..., Picture]) -> None:
    told = headlines.says(read(seen(sketch, looked(0.95), "iffff")), "Team X")
    assert told.startswith(
        "Team X has bought speed with stability since about 31 August: it ships more often (from 3.2 to 7.1 a week), "
        "while the odds of a failure are 1.6 times what they were (1.1 to 2.2)"
    )


def test_a_side_that_is_not_known_is_left_out(sketch: Callable[..., Picture]) -> None:
    bare = replace(sketch("GGGGG"), lookout=looked(0.95))
    known = replace(bare, signs=replace(bare.signs, watch_up=True))
    assert headlines.says(read(known), "Team X") == "Team X has bought speed with stability since about 31 August."


def test_what_the_watch_alone_shows_is_as_sure_as_its_score(sketch: Callable[..., Picture]) -> None:
    likely, sure = (read(seen(sketch, looked(score))) for score in (0.95, 0.99))
    assert "watch_likely" in {claim.key for claim in likely.confidence_why}
    assert "watch_likely" not in {claim.key for claim in sure.confidence_why}


@pytest.mark.parametrize(
    ("scores", "named"),
    [
        pytest.param((0.69,), False, id="too little"),
        pytest.param((0.7,), True, id="worth an eye"),
        pytest.param((0.95,), False, id="the headline says it"),
        pytest.param((0.7, None), False, id="no score at the newest look"),
        pytest.param((0.95, 0.1, 0.3), False, id="told, and calmer"),
    ],
)
def test_from_seven_in_ten_on_a_line_says_to_keep_an_eye_on_it(
    scores: tuple[float | None, ...], named: bool, sketch: Callable[..., Picture]
) -> None:
    lines = [sentence(claim) for claim in read(seen(sketch, looked(*scores))).watch]
    assert any("in step with the speed: 70% likely" in line for line in lines) is named
