"""One row for every rule and every answer that it can give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.reading.patterns import level_pattern
from bot.reading.picture import Picture
from bot.reading.rules import RULES, decide
from bot.reading.signs import Signs

# sentence, levels, trends, signs, rule, pattern, diagnosis, investment
ROWS = [
    ("more and sooner, and more fails", "GGGGG", "iiwff", "plain", "X1", "checklist_regression",
     "speed_bought_with_stability", "testing_infrastructure"),
    ("sooner, and recovery takes longer", "GGGGG", "fifwf", "plain", "X1", "checklist_regression",
     "speed_bought_with_stability", "observability"),
    ("sooner, and the response is slower", "GGGGG", "fifwf", "incident_response", "X1", "checklist_regression",
     "speed_bought_with_stability", "incident_response"),
    ("slower recovery with a poor failure rate asks for testing", "GGPGG", "iffwf", "incident_response", "X1",
     "checklist_regression", "speed_bought_with_stability", "testing_infrastructure"),
    ("the watch is up, whatever the trends", "GGGGG", "fffff", "watch up", "X1", "checklist_regression",
     "speed_bought_with_stability", "testing_infrastructure"),
    ("the watch is up, and recovery moved more", "GGGGG", "iffff", "watch up, recovery leads", "X1",
     "checklist_regression", "speed_bought_with_stability", "observability"),
    ("the watch is up, recovery moved more, and many fail", "GGPGG", "iffff", "watch up, recovery leads", "X1",
     "checklist_regression", "speed_bought_with_stability", "testing_infrastructure"),
    ("the watch is up, and recovery worsens", "GGGGG", "fffwf", "watch up", "X1", "checklist_regression",
     "speed_bought_with_stability", "observability"),
    ("fast and failing", "GGPPP", "fffff", "plain", "T1", "fast_delivery_poor_reliability",
     "testing_infrastructure", "testing_infrastructure"),
    ("rare and failing", "PGPGG", "fffff", "plain", "T1", "rare_and_failing", "testing_infrastructure",
     "testing_infrastructure"),
    ("failing without a named pattern", "GPPGG", "fffff", "plain", "T1", None, "testing_infrastructure",
     "testing_infrastructure"),
    ("stopped", "PGGGG", "fffff", "stopped", "F0", None, "deployments_stopped", "deployment_data"),
    ("nothing says what failed", "GGUUU", "fffff", "not visible", "U1", None, "failures_unknown", "failure_records"),
    ("too few deployments", "PUUUU", "fffff", "few deployments", "U1", None, "too_few_deployments", "change_size"),
    ("nothing known", "UUUUU", "uuuuu", "no deployments", "U1", None, "failures_unknown", "deployment_data"),
    ("slow recovery at its pattern", "GGGPG", "fffff", "plain", "M1", "reliable_delivery_slow_recovery",
     "observability", "observability"),
    ("the response measured weaker", "GGGPP", "fffff", "incident_response", "M1", "reliable_delivery_slow_recovery",
     "slow_recovery", "incident_response"),
    ("slow recovery elsewhere", "GPGPG", "fffff", "deployment_architecture", "M1", None, "slow_recovery",
     "deployment_architecture"),
    ("pace exceeds absorption", "GGGGP", "fffff", "plain", "S5", "pace_exceeds_absorption",
     "pace_exceeds_absorption", "testing_infrastructure"),
    ("reliability slips without an objective", "GGGGU", "ffffw", "observability", "S5", "pace_exceeds_absorption",
     "pace_exceeds_absorption", "observability"),
    ("reliability low with one of four unknown", "GGGUP", "fffff", "recovery", "S5", None,
     "pace_exceeds_absorption", "recovery_process"),
    ("reliability low while delivery is slow", "GPGGP", "fffff", "plain", "S5", None, "reliability_low",
     "testing_infrastructure"),
    ("failures rise", "GGGGG", "ffwff", "plain", "T2", None, "validation_slipping", "testing_infrastructure"),
    ("recovery slows", "GGGGG", "fffwf", "incident_response", "M2", None, "recovery_slipping", "incident_response"),
    ("recovery improves while failures rise", "GGGGG", "ffwif", "plain", "X3", "tolerance_for_failures",
     "tolerance_for_failures", "testing_infrastructure"),
    ("fewer failures, and fewer deployments", "GGGGG", "wfiff", "plain", "X2", "stability_bought_with_speed",
     "stability_bought_with_speed", "testing_infrastructure"),
    ("long, and nobody knows where", "GPGGG", "fffff", "plain", "L0", None, "lead_time_cause_unknown", "stage_data"),
    ("long, and mostly unplaced", "GPGGG", "fffff", "mostly unplaced", "L0", None, "lead_time_cause_unknown",
     "stage_data"),
    ("a gate that may protect", "GPGUG", "fffff", "gate", "L1", None, "wait_may_hold_back_failures",
     "incident_timestamps"),
    ("long in review", "GPGGG", "fffff", "review", "L2", "long_lead_time", "review", "review_workflow"),
    ("long in the pipeline", "GPGGG", "fffff", "pipeline", "L2", "long_lead_time", "pipeline", "pipeline_speed"),
    ("a gate that only waits", "GPGGG", "fffff", "gate", "L2", "long_lead_time", "gate", "deployment_process"),
    ("a gate that blocks", "GPGUG", "fffff", "gate blocks", "L2", "long_lead_time", "gate", "testing_infrastructure"),
    ("long in coding", "GPGGG", "fffff", "coding", "L2", "long_lead_time", "coding", "change_size"),
    ("long in deploying", "GPGGG", "fffff", "deploy", "L2", "long_lead_time", "deploy", "deployment_process"),
    ("recovery unknown", "GGGUG", "fffff", "plain", "U2", None, "recovery_unknown", "incident_timestamps"),
    ("friction", "PGGGG", "fffff", "work waits", "F1", "high_quality_slow_releases", "unnecessary_friction",
     "deployment_process"),
    ("friction, as far as is known", "PUGGG", "fffff", "plain", "F1", None, "unnecessary_friction",
     "deployment_process"),
    ("little is waiting", "PGGGG", "fffff", "nothing waits", "F3", None, "little_is_waiting", "batch_size"),
    ("a growing queue", "GGGGG", "fwfff", "review", "L3", None, "queue_growing", "review_workflow"),
    ("a growing queue without stages", "GGGGG", "fwfff", "plain", "L3", None, "queue_growing", "stage_data"),
    ("a falling cadence", "GGGGG", "wffff", "plain", "F4", None, "cadence_falling", "deployment_process"),
    ("reliability unknown", "GGGGU", "fffff", "plain", "U3", None, "reliability_unknown", "objectives"),
    ("lead time unknown", "GUGGG", "fffff", "plain", "U4", None, "lead_time_unknown", "change_data"),
    ("frequency unknown", "UGGGG", "fffff", "plain", "U5", None, "frequency_unknown", "deployment_data"),
    ("balanced", "GGGGG", "iuffi", "plain", "OK", "balanced", "balanced", "keep"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_cell_has_the_headline_that_its_row_names(
    row: tuple[Any, ...], sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    _, levels, trends, signs, *expected = row
    seen = sketch(levels, trends, signs_of[signs])
    headline = decide(seen.levels, seen.trends, seen.signs)[0]
    assert [headline.rule, headline.pattern, headline.diagnosis, headline.investment] == expected


def test_every_rule_but_the_one_that_only_follows_has_a_row() -> None:
    assert {row[4] for row in ROWS} == {rule.key for rule in RULES} - {"F2"}


SCENARIOS = [
    ("1: rare and sound", "PGGGG", ["F1"]),
    ("2: rare and failing", "PGPGG", ["T1", "F2"]),
    ("3: long lead time", "GPGGG", ["L0"]),
    ("4: slow recovery", "GGGPG", ["M1"]),
    ("5: reliability falls, others acceptable", "GGGGP", ["S5"]),
    ("1 with poor reliability", "PGGGP", ["S5", "F1"]),
    ("3 with poor reliability", "GPGGP", ["S5", "L0"]),
    ("everything poor", "PPPPP", ["T1", "M1", "S5", "L0", "F2"]),
]


@pytest.mark.parametrize(("levels", "rules"), [row[1:] for row in SCENARIOS], ids=[row[0] for row in SCENARIOS])
def test_a_scenario_lists_its_rules_in_order(levels: str, rules: list[str], sketch: Callable[..., Picture]) -> None:
    seen = sketch(levels)
    assert [match.rule for match in decide(seen.levels, seen.trends, seen.signs)] == rules


@pytest.mark.parametrize("reliability", "GPU")
@pytest.mark.parametrize(
    ("levels", "pattern"),
    [
        ("GGPP", "fast_delivery_poor_reliability"),
        ("PGGG", "high_quality_slow_releases"),
        ("GGGP", "reliable_delivery_slow_recovery"),
    ],
)
def test_a_named_pattern_stands_whatever_reliability_says(
    levels: str, pattern: str, reliability: str, sketch: Callable[..., Picture]
) -> None:
    assert level_pattern(sketch(levels + reliability).levels) == pattern


def test_a_wait_that_may_protect_asks_first_for_what_is_not_sound(
    sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    asked = {}
    for levels in ("GPPGG", "GPUGG", "GPGPG", "GPGUG"):
        seen = sketch(levels, "fffff", signs_of["gate"])
        (wait,) = [match for match in decide(seen.levels, seen.trends, seen.signs) if match.rule == "L1"]
        asked[levels] = wait.investment
    assert asked == {
        "GPPGG": "testing_infrastructure",
        "GPUGG": "failure_records",
        "GPGPG": "observability",
        "GPGUG": "incident_timestamps",
    }


def test_a_falling_cadence_is_held_while_failures_are_not_sound(sketch: Callable[..., Picture]) -> None:
    seen = sketch("GGPGG", "wffff")
    assert decide(seen.levels, seen.trends, seen.signs)[-1].investment == "hold"


def test_deployments_that_stopped_are_not_also_called_rare(
    sketch: Callable[..., Picture], signs_of: dict[str, Signs]
) -> None:
    seen = sketch("PGPGG", "fffff", signs_of["stopped"])
    assert [match.rule for match in decide(seen.levels, seen.trends, seen.signs)] == ["T1", "F0"]
