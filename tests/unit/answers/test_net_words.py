from __future__ import annotations

from dataclasses import replace

import pytest

from bot.metrics.measure import Unknown
from bot.metrics.unknowns import Reason
from bot.regression.net import NetLine, NetVerdict
from bot.words import net

KNOWN = NetLine(
    failure_hours_per_week=122.0,
    previous=20.0,
    ratio=6.12,
    interval=(3.1, 12.0),
    per_deployment_ratio=3.5,
    per_deployment_interval=(2.0, 6.0),
    deployment_factor=1.8,
    failure_rate_factor=2.0,
    recovery_factor=1.7,
    verdict=NetVerdict.WORSE,
)


@pytest.mark.parametrize(
    ("verdict", "begins"),
    [
        (NetVerdict.WORSE, "No:"),
        (NetVerdict.IN_PROPORTION, "In proportion:"),
        (NetVerdict.BETTER, "Yes:"),
        (NetVerdict.NO_CLEAR_CHANGE, "Not clear, it could be chance:"),
        (None, "Not clear, it could be chance:"),
    ],
)
def test_every_verdict_answers_the_question_with_its_factors(verdict: NetVerdict | None, begins: str) -> None:
    said = net.says(replace(KNOWN, verdict=verdict))
    assert said.startswith(begins)
    assert "index of failure hours a week is 6.1 times what it was" in said
    assert "deployments × 1.8, failure rate × 2, recovery × 1.7" in said
    assert "90% interval 3.1 to 12" in said
    assert "3.5 times" in said


def test_a_side_without_failures_gives_the_hours_instead_of_a_ratio() -> None:
    said = net.says(NetLine(failure_hours_per_week=0.0, previous=1.2))
    assert said == (
        "Can't be said: a side without failures gives no ratio. "
        "The index of failure hours a week: 0 in the last 13 weeks and 1.2 before."
    )


def test_an_unknown_net_line_gives_its_reason() -> None:
    said = net.says(NetLine(why_unknown=Unknown(Reason.NO_FAILURE_TIMES)))
    assert said == "Can't be said: there were failures, and their times are missing."


@pytest.mark.parametrize("verdict", NetVerdict)
def test_a_verdict_without_a_ratio_still_answers(verdict: NetVerdict) -> None:
    said = net.says(NetLine(failure_hours_per_week=0.0, previous=4.0, verdict=verdict))
    assert not said.startswith("Can't be said")
    assert "4 before" in said


def test_a_ratio_near_one_is_no_clear_change_and_a_far_one_is_not_clear() -> None:
    near, far = (net.says(replace(KNOWN, verdict=NetVerdict.NO_CLEAR_CHANGE, ratio=ratio)) for ratio in (1.1, 0.13))
    assert near.startswith("No clear change:")
    assert far.startswith("Not clear, it could be chance:")
