from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.blocks.message import in_words
from bot.blocks.report import message
from bot.team_report import TeamReport
from tests.unit.answers.report_examples import EXAMPLES, balanced, dramatic, failures_unknown
from tests.unit.answers.report_strategy import reports
from tests.unit.answers.slack_rules import check, strings

examples = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
MENTION = re.compile(r"<[!@#]|@(channel|here|everyone)")


def _kinds(blocks: tuple[dict[str, Any], ...]) -> list[str]:
    return [block["type"] for block in blocks]


def _read(blocks: tuple[dict[str, Any], ...]) -> str:
    return "\n".join(strings(list(blocks)))


@examples
def test_slack_takes_the_answer(example: Callable[[], TeamReport]) -> None:
    sent = message(example())
    check(sent.blocks)
    assert 0 < len(sent.text) <= 1_200


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(reports)
def test_slack_takes_any_answer_and_nobody_is_notified(report: TeamReport) -> None:
    sent = message(report)
    check(sent.blocks)
    json.dumps(sent.blocks, allow_nan=False)
    assert len(sent.text) <= 1_200
    assert len(sent.words) <= 4_000
    everything = "\n".join((sent.text, sent.words, _read(sent.blocks)))
    assert not MENTION.search(everything)
    assert "<" not in sent.text + sent.words
    assert "\x1b" not in everything
    assert "\x00" not in everything


def test_the_first_line_answers_so_what_and_the_next_what_to_do() -> None:
    sent = message(dramatic())
    first, small, invest, table = sent.blocks[:4]
    assert _read((first,)).startswith("team-x has bought speed with stability")
    assert first["elements"][0]["elements"][0]["style"] == {"bold": True}
    assert _read((small,)) == "Checklist-style regression; the levels read Fast delivery, poor reliability"
    assert _read((invest,)) == (
        "Invest next in: regression testing.\n"
        "First step: Cover checkout's src/payments; 9 of 16 failures came through it."
    )
    assert table["type"] == "table"


def test_the_five_metrics_stand_in_one_table() -> None:
    table = next(block for block in message(dramatic()).blocks if block["type"] == "table")
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert rows == [
        ["Metric", "Last 4 weeks", "Before", "Trend", "Reads as"],
        ["Deployment frequency", "12.5 a week (50)", "7.1", "↑ improving", "healthy"],
        ["Lead time", "26 h (140)", "1.9 days", "↓ improving", "healthy"],
        ["Change failure rate", "32% (16 of 50)", "16%", "↑ worsening", "poor; 90% interval 22% to 43%"],
        ["Time to recovery", "31 h (15)", "18 h", "↑ worsening", "poor; 1 still open, the oldest for 2 days"],
        ["Reliability (SLO)", "99.71%", "99.93%", "↓ worsening", "poor; objective 99.9% missed"],
    ]


def test_a_row_with_another_window_names_it() -> None:
    report = balanced()
    lead = report.metrics.lead_time
    longer = lead.model_copy(update={"window": lead.window.model_copy(update={"days": 91.0})})
    changed = report.model_copy(update={"metrics": report.metrics.model_copy(update={"lead_time": longer})})
    assert "9 h (60), 13 weeks" in _read(message(changed).blocks)


def test_the_answer_keeps_its_order() -> None:
    read = _read(message(dramatic()).blocks)
    order = (
        "team-x has bought",
        "Checklist-style",
        "Invest next in",
        "Metric",
        "Rework",
        "Did things improve overall",
        "For",
        "Against",
        "Not yet",
        "Confidence:",
        "Would change our mind:",
        "Missing",
        "Failure hours a week",
        "Deployments and failed deployments a week",
        "figures to Mon 2 Nov 2026, 00:00 Berlin",
    )
    places = [read.index(piece) for piece in order]
    assert places == sorted(places)


def test_charts_have_their_figures_in_words_beside_them() -> None:
    blocks = message(dramatic()).blocks
    places = [place for place, kind in enumerate(_kinds(blocks)) if kind == "data_visualization"]
    assert len(places) == 2
    for place in places:
        values = [point["value"] for point in blocks[place]["chart"]["series"][0]["data"]]
        assert len(values) == 12
        assert f"{values[-1]:g}" in _read((blocks[place + 1],))


