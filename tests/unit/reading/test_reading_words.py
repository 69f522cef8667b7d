"""Whatever the cell, what people read is a whole sentence in careful words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.metrics.visibility import Visibility
from bot.reading.cell import cell as cell_of
from bot.reading.headline import says as claim_of
from bot.reading.headline import would_change_our_mind
from bot.reading.not_yet import NOT_YET as NOT_YET_KEYS
from bot.reading.not_yet import not_yet
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.reading.reading import Claim, Confidence, Investment, Match, Reading
from bot.reading.rules import RULES, decide
from bot.reading.signs import Signs
from bot.words import headlines, investments, readings, then

FORBIDDEN = re.compile(r"None|nan|[{}!_]|elite|because of|caused by|\(\)|  | ,|\.\.")


def reading_of(picture: Picture, matches: tuple[Match, ...]) -> Reading:
    line = claim_of(matches[0], picture)
    none = Claim("none")
    return Reading(
        headline=matches[0],
        then=matches[1:],
        level_pattern=None,
        nearest=None,
        confidence=Confidence.HIGH,
        says=line,
        relationships=(),
        evidence=(),
        against=(),
        investment=Investment(matches[0].investment, Claim(f"{matches[0].rule}.{matches[0].investment}"), none),
        not_yet=(),
        would_change_our_mind=would_change_our_mind(matches[0]),
    )


def assert_reads_well(sentence: str, most: int = 300) -> None:
    assert sentence[0].isupper() or sentence.startswith("team-x"), sentence
    assert sentence.endswith((".", "?")), sentence
    assert not FORBIDDEN.search(sentence), sentence
    assert len(sentence) < most, sentence


@pytest.mark.parametrize("sign", [
    "plain", "gate blocks", "review", "two causes", "mostly unplaced", "incident_response", "nothing waits",
    "work waits", "not visible", "few deployments", "no deployments", "stopped", "long open",
])  # fmt: skip
def test_every_answer_is_said_in_whole_sentences(
    sign: str, cells: Callable[[str, str], tuple[Any, ...]], sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    told = 0
    for trends in ("f", "iw"):
        for cell in cells(sign, trends)[:: 1 if trends == "f" else 7]:
            seen = sketch(cell.levels, cell.trends, signs_of[sign])
            reading = reading_of(seen, cell.matches)
            assert_reads_well(headlines.says(reading, "team-x"), 340 if sign == "long open" else 300)
            assert_reads_well(investments.why(reading.investment.why))
            assert_reads_well(readings.would_change_our_mind(reading.would_change_our_mind))
            for match in cell.matches[1:]:
                assert_reads_well(then.says(match, reading.says.figures))
            for key in not_yet(cell.matches[0], cell_of(seen.levels, seen.trends, seen.signs)):
                for sentence in readings.not_yet(key):
                    assert_reads_well(sentence)
            told += 1
    assert told > 1000


def test_every_key_of_the_table_has_its_words(
    cells: Callable[[str, str], tuple[Any, ...]], signs_of: dict[str, Signs]
) -> None:
    seen = {match for sign in signs_of for cell in cells(sign, "f") for match in cell.matches}
    assert {match.rule for match in seen} >= {"T1", "F0", "U1", "M1", "S5", "L0", "L1", "L2", "U2", "F1", "F2", "F3"}
    for match in seen:
        assert readings.title(match)[0].isupper()
        assert "_" not in readings.title(match)
        assert investments.title(match.investment)
        assert investments.lead(match.investment) in {"Invest next in", "Do next", "For now"}
    assert set(readings.NOT_YET) == set(NOT_YET_KEYS)
    assert set(headlines.SAYS) == {rule.key for rule in RULES} - {"F2"}
    assert set(then.THEN) == {rule.key for rule in RULES} - {"X1", "OK"}


SENTENCES = [
    ("GGGGG", "ifwff", "plain",
     ("team-x has bought speed with stability over the last 13 weeks: it ships more often "
     "(from 3.2 to 7.1 a week), while more deployments fail (from 16% to 32%).")),
    ("GGPPP", "fffff", "plain",
     ("team-x delivers fast and often, but 16 of 50 deployments failed and recovery is slow (31 h): "
     "consistent with testing that has not kept up with the pace.")),
    ("GGUUU", "fffff", "not visible",
     ("team-x ships often (5.2 a week), and nothing here says which deployments failed: "
     "fast, or fast at breaking things? The speed can't be read without it.")),
    ("PGGGG", "fffff", "stopped",
     ("team-x has not deployed for 41 days, and its longest pause before was 6 days: "
     "either deployments have stopped, or their data has.")),
    ("GPGGG", "fffff", "two causes",
     ("team-x: changes take long to reach production (9.2 days); 50% of that time is the wait between opening "
     "and merge, and 48% the pipeline.")),
    ("PGGGG", "fffff", "work waits",
     ("team-x: few deployments fail and changes are quick to go out once a release comes, but releases are rare "
     "(0.4 a week), and about 12 finished changes wait at any time: consistent with friction on the way "
     "to production.")),
    ("GGGGG", "fffff", "plain",
     "team-x is balanced: 5.2 deployments a week, 2 of the last 50 failed, and the median recovery took 1 h."),
    ("GGGPG", "fffff", "long open",
     ("team-x delivers fast and few of its deployments fail, but time to recovery is long (31 h): "
     "consistent with trouble that is noticed late. Still open after 24 h: 2 incidents, the oldest for 3.2 days.")),
]  # fmt: skip


@pytest.mark.parametrize("row", SENTENCES, ids=[row[3][:40] for row in SENTENCES])
def test_the_first_line_says_so_what(
    row: tuple[str, ...], sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    levels, trends, sign, sentence = row
    seen = sketch(levels, trends, signs_of[sign])
    matches = decide(seen.levels, seen.trends, seen.signs)
    assert headlines.says(reading_of(seen, matches), "team-x") == sentence


def test_known_reliability_without_an_objective_is_not_called_unknown(sketch: Callable[..., Picture]) -> None:
    seen = sketch("GGGGU")
    measures = replace(seen.measures, reliability=replace(seen.measures.reliability, value=0.997))
    said = headlines.says(read(replace(seen, measures=measures)), "team-x")
    assert said.startswith("team-x: no objective says yet whether its reliability (99.7%) is enough;")


def test_one_deployment_is_no_cadence(sketch: Callable[..., Picture]) -> None:
    said = headlines.says(read(sketch("GUUUU", signs=Signs(deployments_known=1, failures_visible=False))), "team-x")
    assert said == "team-x made 1 deployment in 26 weeks, and nothing here says how often its deployments fail."


def test_a_sign_of_failure_is_not_called_nothing(sketch: Callable[..., Picture]) -> None:
    seen = sketch("GUUUU", signs=Signs(deployments_known=1, failures_visible=False))
    known = replace(seen, visibility=Visibility(visible=False, signs=1))
    assert headlines.says(read(known), "team-x") == (
        "team-x made 1 deployment in 26 weeks, and too little here says (1 sign of failure in two years) how often its "
        "deployments fail."
    )


def test_where_nothing_is_known_to_be_deployed_the_title_says_so(sketch: Callable[..., Picture]) -> None:
    reading = read(sketch("UUUUU", signs=Signs(deployments_known=0)))
    assert readings.title(reading.headline) == "Deployments not known"
