"""Evidence, other explanations, watch lines, notes and movers: each with its figure and its events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.reading.about_recovery import OWN_OBJECTIVE
from bot.reading.alternatives import alternatives
from bot.reading.evidence import BUILDERS, evidence
from bot.reading.movers import movers
from bot.reading.notes import notes
from bot.reading.reading import Claim
from bot.reading.rules import RULES
from bot.reading.watch import watch
from bot.regression.net import NetLine
from bot.teams import Freeze, Team
from bot.words.evidence import sentence

DF, LT, CFR, RECOVERY, REL = Metric


def test_every_rule_has_its_evidence() -> None:
    assert {rule.key for rule in RULES} == set(BUILDERS)


@pytest.mark.parametrize("rule", BUILDERS)
def test_evidence_without_data_is_short_and_sayable(scene: Any, match: Any, rule: str) -> None:
    found = evidence(match(rule), scene.picture)
    assert all(sentence(claim) for claim in found)
    assert len(found) <= 1 or rule == "X2"


def regression(scene: Any, days: Any) -> None:
    """More deployments, more of them failing in checkout, fewer reviews, fewer tests."""
    scene.levels[CFR] = Level.POOR
    scene.trends |= {DF: Trend.IMPROVING, CFR: Trend.WORSENING}
    scene.ratios |= {DF: 1.8, CFR: 2.5}
    for position, day in enumerate(days(150, 500, 60)):
        failed = "incident" if position % 10 == 0 else None
        key = scene.ship(day, failed=failed, reviews=1, test_files=1, additions=40, components=("ui",))
        if failed:
            scene.incident(day, cause=key, severity="sev2")
        scene.ship(day + 0.3, "search", reviews=1, test_files=1, additions=40)
    for position, day in enumerate(days(1, 89, 60)):
        failed = "incident" if position % 2 == 0 else None
        key = scene.ship(
            day, failed=failed, reviews=position % 3, test_files=position % 2, additions=42, components=("src/pay",)
        )
        if failed:
            scene.incident(day, cause=key, severity="sev2")
        scene.ship(day + 0.3, "search", reviews=1, test_files=1, additions=40)


@pytest.mark.parametrize("rule", ["X1", "T1", "T2"])
def test_a_regression_has_evidence_with_figures_and_events(scene: Any, days: Any, match: Any, rule: str) -> None:
    regression(scene, days)
    found = evidence(match(rule), scene.picture)
    keys = {claim.key for claim in found}
    assert keys >= {"failures_rose", "failures_concentrated", "failures_untested", "unreviewed_rose"}
    assert all(claim.value is not None and 0 < len(claim.events) <= 20 for claim in found)


def test_failures_a_week_stand_beside_the_failure_rate(scene: Any, days: Any, match: Any) -> None:
    regression(scene, days)
    claim = next(claim for claim in evidence(match("X1"), scene.picture) if claim.key == "failures_rose")
    assert sentence(claim) == (
        "Failures a week went from 0.12 to 2.3, and the share of deployments that fail from 5% (6 of 120) "
        "to 25% (30 of 120)."
    )
    assert claim.events[0] == "deployment:file:d-120"


def test_the_evidence_names_the_component_that_failures_came_through(scene: Any, days: Any, match: Any) -> None:
    regression(scene, days)
    claim = next(claim for claim in evidence(match("X1"), scene.picture) if claim.key == "failures_concentrated")
    assert (claim.figures["service"], claim.figures["component"]) == ("checkout", "src/pay")


def explained(scene: Any, match: Any, rule: str = "T1") -> dict[str, tuple[bool, bool | None]]:
    found = alternatives(match(rule), scene.picture)
    assert all(sentence(each.claim) for each in found)
    assert [each.supports for each in found] == sorted((each.supports for each in found), key=lambda holds: not holds)
    return {each.claim.key: (each.checked, each.supports) for each in found}


def test_every_explanation_is_named_even_without_data(scene: Any, match: Any) -> None:
    assert explained(scene, match) == {
        "definition_unlikely": (True, False),
        "service_nothing_poor": (True, False),
        "reporting_unknown": (False, None),
        "rollbacks_unknown": (False, None),
        "severity_unknown": (False, None),
        "size_unknown": (False, None),
        "mix_unknown": (False, None),
        "pause_unknown": (False, None),
        "burst_unknown": (False, None),
    }


def test_a_regression_in_one_service_is_explained_by_it_and_by_nothing_else(scene: Any, days: Any, match: Any) -> None:
    regression(scene, days)
    found = explained(scene, match)
    assert {key for key, (_, supports) in found.items() if supports} == {"service_likely"}
    assert {
        "reporting_unlikely",
        "severity_unlikely",
        "size_unlikely",
        "mix_unlikely",
        "burst_unlikely",
    } <= found.keys()


def test_more_tickets_a_failure_speak_for_wider_reporting(scene: Any, days: Any, match: Any) -> None:
    for first, last, tickets in ((150, 500, 1), (1, 89, 2)):
        for day in days(first, last, 8):
            key = scene.deploy(day, failed="incident")
            for number in range(tickets):
                scene.incident(day, cause=key, severity=f"sev{number}")
    found = explained(scene, match)
    assert found["reporting_likely"] == (True, True)
    assert found["severity_likely"] == (True, True)


def test_rollbacks_that_rose_speak_against_wider_reporting(scene: Any, days: Any, match: Any) -> None:
    for first, last, every in ((150, 500, 10), (1, 89, 2)):
        for position, day in enumerate(days(first, last, 40)):
            scene.deploy(day)
            if position % every == 0:
                scene.deploy(day - 0.1, planned=False, rollback_of="any")
    scene.ratios[CFR] = 4.0
    assert explained(scene, match)["rollbacks_rose"] == (True, False)


def test_the_mix_explains_a_rise_where_every_service_is_flat(scene: Any, days: Any, match: Any) -> None:
    for first, last, fragile in ((150, 500, 10), (1, 89, 40)):
        for service, count, every in (("old", fragile, 2), ("new", 50 - fragile, 10)):
            for position, day in enumerate(days(first, last, count)):
                scene.deploy(day, service, failed="verdict" if position % every == 0 else None)
    assert explained(scene, match)["mix_likely"] == (True, True)


def test_larger_changes_explain_by_size(scene: Any, days: Any, match: Any) -> None:
    for first, last, lines in ((150, 500, 40), (1, 89, 90)):
        for day in days(first, last, 30):
            scene.change(day, additions=lines)
    assert explained(scene, match)["size_likely"] == (True, True)


def test_a_freeze_and_a_changed_definition_are_named(scene: Any, match: Any) -> None:
    scene.team = Team("team-x", "Team X", ("*",), freezes=(Freeze(date(2026, 9, 1), date(2026, 9, 10)),))
    scene.definitions = [
        SimpleNamespace(key="definition:file:1", at=scene.ago(10), metrics=("change_failure_rate",), what="Sev3 added")
    ]
    found = {each.claim.key: each for each in alternatives(match("T1"), scene.picture)}
    assert found["freeze_likely"].supports
    assert sentence(found["definition_likely"].claim) == (
        "On 23 October the measuring of change failure rate changed (Sev3 added)."
    )


def test_quiet_weeks_look_like_a_holiday(scene: Any, match: Any) -> None:
    for week in range(13):
        for day in range(1 if week < 3 else 10):
            scene.deploy(week * 7 + 0.5 + day / 2)
    claim = next(each.claim for each in alternatives(match("F4"), scene.picture) if each.claim.key == "pause_likely")
    assert (claim.figures["weeks"], claim.figures["of"]) == (3, 13)


def test_untested_recovery_speaks_against_a_balanced_reading(scene: Any, match: Any) -> None:
    scene.deploy(3)
    scene.untested = True
    assert explained(scene, match, "OK")["recovery_unproven"] == (True, True)


def test_validation_debt_is_a_watch_line_before_failures_move(scene: Any, days: Any) -> None:
    scene.trends[LT] = Trend.IMPROVING
    for first, last, hours, every in ((150, 500, 40, 100), (1, 89, 4, 2)):
        for position, day in enumerate(days(first, last, 60)):
            opened = scene.ago(day + (hours + 2) / 24)
            scene.ship(day, stages={"coding": 5, "unknown": hours}, opened_at=opened, reviews=int(position % every > 0))
    (line,) = watch(scene.picture)
    assert sentence(line).endswith("Failures have not moved yet.")
    scene.trends[LT] = Trend.FLAT
    assert watch(scene.picture) == ()


def test_stability_that_worsens_alone_is_a_watch_line(scene: Any) -> None:
    scene.trends[CFR], scene.ratios[CFR] = Trend.WORSENING, 2.0
    assert [line.key for line in watch(scene.picture)] == ["failures_rise"]
    scene.trends[DF] = Trend.IMPROVING
    assert watch(scene.picture) == ()


def bare(scene: Any) -> None:
    scene.change(200)
    for day in range(1, 7):
        scene.deploy(day)


def split(scene: Any) -> None:
    for day in range(1, 7):
        scene.deploy(day)
        scene.deploy(day - 5 / 1440)


def at_once(scene: Any) -> None:
    for day in range(1, 5):
        scene.incident(day, hours=1 / 60)


def labels(scene: Any) -> None:
    for day in range(150, 500, 20):
        scene.change(day, hotfix=True)
    for day in (3, 5):
        scene.change(day, reverts="x")


@pytest.mark.parametrize(
    ("arrange", "key"),
    [
        (bare, "bare_deployments"),
        (split, "split_deployments"),
        (at_once, "incidents_closed_at_once"),
        (labels, "hotfix_labels_vanished"),
    ],
)
def test_signs_of_gaming_are_noted_without_accusation(scene: Any, arrange: Any, key: str) -> None:
    arrange(scene)
    (note,) = notes(scene.picture)
    assert note.key == key
    assert note.events


def test_an_ordinary_team_gets_no_note(scene: Any) -> None:
    for day in range(1, 30):
        scene.ship(day, hotfix=day % 5 == 0)
        scene.incident(day)
    assert notes(scene.picture) == ()


def test_movers_are_failures_rollbacks_and_long_waits_of_the_last_four_weeks(scene: Any) -> None:
    for day in range(5, 25):
        scene.ship(day, stages={"coding": 1.0, "review": 3.0})
    scene.ship(4, stages={"coding": 1.0, "review": 90.0})
    failed = scene.deploy(3, failed="verdict")
    scene.deploy(2, planned=False, rollback_of=failed)
    scene.deploy(40, failed="verdict")
    found = movers(scene.picture)
    assert [claim.key for claim in found] == ["failed", "rolled_back", "waited_review"]
    assert all(len(claim.events) == 1 for claim in found)
    assert sentence(found[2]) == "checkout c-20 was in review for 3.8 days."


def test_a_mover_that_is_not_mended_says_so(scene: Any) -> None:
    key = scene.deploy(3, failed="verdict")
    scene.recovery(0, open_for=72)
    scene.recoveries[0] = SimpleNamespace(**{**_fields(scene.recoveries[0]), "deployment": key, "key": "x"})
    (claim,) = movers(scene.picture)
    assert sentence(claim) == "checkout d-0 failed and is not mended yet, after 3 days."


def _fields(fact: Any) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__slots__}


def test_a_default_is_said_to_be_one(scene: Any, match: Any) -> None:
    found = {each.claim.key for each in alternatives(match("M1", "observability"), scene.picture)}
    assert "recovery_stages_unknown" in found
    found = {each.claim.key for each in alternatives(match("S5"), scene.picture)}
    assert "no_clear_driver" in found


def test_a_handful_of_incidents_is_no_new_mix_of_severities(scene: Any, days: Any, match: Any) -> None:
    for position, day in enumerate(days(150, 500, 21)):
        scene.incident(day, severity=f"sev{position % 2 + 2}")
    for day in days(1, 89, 4):
        scene.incident(day, severity="sev2")
    assert explained(scene, match)["severity_unlikely"] == (True, False)


@pytest.mark.parametrize(
    ("trend", "expected"),
    [
        (Trend.FLAT, ("pace_flat", True)),
        (Trend.IMPROVING, ("pace_rose", False)),
        (Trend.UNKNOWN, ("pace_unknown", None)),
    ],
)
def test_a_pace_that_did_not_grow_speaks_against_a_pace_that_exceeds_absorption(
    scene: Any, match: Any, trend: Trend, expected: tuple[str, bool | None]
) -> None:
    scene.trends[DF] = trend
    seen = scene.picture
    verdict = replace(seen.trends[DF], recent_value=8.0, baseline_value=10.1)
    looked_at = alternatives(match("S5"), replace(seen, trends={**seen.trends, DF: verdict}))
    found = next(each for each in looked_at if each.claim.key.startswith("pace_"))
    assert (found.claim.key, found.supports) == expected
    assert ("10.1" in sentence(found.claim)) is found.checked


def test_an_objective_without_a_name_of_its_own_can_be_said() -> None:
    figures = {"name": OWN_OBJECTIVE, "availability": 0.991, "objective": 0.995, "days": 28.0, "spent": 1.8}
    assert sentence(Claim("budget_overspent", figures)).startswith("Availability was at 99.1%")


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "1 planned deployment in the last week: 1 a week; healthy is at least 1 a week."),
     (0, "0 planned deployments in the last week: 0 a week; healthy is at least 1 a week.")],
)  # fmt: skip
def test_a_cadence_is_told_with_its_count_first(n: int, said: str) -> None:
    assert sentence(Claim("deployment_frequency", {"n": n, "rate": float(n), "days": 7.0, "band": 1.0})) == said


@pytest.mark.parametrize(("ratio", "shown"), [(1.9, True), (0.8, False)])
def test_less_failure_time_does_not_speak_for_a_loss_of_stability(
    scene: Any, match: Any, ratio: float, shown: bool
) -> None:
    scene.net = NetLine(failure_hours_per_week=ratio, previous=1.0, ratio=ratio)
    assert ("failure_hours" in {claim.key for claim in evidence(match("S5"), scene.picture)}) is shown
