from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bot.metrics.level import Trend
from bot.metrics.measure import Metric, StageShare
from bot.reading.read import read
from bot.reading.reading import Claim
from bot.words import meaning
from tests.unit.answers.pictures import picture

DF, LT, CFR = Metric.DEPLOYMENT_FREQUENCY, Metric.LEAD_TIME, Metric.CHANGE_FAILURE_RATE
RECOVERY, REL = Metric.RECOVERY_TIME, Metric.RELIABILITY


@pytest.mark.parametrize(
    ("metric", "levels", "said"),
    [
        (DF, "GGGGG", "barriers to shipping are removed"),
        (DF, "GGPGG", "failures, not value, arrive often"),
        (DF, "GGPGG", "4 failures a week (16 in 4 weeks)"),
        (DF, "GGUGG", "cannot be read"),
        (DF, "PGGGG", "something other than failures holds them back"),
        (DF, "PGGPG", "Raising it waits until recovery is known and good."),
        (DF, "PGGUG", "Raising it waits until recovery is known and good."),
        (DF, "PGPGG", "more of them now would bring more failures"),
        (LT, "GGGGG", "50% of it is active work; 50% waits for a review or at a gate."),
        (LT, "GGPGG", "part of this speed is not real"),
        (LT, "GGUGG", "cannot be read until failures are known"),
        (LT, "GPGGG", "The largest part is the wait between opening and merge (60%)."),
        (LT, "GPPGG", "the wait does not buy fewer failures"),
        (CFR, "GGGGG", "the other four can be taken at their word"),
        (CFR, "GGPGG", "This decides"),
        (CFR, "GGPGG", "Testing moves it most; gates, rollback and caution don't lower it."),
        (CFR, "PGPGG", "testing comes before speed"),
        (CFR, "GGUGG", "fast and fast at breaking things look alike"),
        (RECOVERY, "GGGGG", "service is back soon"),
        (RECOVERY, "GGPGG", "it does not make up for the number of failures"),
        (RECOVERY, "GGGPG", "it is long in responding and repairing"),
        (RECOVERY, "GGPPG", "Failures are many, and users feel each one for long."),
        (RECOVERY, "GGGUG", "shipping more often is premature"),
        (REL, "GGGGG", "within what was promised"),
        (REL, "GGPGG", "still absorbs the failures, with 40% of the budget left"),
        (REL, "GGPPP", "the sum of failures and how long they last"),
        (REL, "GGGGP", "consistent with a pace beyond what is absorbed"),
        (REL, "GPGGP", "every incident, from changes or not"),
        (REL, "GGGGU", "what users feel in sum is not judged"),
    ],
)
def test_a_value_means_what_the_other_four_make_of_it(metric: Metric, levels: str, said: str) -> None:
    whole = picture(levels)
    assert said in meaning.says(metric, whole, read(whole))


def test_every_combination_of_levels_has_its_words() -> None:
    calm = read(picture("GGGGG"))
    for letters in product("GPU", repeat=5):
        whole = picture("".join(letters))
        for metric in Metric:
            said = meaning.says(metric, whole, calm)
            assert said.endswith(".")
            assert len(said) < 320
            assert "!" not in said
            assert "because of" not in said


def test_quick_recovery_never_makes_up_for_failures() -> None:
    whole = picture("GGPGG")
    assert "does not make up" in meaning.says(RECOVERY, whole, read(whole))
    assert "taken at their word" not in meaning.says(CFR, whole, read(whole))


@pytest.mark.parametrize("key", ["validation_debt", "check_debt"])
def test_lead_time_names_validation_debt_before_failures_move(key: str) -> None:
    whole = picture("GGGGG")
    owing = replace(read(whole), watch=(Claim(key),))
    assert "validation debt" in meaning.says(LT, whole, owing)
    assert "validation debt" not in meaning.says(DF, whole, owing)
    assert "validation debt" not in meaning.says(LT, whole, read(whole))


def test_a_healthy_metric_that_slips_says_so() -> None:
    whole = picture("GGGGG", {CFR: Trend.WORSENING})
    assert "getting worse" in meaning.says(CFR, whole, read(whole))


def test_untested_recovery_is_unproven() -> None:
    whole = picture("GGGGG")
    recovery = replace(whole.measures.recovery_time, value=None, untested=True)
    untested = replace(whole, measures=replace(whole.measures, recovery_time=recovery))
    assert meaning.says(RECOVERY, untested, read(whole)) == "Nothing failed in 26 weeks, so recovery is unproven."


def test_a_longer_window_gets_the_last_four_weeks_beside_it() -> None:
    whole = picture("GGGGG")
    frequency = whole.measures.deployment_frequency
    longer = replace(frequency, window=replace(frequency.window, days=91))
    seen = replace(whole, measures=replace(whole.measures, deployment_frequency=longer))
    assert "The last 4 weeks had 0 deployments." in meaning.says(DF, seen, read(whole))
    assert "last 4 weeks" not in meaning.says(DF, whole, read(whole))


def test_mostly_unknown_stages_are_not_split() -> None:
    whole = picture("GGGGG")
    lead = replace(
        whole.measures.lead_time, stages={"unknown": StageShare(1.0, 0.8, 9), "review": StageShare(1.0, 0.2, 9)}
    )
    seen = replace(whole, measures=replace(whole.measures, lead_time=lead))
    said = meaning.says(LT, seen, read(whole))
    assert "mostly not known" in said
    assert "%" not in said
