"""docs/reading.md and the code say the same, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

from bot.metrics.measure import Metric
from bot.reading import confidence
from bot.reading.not_yet import NOT_YET
from bot.reading.patterns import PATTERNS
from bot.reading.picture import Picture
from bot.reading.reading import Match
from bot.reading.rules import RULES, decide
from bot.reading.signs import Signs
from bot.words.phrases import CLOSE

TEXT = (Path(__file__).parents[3] / "docs" / "reading.md").read_text(encoding="utf-8")
# one move each, and every trade
TRENDS = ("fffff", "wffff", "fwfff", "ffwff", "fffwf", "ffffw", "iffwf", "iiwff", "wfiff", "ffwif")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines[2:]]


def keys(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


def answers(sketch: Callable[..., Picture], signs_of: dict[str, Signs]) -> set[Match]:
    settled = [sketch("".join(letters)).levels for letters in product("GPU", repeat=5)]
    moved = [sketch("GGGGG", letters).trends for letters in TRENDS]
    return {
        match
        for signs in signs_of.values()
        for levels in settled
        for trends in moved
        for match in decide(levels, trends, signs)
    }


def test_the_decision_table_has_the_rules_in_order_with_their_conditions() -> None:
    assert [row[:2] for row in table("The decision table")] == [[rule.key, rule.reads] for rule in RULES]


def test_the_decision_table_names_every_answer_that_a_rule_gives_and_no_other(
    sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    given = answers(sketch, signs_of)
    for rule, _, pattern, diagnosis, investment in table("The decision table"):
        matches = [match for match in given if match.rule == rule]
        assert keys(pattern) == {match.pattern for match in matches if match.pattern}, rule
        assert keys(diagnosis) == {match.diagnosis for match in matches}, rule
        assert keys(investment) == {match.investment for match in matches}, rule


def test_the_patterns_are_those_of_the_table_in_order() -> None:
    documented = {
        next(iter(keys(name))): {metric: level for metric, level in zip(Metric, levels, strict=True) if level != "any"}
        for name, *levels in table("Patterns")
    }
    assert list(documented) == list(PATTERNS)
    assert documented == {key: {metric: str(level) for metric, level in of.items()} for key, of in PATTERNS.items()}


def test_confidence_is_documented_with_its_limits() -> None:
    high, medium, low = (row[1] for row in table("Confidence"))
    assert f"at {confidence.SETTLED} or more" in high
    assert f"rests on at {confidence.SURE_TREND}" in high
    assert f"at most {confidence.MOST_INFERRED:.0%} of the failures" in high
    assert f"under {confidence.LEAST_SURE}" in low
    assert "F0 and U1 to U5" in medium
    assert {"F0", *(f"U{n}" for n in range(1, 6))} == confidence.QUESTIONS
    assert CLOSE == 0.05


def test_what_not_to_do_yet_is_documented_in_order() -> None:
    section = TEXT.split("\n## Not yet\n")[1].split("\n## ")[0]
    assert re.findall(r"^- `(\w+)`", section, flags=re.MULTILINE) == list(NOT_YET)
