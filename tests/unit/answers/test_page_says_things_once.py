"""What a page leaves out, joins or says in other words, so that a reader meets each thing once."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bot.page import Page, Row, page
from bot.team_report import Against, NearestPart, TeamReport, Then
from bot.terminal import render
from bot.words.alternatives import untold
from tests.unit.answers.report_examples import EXAMPLES, WHY_NO_FAILURES, balanced, dramatic, failures_unknown


def _with(report: TeamReport, **changes: Any) -> Page:
    return page(report.model_copy(update={"reading": report.reading.model_copy(update=changes)}))


def _rows(report: TeamReport, **changes: dict[str, Any]) -> dict[str, Row]:
    metrics = report.metrics
    parts = {name: getattr(metrics, name).model_copy(update=update) for name, update in changes.items()}
    shown = page(report.model_copy(update={"metrics": metrics.model_copy(update=parts)}))
    return {row.name.partition(" (")[0]: row for row in shown.rows}


def _line(claim: str, *, checked: bool = True, supports: bool | None = False) -> Against:
    return Against(claim=claim, checked=checked, supports=supports if checked else None)


def _later(rule: str) -> Then:
    return Then(rule=rule, pattern=None, diagnosis="x", next_investment="x", says=f"{rule} holds.")


def test_a_reason_that_two_rows_share_is_told_once() -> None:
    rows = _rows(failures_unknown())
    assert rows["Change failure rate"].remarks == (WHY_NO_FAILURES,)
    assert rows["Time to recovery"].remarks == ("as for change failure rate",)


def test_a_missing_trend_that_two_rows_share_is_told_once() -> None:
    why = {"trend_why_unknown": "The history is too short."}
    rows = _rows(balanced(), deployment_frequency=why, lead_time=why)
    assert "no trend yet: the history is too short." in rows["Deployment frequency"].remarks
    assert "no trend yet, as for deployment frequency" in rows["Lead time"].remarks


def test_a_level_that_its_value_does_not_say_is_explained() -> None:
    rows = _rows(balanced(), lead_time={"value": 2_000_000.0, "borderline": True, "level_held": True})
    assert "it read healthy when it was last sure" in rows["Lead time"].remarks


def test_what_was_looked_at_comes_before_what_cannot_be_told() -> None:
    shown = _with(
        dramatic(),
        against=(
            _line("Whether changes grew can't be told: too few carry their lines.", checked=False),
            _line("No single service explains it."),
            _line("Whether rollbacks rose can't be told: too few are known.", checked=False),
            _line("One bad week explains it.", supports=True),
        ),
    )
    assert shown.against == (
        "One bad week explains it.",
        "No single service explains it.",
        "Too little data to tell whether changes grew or whether rollbacks rose.",
    )


def test_a_single_thing_that_cannot_be_told_keeps_its_reason() -> None:
    alone = "Whether changes grew can't be told: too few carry their lines."
    assert untold([alone]) == (alone,)
    assert untold([]) == ()


def test_later_rules_that_only_repeat_an_unknown_row_are_left_out() -> None:
    assert _with(dramatic(), then=tuple(map(_later, ("T1", "U2", "U3", "U1")))).then == ("T1 holds.", "U1 holds.")


@pytest.mark.parametrize(("differs_in", "near"), [(("lead_time",), True), (("change_failure_rate",), False)])
def test_no_pattern_is_near_to_what_is_not_known(differs_in: tuple[str, ...], near: bool) -> None:
    nearest = NearestPart(pattern="balanced", title="Balanced", differs_in=differs_in)
    assert ("nearest" in _with(failures_unknown(), nearest=nearest).pattern) is near


@pytest.mark.parametrize(("key", "labelled"), [("keep", False), ("hold", False), ("observability", True)])
def test_keeping_things_as_they_are_has_no_first_step(key: str, labelled: bool) -> None:
    investment = balanced().reading.next_investment.model_copy(update={"key": key})
    assert _with(balanced(), next_investment=investment).first_step.startswith("First step:") is labelled


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_no_name_of_a_metric_wraps_at_80_columns(example: Callable[[], TeamReport]) -> None:
    out = StringIO()
    Console(file=out, width=80).print(render(example()))
    lines = out.getvalue().splitlines()
    for row in page(example()).rows:
        assert any(line.startswith(row.name) for line in lines)
