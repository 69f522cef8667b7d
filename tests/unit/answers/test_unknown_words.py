from __future__ import annotations

import pytest

from bot.metrics.measure import Unknown
from bot.metrics.unknowns import Reason
from bot.words import unknowns

FIGURES = {"have": 1, "what": "incidents", "need": 3, "weeks": 13, "signs": 0, "n": 2, "failures": 4}


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("figures", [FIGURES, {}], ids=["with figures", "without"])
def test_every_reason_has_a_sentence_and_says_what_it_needs(reason: Reason, figures: dict[str, float | str]) -> None:
    said = unknowns.sentence(Unknown(reason, figures))
    assert said[0].isupper()
    assert said.endswith(".")
    assert said.count(".") >= 2
    assert "{" not in said
    assert "!" not in said


def test_too_few_names_what_there_is_and_what_is_needed() -> None:
    said = unknowns.says(Unknown(Reason.TOO_FEW, {"what": "incidents", "have": 2, "need": 3, "weeks": 13}))
    assert said == "Not enough data: 2 incidents in 13 weeks, 3 needed."


def test_one_event_is_singular() -> None:
    assert "1 incident," in unknowns.says(Unknown(Reason.TOO_FEW, {"what": "incidents", "have": 1, "need": 3}))


@pytest.mark.parametrize(
    "lacking",
    [{"what": "changes", "have": 0, "need": 10, "weeks": 0}, {"what": "weeks", "have": 0, "need": 1, "weeks": 13}],
)
def test_where_no_week_counts_nothing_is_counted_in_it(lacking: dict[str, float | str]) -> None:
    said = unknowns.sentence(Unknown(Reason.TOO_FEW, lacking))
    assert said.startswith("None of the last 13 weeks counts: a freeze,")
