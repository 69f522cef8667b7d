"""A first step names the place that holds most of the evidence, and never one that no event names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.metrics.measure import Metric
from bot.reading.first_step import STEPS, first_step
from bot.reading.movers import failures_behind
from bot.reading.rules import RULES
from bot.words.evidence import sentence

EMPTY = {
    "testing_infrastructure": "test_anything",
    "observability": "rehearse_anywhere",
    "incident_response": "rehearse_anywhere",
    "deployment_architecture": "rehearse_anywhere",
    "recovery_process": "rehearse_anywhere",
    "review_workflow": "review_anywhere",
    "pipeline_speed": "pipeline_anywhere",
    "deployment_process": "release_anywhere",
    "change_size": "release_in_parts",
    "batch_size": "slice_work",
    "hold": "hold_frequency",
    "failure_records": "record_failures",
    "incident_timestamps": "record_incidents_from_now",
    "stage_data": "connect_stages",
    "objectives": "set_objective_anywhere",
    "change_data": "connect_changes",
    "deployment_data": "connect_deployments",
    "keep": "keep_as_is",
}


def step(scene: Any, match: Any, investment: str, rule: str = "T1") -> Any:
    return first_step(match(rule, investment), scene.picture)


@pytest.mark.parametrize("investment", STEPS)
@pytest.mark.parametrize("rule", [rule.key for rule in RULES])
def test_every_rule_and_investment_has_a_step_without_any_data(
    scene: Any, match: Any, rule: str, investment: str
) -> None:
    found = step(scene, match, investment, rule)
    assert found.key == EMPTY[investment]
    assert found.events == ()
    assert sentence(found).endswith(".")


def payments(scene: Any, *, components: tuple[str, ...] | None, tests: int | None = 0) -> None:
    """Nine of twelve failures of four weeks come through checkout."""
    for day in range(1, 10):
        scene.ship(day, failed="verdict", components=components, test_files=tests)
    for day in range(1, 4):
        scene.ship(day, "search", failed="verdict", components=("api",), test_files=1)
    for day in range(10, 27):
        scene.ship(day, components=("ui",), test_files=1)


def test_testing_names_the_component_and_its_untested_changes(scene: Any, match: Any) -> None:
    payments(scene, components=("src/payments",))
    assert sentence(step(scene, match, "testing_infrastructure")) == (
        "Cover src/payments in checkout with regression tests; 9 of 12 failures in the last 4 weeks came through it, "
        "and 9 of the 9 changes behind them brought no test."
    )


@pytest.mark.parametrize("rule", ["testing_infrastructure", "observability"])
def test_the_failures_behind_a_step_came_through_its_place(scene: Any, match: Any, rule: str) -> None:
    """Also where its events are incidents; those that took longest come first, wherever others took longer still."""
    for day, service, hours in ((3, "search", 90), (4, "checkout", 5), (5, "checkout", 30), (6, "checkout", 9)):
        key = scene.deploy(day, service, failed="incident")
        detect = 1.0 if service == "search" else hours
        scene.recovery(day - 1, service, detect=detect, repair=hours - detect + 1)
        scene.recoveries[-1] = replace(scene.recoveries[-1], deployment=key)
    found = failures_behind(scene.picture, step(scene, match, rule).events)
    assert [sentence(claim) for claim in found] == [
        "checkout d-2 failed, 31 h to recover.",
        "checkout d-3 failed, 10 h to recover.",
        "checkout d-1 failed, 6 h to recover.",
    ]


def test_testing_stops_at_the_service_where_no_component_is_known(scene: Any, match: Any) -> None:
    payments(scene, components=None)
    found = step(scene, match, "testing_infrastructure")
    assert (found.key, found.figures["service"], found.figures["part"], found.figures["of"]) == (
        *("test_service", "checkout"),
        *(9, 12),
    )
    assert found.events[0] == "deployment:file:d-0"


def test_testing_says_nothing_of_tests_that_nobody_counted(scene: Any, match: Any) -> None:
    payments(scene, components=("src/payments",), tests=None)
    assert sentence(step(scene, match, "testing_infrastructure")).endswith("came through it.")


def test_of_components_in_every_failure_the_less_busy_one_is_named(scene: Any, match: Any) -> None:
    payments(scene, components=("ui", "src/payments"))
    assert step(scene, match, "testing_infrastructure").figures["component"] == "src/payments"


def test_testing_for_a_gate_that_blocks_moves_its_check(scene: Any, match: Any) -> None:
    payments(scene, components=None)
    scene.deploy(3, successful=False, gates=[("security", 1, "rejected")])
    assert step(scene, match, "testing_infrastructure", "X2").figures["gate"] == "security"
    assert step(scene, match, "testing_infrastructure", "T1").key == "test_service"


@pytest.mark.parametrize(
    ("investment", "key", "seconds"),
    [
        ("observability", "observe_service", 14_400.0),
        ("incident_response", "repair_service", 7_200.0),
        ("deployment_architecture", "fix_deploy_service", 3_600.0),
        ("recovery_process", "recover_service", 10_800.0),
    ],
)
def test_recovery_names_the_service_on_which_that_stage_took_longest(
    scene: Any, match: Any, investment: str, key: str, seconds: float
) -> None:
    for day in (3, 4, 5):
        scene.recovery(day, "checkout", detect=4, acknowledge=0.1, repair=2, fix_deploy=1)
        scene.recovery(day, "search", detect=0.1, acknowledge=0.1, repair=0.1, fix_deploy=0.1)
    found = step(scene, match, investment, "M1")
    assert (found.key, found.figures["service"], found.figures["n"]) == (key, "checkout", 3)
    assert found.figures["seconds"] == pytest.approx(seconds)


def test_recovery_without_stages_names_the_service_that_had_most_of_them(scene: Any, match: Any) -> None:
    scene.recovery(0, "search", open_for=5)
    scene.recovery(0, "search", open_for=6)
    scene.recovery(0, "checkout", open_for=7)
    found = step(scene, match, "observability", "M1")
    assert (found.key, found.figures["service"], found.figures["part"], found.figures["of"]) == (
        "time_service",
        "search",
        2,
        3,
    )


def reviewed(scene: Any, count: int = 24, **event: Any) -> None:
    for position in range(count):
        extra = {name: value(position) for name, value in event.items()}
        large = extra.pop("slow", False)
        scene.ship(1 + position / 10, stages={"coding": 1.0, "pickup": 40.0 if large else 4.0}, **extra)


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"additions": lambda at: 900 if at % 4 == 0 else 40, "slow": lambda at: at % 4 == 0}, "split_large_changes"),
        ({"issues": lambda at: () if at % 3 == 0 else ("A-1",), "slow": lambda at: at % 3 == 0}, "clarify_scope"),
        ({"review_rounds": lambda at: 4 if at % 3 == 0 else 1, "slow": lambda at: at % 3 == 0}, "clarify_scope"),
        ({}, "review_service"),
    ],
    ids=["large changes", "no issue", "many rounds", "nothing upstream"],
)
def test_a_review_bottleneck_is_mended_upstream_where_a_cause_is_seen(
    scene: Any, match: Any, event: dict[str, Any], key: str
) -> None:
    reviewed(scene, **event)
    found = step(scene, match, "review_workflow", "L2")
    assert found.key == key
    assert sentence(found)


def test_large_changes_are_no_cause_where_their_reviews_take_hardly_longer(scene: Any, match: Any) -> None:
    for position in range(24):
        large = position % 4 == 0
        stages = {"coding": 1.0, "pickup": 5.0 if large else 4.0}
        scene.ship(1 + position / 10, stages=stages, additions=900 if large else 40)
    assert step(scene, match, "review_workflow", "L2").key == "review_service"


def test_flaky_tests_are_named_with_their_pipeline(scene: Any, match: Any) -> None:
    reviewed(scene)
    for number in range(4):
        scene.run(5, sha=f"s{number}", pipeline="nightly", status="failure")
        scene.run(4, sha=f"s{number}", pipeline="nightly", attempt=2)
    assert sentence(step(scene, match, "review_workflow", "L2")) == (
        "Mend the flaky tests of nightly; on 4 of 4 commits it failed and then passed."
    )


def test_a_failure_after_a_success_is_no_flake(scene: Any, match: Any) -> None:
    reviewed(scene)
    for number in range(4):
        scene.run(5, sha=f"s{number}")
        scene.run(4, sha=f"s{number}", status="failure", attempt=2)
    assert step(scene, match, "review_workflow", "L2").key == "review_service"


def test_the_pipeline_with_most_of_the_time_is_named(scene: Any, match: Any) -> None:
    for day in (1, 2, 3):
        scene.run(day, pipeline="build", minutes=5)
        scene.run(day, pipeline="end-to-end", minutes=50)
    found = step(scene, match, "pipeline_speed", "L2")
    assert (found.figures["pipeline"], found.figures["seconds"]) == ("end-to-end", 3_000.0)


@pytest.mark.parametrize(
    ("ship", "key"),
    [
        ({"stages": {"gate": 20.0, "release_wait": 1.0}, "gates": [("board", 20, "approved")]}, "ease_gate"),
        ({"stages": {"release_wait": 20.0, "deploy": 1.0}, "trigger": "manual"}, "automate_release"),
        ({"stages": {"release_wait": 20.0, "deploy": 1.0}}, "release_sooner"),
        ({"stages": {"release_wait": 1.0, "deploy": 20.0}}, "shorten_rollout"),
    ],
)
def test_deployment_process_names_the_longest_wait_after_the_merge(
    scene: Any, match: Any, ship: dict[str, Any], key: str
) -> None:
    scene.ship(3, **ship)
    found = step(scene, match, "deployment_process", "F1")
    assert found.key == key
    assert sentence(found)


def test_deployment_process_names_what_waits_where_no_stage_is_known(scene: Any, match: Any) -> None:
    scene.deploy(40)
    scene.change(10)
    scene.change(20)
    found = step(scene, match, "deployment_process", "F1")
    assert sentence(found) == "Release what waits in checkout: 2 merged changes, the oldest for 20 days."


def test_failure_records_count_the_changes_that_look_like_fixes(scene: Any, match: Any) -> None:
    scene.change(60, hotfix=True)
    scene.change(30, reverts="c-0")
    scene.change(20)
    found = step(scene, match, "failure_records", "U1")
    assert (found.figures["n"], found.figures["since"]) == (2, "2026-09-03")
    assert found.events == ("change:file:c-1", "change:file:c-0")


def test_incident_timestamps_name_the_time_that_is_missing_most(scene: Any, match: Any) -> None:
    for day in (3, 4, 5):
        scene.incident(day, service="search", detected_at=scene.ago(day))
    found = step(scene, match, "incident_timestamps", "U2")
    assert sentence(found) == (
        "For each incident, record when someone took it; 3 of 3 incidents carry no such time, most of them in search."
    )


def test_stage_data_name_the_moment_that_is_missing_most(scene: Any, match: Any) -> None:
    scene.ship(3, stages={"unknown": 30.0}, opened_at=scene.ago(4), reviews=1)
    scene.ship(4, stages={"unknown": 30.0}, opened_at=scene.ago(5), first_review_at=scene.ago(4.5))
    found = step(scene, match, "stage_data", "L0")
    assert (found.figures["which"], found.figures["part"], found.figures["share"]) == ("approved", 2, 1.0)


def test_an_objective_begins_with_what_is_measured(scene: Any, match: Any) -> None:
    scene.deploy(3, "search")
    assert step(scene, match, "objectives", "U3").figures["service"] == "search"
    scene.reliability = {"value": 0.9971, "basis": "incidents"}
    assert step(scene, match, "objectives", "U3").key == "set_availability"


@pytest.mark.parametrize(
    ("deployments", "changes", "key"), [(1, 2, "check_deployments"), (0, 2, "connect_deployments_of_service")]
)
def test_deployment_data_tell_what_is_there(scene: Any, match: Any, deployments: int, changes: int, key: str) -> None:
    for _ in range(deployments):
        scene.deploy(90)
    for day in range(changes):
        scene.change(day + 1)
    found = step(scene, match, "deployment_data", "F0")
    assert (found.key, found.figures["service"], found.figures["n"]) == (key, "checkout", changes)


def test_a_balanced_team_rehearses_what_it_never_needed(scene: Any, match: Any) -> None:
    scene.ship(3, stages={"pickup": 5.0, "coding": 1.0})
    assert sentence(step(scene, match, "keep", "OK")).startswith("Nothing needs an investment; the next limit would be")
    scene.untested = True
    assert step(scene, match, "keep", "OK").figures["service"] == "checkout"


def test_a_step_names_at_most_twenty_events(scene: Any, match: Any) -> None:
    for day in range(1, 27):
        scene.deploy(day, failed="verdict")
    found = step(scene, match, "testing_infrastructure")
    assert found.metric is Metric.CHANGE_FAILURE_RATE
    assert len(found.events) == 20


@pytest.mark.parametrize(("rule", "key"), [("F1", "speed_pipeline"), ("L2", "release_sooner")])
def test_a_rare_release_may_wait_for_its_pipeline(scene: Any, match: Any, rule: str, key: str) -> None:
    scene.ship(3, stages={"pipeline": 20.0, "release_wait": 5.0})
    scene.run(3.1)
    assert step(scene, match, "deployment_process", rule).key == key


@pytest.mark.parametrize(
    ("investment", "said"),
    [
        ("failure_records", "Import incidents beside the git history"),
        ("stage_data", "Import pull requests and pipeline runs beside the git history"),
        ("deployment_data", "a clone that was not fetched for long looks the same"),
    ],
)
def test_a_git_history_alone_is_asked_for_what_goes_with_it(scene: Any, match: Any, investment: str, said: str) -> None:
    scene.deploy(3, source="git")
    seen = scene.picture
    assert said in sentence(first_step(match("U1", investment), seen))


def test_one_failure_is_not_told_as_a_share(scene: Any, match: Any) -> None:
    scene.ship(3, failed="verdict", components=("src/payments",))
    assert sentence(step(scene, match, "testing_infrastructure")) == (
        "Begin with regression tests on checkout; the only failure in the last 4 weeks came through it."
    )
