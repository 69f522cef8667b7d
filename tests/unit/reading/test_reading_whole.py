"""The whole reading of a team, from its picture to the words beside its first line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.metrics.level import Effect
from bot.metrics.measure import Metric
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.reading.reading import Confidence
from bot.reading.signs import Signs
from bot.reading.watch import watch
from bot.words import headlines, investments, readings


def test_a_reading_has_all_its_parts(sketch: Callable[..., Picture]) -> None:
    reading = read(sketch("PGPGG"))
    assert reading.headline.rule == "T1"
    assert [match.rule for match in reading.then] == ["F2"]
    assert reading.level_pattern == reading.headline.pattern == "rare_and_failing"
    assert reading.nearest is None
    assert reading.investment.key == "testing_infrastructure"
    assert investments.why(reading.investment.why) == investments.WHY["testing_infrastructure"]
    assert reading.against
    assert reading.not_yet == ("push_frequency", "gates_rollback_caution")


def test_every_headline_can_be_read_whole(sketch: Callable[..., Picture], signs_of: dict[str, Signs]) -> None:
    rows = ["GGGGG", "GGPPP", "GGUUU", "GGGPG", "GGGGP", "GPGGG", "GPGUG", "GGGUG", "PGGGG", "GGGGU", "GUGGG", "UGGGG"]
    for sign in signs_of.values():
        for levels in rows:
            for trends in ("fffff", "iffwf", "ffwif", "wfiff", "fwfff"):
                reading = read(sketch(levels, trends, sign))
                assert reading.investment.first_step.key


NOT_YET = [
    ("balanced", "GGGGG", "fffff", "plain", ("set_targets",)),
    ("a regression while levels hold", "GGGGG", "iffwf", "plain", ("push_frequency", "gates_rollback_caution")),
    ("slow reviews in a sound team", "GPGGG", "fffff", "review", ("skip_validation",)),
    ("slow coding in a sound team", "GPGGG", "fffff", "coding", ()),
    ("reliability falls", "GGGGP", "fffff", "plain", ("slow_down",)),
    ("slow recovery", "GGGPG", "fffff", "plain", ("push_frequency",)),
    ("failures rise", "GGGGG", "ffwff", "plain", ("push_frequency", "gates_rollback_caution")),
]


@pytest.mark.parametrize("row", NOT_YET, ids=[row[0] for row in NOT_YET])
def test_what_not_to_do_yet(
    row: tuple[str, str, str, str, tuple[str, ...]], sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    _, levels, trends, sign, keys = row
    assert read(sketch(levels, trends, signs_of[sign])).not_yet == keys


def test_confidence_is_said_with_its_counts_and_what_holds_it_down(sketch: Callable[..., Picture]) -> None:
    reading = read(sketch("GPPGG", signs=Signs(deployments_known=50, one_service="pay", one_burst=True)))
    assert readings.confidence(reading) == (
        "low (16 of 50 deployments failed), since pay alone explains the change and one burst of failures explains "
        "the change"
    )
    sure = replace(reading, confidence=Confidence.HIGH, confidence_why=())
    assert readings.confidence(sure) == "high (16 of 50 deployments failed)"


def test_the_first_line_says_where_a_level_may_still_turn(sketch: Callable[..., Picture]) -> None:
    seen = sketch("GGGPG")
    levels = {**seen.levels, Metric.RECOVERY_TIME: replace(seen.levels[Metric.RECOVERY_TIME], borderline=True)}
    reading = read(replace(seen, levels=levels))
    assert headlines.says(reading, "team-x").endswith("This may still turn: time to recovery is borderline.")
    assert readings.confidence(reading) == "low (15 recoveries), since time to recovery is borderline"


def test_a_headline_that_tells_of_stability_is_not_repeated_as_a_watch_line(sketch: Callable[..., Picture]) -> None:
    seen = sketch("GGGGG", "ffwif")
    surely = Effect(1.2, 0.05, 3.3, (2.1, 5.2), p_up=0.999, p_down=0.0)
    rising = replace(seen.trends[Metric.CHANGE_FAILURE_RATE], effect=surely)
    seen = replace(seen, trends={**seen.trends, Metric.CHANGE_FAILURE_RATE: rising})
    assert [claim.key for claim in watch(seen)] == ["failures_rise"]
    assert read(seen).headline.rule == "X3"
    assert read(seen).watch == ()
