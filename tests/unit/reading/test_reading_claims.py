"""For each of the 52 claims that the reading rests on: the sentence, key or refusal in which a person meets it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from bot.metrics.measure import Metric
from bot.reading.not_yet import NOT_YET
from bot.reading.patterns import PATTERNS
from bot.reading.rules import BY_KEY
from bot.regression.net import NetVerdict
from bot.regression.relationships import RULES as RELATIONSHIPS
from bot.words import investments, meaning, readings, refusals
from bot.words.alternatives import ALTERNATIVES
from bot.words.evidence import EVIDENCE
from bot.words.first_steps import FIRST_STEPS
from bot.words.remarks import REMARKS
from bot.words.template import PHRASES

PLACES: Mapping[str, Collection[str]] = {
    "rule": BY_KEY,
    "pattern": PATTERNS,
    "relationship": RELATIONSHIPS,
    "net": set(NetVerdict),
    "evidence": EVIDENCE,
    "alternative": ALTERNATIVES,
    "first step": FIRST_STEPS,
    "remark": REMARKS,
    "not yet": NOT_YET,
    "would change our mind": readings.MIND,
    "investment": investments.TITLES,
    "why": investments.WHY,
    "recovery part": PHRASES["recovery"],
    "order": PHRASES["order"],
    "driver": PHRASES["driver"],
    "confidence": readings.WHY_SURE,
    "meaning": {metric.value for metric in meaning._MEANINGS},
    "refusal": {name for name in vars(refusals) if name.isupper()},
    "later": {"watch", "digest"},
}

# claim, in the words of this project: the places where a person meets it
CLAIMS: Mapping[int, tuple[str, tuple[str, ...]]] = {
    1: ("metrics held one by one, with owners and targets", ("not yet: set_targets", "refusal: ONE_TEAM")),
    2: ("months later speed is up and stability down", ("rule: X1", "later: watch")),
    3: ("nobody is sure whether things improved overall", ("net: worse", "net: better", "net: no_clear_change")),
    4: ("all five describe one system", ("pattern: balanced", "refusal: ONE_TEAM")),
    5: ("pressing one metric presses the others", ("rule: X1", "rule: X2", "rule: X3")),
    6: ("more deployments are more chances to fail", ("net: in_proportion", "evidence: failures_in_proportion")),
    7: ("frequency without testing raises failures", ("relationship: frequency_without_testing",)),
    8: ("skipped review shortens lead time", ("relationship: review_skipped", "evidence: unreviewed_rose")),
    9: ("seeing trouble sooner helps recovery and users", ("relationship: recovery_supports_reliability",)),
    10: ("cheap failures breed tolerance", ("rule: X3", "relationship: tolerance_for_failures")),
    11: ("lasting improvement exists", ("relationship: genuine_improvement",)),
    12: ("frequency is cadence", ("meaning: deployment_frequency", "evidence: deployment_frequency")),
    13: ("cadence counts only beside few failures", ("meaning: deployment_frequency", "rule: U1")),
    14: ("frequent and failing is failing often", ("meaning: deployment_frequency", "rule: T1")),
    15: ("lead time is flow without queues", ("meaning: lead_time", "evidence: flow_efficiency")),
    16: ("skipped validation is a debt", ("remark: validation_debt", "remark: check_debt", "not yet: skip_validation")),
    17: ("the failure rate shows validation", ("meaning: change_failure_rate", "rule: T1")),
    18: ("it tells real speed from apparent speed", ("rule: U1", "rule: X1", "why: failure_records")),
    19: ("recovery is noticing and restoring", ("meaning: recovery_time", "evidence: recovery_stage")),
    20: ("three capabilities shape recovery", ("recovery part: detect", "investment: deployment_architecture")),
    21: ("recovery does not replace prevention", ("meaning: recovery_time", "why: X3.testing_infrastructure")),
    22: ("reliability adds everything up", ("meaning: reliability", "evidence: external_incidents")),
    23: ("four acceptable, and reliability still falls", ("rule: S5",)),
    24: ("change the system, not the numbers", ("not yet: set_targets", "investment: keep")),
    25: ("gates, rollback and caution prevent no failures", (
        "not yet: gates_rollback_caution", "relationship: fewer_failures_by_shipping_less")),
    26: ("few failures last where validation is good", ("evidence: escape_rate",)),
    27: ("reviews get quicker upstream of them", ("first step: review_service", "investment: review_workflow")),
    28: ("large changes slow reviews", ("evidence: large_changes", "first step: split_large_changes")),
    29: ("unclear scope slows reviews", ("evidence: unclear_scope", "first step: clarify_scope")),
    30: ("flaky tests slow reviews", ("evidence: flaky_tests", "first step: mend_flaky_tests")),
    31: ("causes removed keep validation whole", ("relationship: genuine_improvement", "not yet: skip_validation")),
    32: ("testing before frequency", ("order: before", "order: after", "rule: F2", "not yet: push_frequency")),
    33: ("observability before frequency", ("rule: M1", "rule: U2", "not yet: push_frequency")),
    34: ("decide on relations", ("refusal: ONE_TEAM", "later: digest")),
    35: ("rare and sound is friction", ("rule: F1", "investment: deployment_process")),
    36: ("friction is approvals, buttons and pipelines", ("first step: ease_gate", "first step: automate_release")),
    37: ("rare and failing needs testing first", ("pattern: rare_and_failing", "rule: F2")),
    38: ("a long lead time needs its cause", ("rule: L0", "would change our mind: L0")),
    39: ("slow reviews", ("would change our mind: L2.review", "investment: review_workflow")),
    40: ("a slow pipeline", ("first step: speed_pipeline", "investment: pipeline_speed")),
    41: ("a gate that blocks asks for testing", ("why: L2.testing_infrastructure", "first step: move_check")),
    42: ("the number alone does not reveal the cause", ("why: stage_data", "investment: stage_data")),
    43: ("slow recovery: the weaker part first", (
        "investment: observability", "investment: incident_response", "alternative: recovery_stages_alike")),
    44: ("pace may exceed what the system absorbs", ("rule: S5", "not yet: slow_down")),
    45: ("testing, observability or recovery, by what grew", ("driver: testing", "driver: recovery")),
    46: ("the pattern says more than any value", ("pattern: fast_delivery_poor_reliability", "confidence: few_items")),
    47: ("fast delivery, poor reliability", ("pattern: fast_delivery_poor_reliability",)),
    48: ("high quality, slow releases", ("pattern: high_quality_slow_releases", "rule: F1", "rule: F3")),
    49: ("reliable delivery, slow recovery", ("pattern: reliable_delivery_slow_recovery",)),
    50: ("each pattern has a root cause of its own", ("rule: T1", "rule: F1", "rule: M1")),
    51: ("the same value can mean different things", ("refusal: RANKING", "meaning: lead_time")),
    52: ("invisible where metrics stand alone", ("refusal: ONE_TEAM", "pattern: balanced")),
}  # fmt: skip


def test_every_claim_has_its_row() -> None:
    assert list(CLAIMS) == list(range(1, 53))


@pytest.mark.parametrize("number", CLAIMS)
def test_a_claim_is_met_where_its_row_says(number: int) -> None:
    _, places = CLAIMS[number]
    assert places
    for place in places:
        kind, key = place.split(": ")
        assert key in PLACES[kind], place


def test_what_each_of_the_five_means_is_said_beside_it() -> None:
    assert PLACES["meaning"] == {metric.value for metric in Metric}