def test_weeks_with_unknown_values_are_in_no_series_and_too_few_draw_nothing() -> None:
    assert "data_visualization" not in _kinds(message(failures_unknown()).blocks)
    report = dramatic()
    history = tuple(
        week.model_copy(update={"failed": None, "failure_hours": None}) if place < 9 else week
        for place, week in enumerate(report.history)
    )
    charts = [
        block["chart"]
        for block in message(report.model_copy(update={"history": history})).blocks
        if block["type"] == "data_visualization"
    ]
    assert [chart["axis_config"]["categories"] for chart in charts] == [["12 Oct", "19 Oct", "26 Oct"]] * 2


def test_nothing_at_all_in_twelve_weeks_draws_no_empty_chart() -> None:
    report = dramatic()
    history = tuple(week.model_copy(update={"failed": 0, "failure_hours": 0.0}) for week in report.history)
    charts = [
        block
        for block in message(report.model_copy(update={"history": history})).blocks
        if block["type"] == "data_visualization"
    ]
    assert [chart["title"] for chart in charts] == ["Deployments and failed deployments a week"]


def test_a_row_without_a_trend_says_why() -> None:
    report = balanced()
    lead = report.metrics.lead_time.model_copy(update={"trend": "unknown", "trend_why_unknown": "Not enough data."})
    changed = report.model_copy(update={"metrics": report.metrics.model_copy(update={"lead_time": lead})})
    assert "healthy; no trend yet: not enough data." in _read(message(changed).blocks)


@examples
def test_refused_blocks_are_told_as_words(example: Callable[[], TeamReport]) -> None:
    report = example()
    told = in_words(message(report))
    assert told.blocks == ()
    assert report.reading.says in told.text
    assert report.reading.next_investment.first_step in told.text
    for name in ("Deployment frequency", "Lead time", "Change failure rate", "Time to recovery", "Reliability"):
        assert f"\n{name}" in told.text
    assert report.net.says in told.text


def test_charts_are_told_as_words_too() -> None:
    assert "Failure hours a week, 10 Aug to 26 Oct: Failure hours 0, 4.5, 9" in in_words(message(dramatic())).text


def test_a_name_of_3000_characters_and_a_title_that_shouts_do_no_harm() -> None:
    report = dramatic()
    reading = report.reading.model_copy(update={"says": "x" * 3_000, "title": "<!channel>"})
    sent = message(report.model_copy(update={"name": "y" * 3_000, "reading": reading}))
    check(sent.blocks)
    assert sent.text.count("x") < 1_200
    assert "<!channel>" not in _read(sent.blocks) + sent.text + sent.words


def test_a_long_list_counts_what_it_leaves_out() -> None:
    report = dramatic()
    evidence = tuple(each.model_copy(update={"claim": "x" * 200}) for each in report.reading.evidence[:1] * 9)
    reading = report.reading.model_copy(update={"evidence": evidence})
    assert "and 2 more" in _read(message(report.model_copy(update={"reading": reading})).blocks)


def test_every_other_explanation_is_shown_where_they_are_short() -> None:
    report = dramatic()
    against = tuple(report.reading.against[0].model_copy(update={"claim": f"Explanation {n}."}) for n in range(10))
    reading = report.reading.model_copy(update={"against": against})
    read = _read(message(report.model_copy(update={"reading": reading})).blocks)
    assert all(f"Explanation {n}." in read for n in range(10))


FREE = {
    "says",
    "title",
    "claim",
    "what",
    "why",
    "missing",
    "effect",
    "fix",
    "first_step",
    "why_unknown",
    "confidence_says",
    "would_change_our_mind",
    "name",
}
LISTS = {"evidence", "against", "not_yet", "then", "data", "watch", "notes"}


def _swollen(value: Any, text: str, key: str = "") -> Any:
    """The same report with every sentence as long as a source could make it, and every list many times as long."""
    if isinstance(value, dict):
        return {name: _swollen(inner, text, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_swollen(inner, text, key) for inner in value] * (40 if key in LISTS else 1)
    return text if key in FREE or key in {"watch", "notes"} else value


@pytest.mark.parametrize("text", ["word " * 900, "x" * 3_000, "&" * 3_000, "<!channel>" * 300])
def test_the_longest_answer_still_fits(text: str) -> None:
    report = dramatic().model_copy(update={"notes": ("a note",)})
    swollen = TeamReport.model_validate(_swollen(report.model_dump(mode="json"), text))
    sent = message(swollen)
    check(sent.blocks)
    assert len(sent.words) <= 4_000
    assert len(sent.text) <= 1_200
