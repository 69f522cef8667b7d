"""What the rules ask of the facts: causes of lead time, gates, queues, recovery stages, and what explains it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.metrics.level import Level
from bot.metrics.measure import Metric
from bot.reading.causes import GROUPS, Spent, lead_causes
from bot.reading.rules import decide
from bot.teams import Freeze

REVIEW = {"coding": 1.0, "pickup": 6.0, "review": 2.0, "merge_wait": 1.0, "pipeline": 2.0}


def hours_by_cause(scene: Any) -> dict[str, float]:
    return {cause.key: round(cause.hours, 6) for cause in scene.picture.signs.lead_causes}


@pytest.mark.parametrize(
    ("stages", "event", "expected"),
    [
        (REVIEW, {}, {"review": 9.0, "pipeline": 2.0, "coding": 1.0}),
        ({"release_wait": 5.0, "deploy": 1.0}, {}, {"deploy": 6.0}),
        ({"release_wait": 5.0, "deploy": 1.0}, {"trigger": "manual"}, {"gate": 5.0, "deploy": 1.0}),
        ({"gate": 5.0, "release_wait": 1.0}, {"trigger": "automatic"}, {"gate": 5.0, "deploy": 1.0}),
    ],
    ids=["review is pickup, review and merge wait", "release wait is deploy", "a button is a gate", "a gate is a gate"],
)
def test_stages_are_grouped_by_their_remedy(
    scene: Any, stages: dict[str, float], event: dict[str, Any], expected: dict[str, float]
) -> None:
    scene.ship(3, stages=stages, **event)
    assert hours_by_cause(scene) == expected


@pytest.mark.parametrize(("minutes", "expected"), [(600, "pipeline"), (60, "review")])
def test_review_hours_are_pipeline_where_its_runs_cover_half_of_them(scene: Any, minutes: int, expected: str) -> None:
    scene.ship(3, stages={"pickup": 9.0}, merge_sha="abc", opened_at=scene.ago(3.5))
    scene.run(3 + 2 / 24, sha="abc", minutes=minutes)
    assert hours_by_cause(scene) == {expected: 9.0}


def test_what_no_stage_explains_is_no_cause(scene: Any) -> None:
    scene.ship(3, stages={"coding": 1.0, "unknown": 3.0})
    assert hours_by_cause(scene) == {"coding": 1.0}
    assert scene.picture.signs.lead_unknown_share == pytest.approx(0.75)


def test_deliveries_before_the_last_91_days_are_no_cause(scene: Any) -> None:
    scene.ship(100, stages={"coding": 5.0})
    assert hours_by_cause(scene) == {}
    assert scene.picture.signs.lead_unknown_share is None


def test_a_gate_blocks_where_it_stops_a_fifth_and_most_of_that_stays(scene: Any) -> None:
    for day in range(8):
        scene.deploy(10 + day, sha=f"ok{day}")
    scene.deploy(9, successful=False, sha="bad", gates=[("quality", 1, "rejected")])
    scene.run(9, sha="worse", status="failure", blocked_by="scan")
    signs = scene.picture.signs
    assert (signs.gate_attempts, signs.gate_blocked, signs.gate_blocked_then_deployed) == (10, 2, 0)
    assert signs.gate_blocks


def test_a_gate_that_is_overridden_only_waits(scene: Any) -> None:
    for _ in range(3):
        scene.deploy(9, successful=False, sha="same", gates=[("quality", 1, "timed_out")])
    scene.deploy(8, sha="same")
    signs = scene.picture.signs
    assert (signs.gate_blocked, signs.gate_blocked_shas, signs.gate_blocked_then_deployed) == (3, 1, 1)
    assert not signs.gate_blocks


def test_backlog_is_the_mean_number_of_waiting_changes(scene: Any) -> None:
    scene.deploy(200)
    scene.change(45.5)  # waits for half of the 91 days
    scene.change(300)  # and one for all of them
    assert scene.picture.signs.waiting_backlog == pytest.approx(1.5)


def test_a_change_waits_only_until_it_is_delivered(scene: Any) -> None:
    scene.deploy(0.0, changes=[scene.change(9.1)])
    scene.deploy(40, changes=[scene.change(49.1)])
    assert scene.picture.signs.waiting_backlog == pytest.approx(2 * 9.1 / 91, abs=0.01)


def test_backlog_is_unknown_without_changes_that_could_be_released(scene: Any) -> None:
    scene.change(20, service="never-deployed")
    assert scene.picture.signs.waiting_backlog is None


def test_changes_per_deployment_is_a_median_and_counts_empty_ones(scene: Any) -> None:
    scene.deploy(5)
    scene.ship(4)
    scene.deploy(3, changes=[scene.change(3.1), scene.change(3.2), scene.change(3.3)])
    assert scene.picture.signs.changes_per_deployment == 1.0


@pytest.mark.parametrize(
    ("hours", "capability", "by_default"),
    [
        ({"detect": 6, "acknowledge": 1, "repair": 2, "fix_deploy": 1}, "observability", False),
        ({"detect": 1, "acknowledge": 4, "repair": 4, "fix_deploy": 1}, "incident_response", False),
        ({"detect": 1, "acknowledge": 1, "repair": 2, "fix_deploy": 6}, "deployment_architecture", False),
        ({"detect": 3.0, "acknowledge": 1.0, "repair": 4.5, "fix_deploy": 1.5}, "observability", True),
        ({"detect": 3.0, "acknowledge": 1.0, "repair": 6.0}, "observability", True),
    ],
    ids=["noticing", "answering", "deploying the fix", "typical", "typical without a measured fix deployment"],
)
def test_the_weaker_capability_is_the_stage_furthest_beyond_its_typical_share(
    scene: Any, hours: dict[str, float], capability: str, by_default: bool
) -> None:
    for day in (3, 4, 5):
        scene.recovery(day, **hours)
    weaker = scene.picture.signs.weaker
    assert (weaker.capability, weaker.by_default) == (capability, by_default)
    assert sum(weaker.shares.values()) == pytest.approx(1.0)


def test_two_timed_recoveries_leave_the_default(scene: Any) -> None:
    scene.recovery(3, detect=0.1, repair=9.0)
    scene.recovery(4, detect=0.1, repair=9.0)
    assert scene.picture.signs.weaker.by_default


def test_reliability_is_driven_by_the_largest_clear_growth(scene: Any, days: Any) -> None:
    for day in days(150, 500, 30):
        scene.recovery(day, detect=0.1, repair=1.0)
    for day in days(1, 89, 20):
        scene.recovery(day, detect=2.0, repair=1.0)
    assert scene.picture.signs.reliability_driver == "observability"


def test_reliability_is_driven_by_testing_where_nothing_grew_clearly(scene: Any) -> None:
    assert scene.picture.signs.reliability_driver == "testing"


def failing_checkout(scene: Any) -> None:
    scene.levels[Metric.CHANGE_FAILURE_RATE] = Level.POOR
    for day in range(1, 25):
        scene.deploy(day, "checkout", failed="verdict" if day % 2 else None)
        scene.deploy(day + 0.1, "search")


def test_one_service_is_named_where_the_rest_is_sound_without_it(scene: Any) -> None:
    failing_checkout(scene)
    assert scene.picture.signs.one_service == "checkout"


def test_no_service_is_named_for_a_difference_that_chance_brings(scene: Any) -> None:
    scene.levels[Metric.CHANGE_FAILURE_RATE] = Level.POOR
    for day in range(1, 9):
        scene.deploy(day, "checkout", failed="verdict" if day % 4 == 0 else None)
        scene.deploy(day + 0.1, "search", failed="verdict" if day == 8 else None)
    assert scene.picture.signs.one_service is None


def test_the_worst_service_is_not_named_where_the_rest_is_poor_too(scene: Any) -> None:
    scene.levels[Metric.CHANGE_FAILURE_RATE] = Level.POOR
    for day in range(1, 25):
        scene.deploy(day, "checkout", failed="verdict")
        scene.deploy(day + 0.1, "search", failed="verdict" if day % 3 == 0 else None)
    assert scene.picture.signs.one_service is None


def test_no_service_is_named_where_all_of_them_fail(scene: Any) -> None:
    scene.levels[Metric.CHANGE_FAILURE_RATE] = Level.POOR
    for day in range(1, 25):
        for service in ("checkout", "search"):
            scene.deploy(day, service, failed="verdict" if day % 2 else None)
    assert scene.picture.signs.one_service is None


@pytest.mark.parametrize(("failed_days", "expected"), [((1, 2, 3, 4, 5), True), ((1, 7, 13, 19, 25), False)])
def test_one_burst_is_seen_where_the_other_days_are_sound(
    scene: Any, failed_days: tuple[int, ...], expected: bool
) -> None:
    scene.levels[Metric.CHANGE_FAILURE_RATE] = Level.POOR
    for day in range(1, 28):
        scene.deploy(day, failed="verdict" if day in failed_days else None)
    assert scene.picture.signs.one_burst is expected


def test_silence_is_measured_against_the_longest_gap_before_it(scene: Any) -> None:
    for day in (100, 93, 90):
        scene.deploy(day)
    signs = scene.picture.signs
    assert (signs.days_since_deployment, signs.longest_gap_days) == (90.0, 7.0)


@pytest.mark.parametrize(
    ("first", "last", "stopped"),
    [
        (date(2026, 10, 5), date(2026, 10, 11), False),
        (date(2026, 12, 1), date(2026, 12, 7), True),
        (date(2026, 10, 28), date(2026, 11, 7), True),
    ],
    ids=["a freeze of a week leaves 26 days of silence", "a freeze to come takes none", "one that began takes five"],
)
def test_a_team_that_is_silent_by_intent_has_not_stopped(scene: Any, first: date, last: date, *, stopped: bool) -> None:
    for day in (42, 36, 33):
        scene.deploy(day)
    scene.team = replace(scene.team, freezes=(Freeze(first, last),))
    picture = scene.picture
    assert (decide(picture.levels, picture.trends, picture.signs)[0].rule == "F0") is stopped


def test_silence_is_unknown_without_a_deployment(scene: Any) -> None:
    signs = scene.picture.signs
    assert (signs.days_since_deployment, signs.longest_gap_days, signs.deployments_known) == (None, None, 0)


def test_an_incident_open_beyond_the_band_is_named(scene: Any) -> None:
    scene.recovery(0, open_for=30)
    scene.recovery(0, open_for=3)
    assert scene.picture.signs.open_beyond_band == ("incident:file:r-0",)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(0, 0.8, "up"), (0.5, 0.5, "not_up"), (0.9, 0.1, "not_up"), (None, None, "unknown")],
)
def test_test_evidence_is_up_only_where_more_changes_touch_tests(
    scene: Any, days: Any, before: float | None, now: float | None, expected: str
) -> None:
    for first, last, touched in ((150, 500, before), (1, 89, now)):
        for position, day in enumerate(days(first, last, 40)):
            files = None if touched is None else int(position < 40 * touched)
            scene.change(day, test_files=files)
    assert scene.picture.signs.test_evidence == expected


SECONDS = st.dictionaries(st.sampled_from(sorted(set(GROUPS.values()))), st.floats(0.0, 1e4), min_size=1)


@given(st.lists(SECONDS, min_size=1, max_size=8))
@settings(max_examples=40)
def test_causes_and_the_unknown_share_add_up_to_the_lead_time(seconds: list[dict[str, float]]) -> None:
    causes, unknown = lead_causes(Spent(None, each) for each in seconds)  # no rule asks which change it was
    assert unknown is None or sum(cause.share for cause in causes) + unknown == pytest.approx(1.0)
    assert [cause.hours for cause in causes] == sorted((cause.hours for cause in causes), reverse=True)
