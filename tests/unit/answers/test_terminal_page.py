from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from rich.console import Console

from bot.blocks.report import message
from bot.team_report import TeamReport
from bot.terminal import render
from tests.unit.answers.report_examples import EXAMPLES, dramatic, failures_unknown
from tests.unit.answers.report_strategy import reports
from tests.unit.answers.slack_rules import strings


def printed(report: TeamReport, width: int = 80, *, colour: bool = False) -> str:
    out = StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None).print(
        render(report)
    )
    return out.getvalue()


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_page_fits_80_columns_and_needs_no_colour(example: Callable[[], TeamReport]) -> None:
    page = printed(example())
    assert max(map(len, page.splitlines())) <= 80
    assert "\x1b" not in page
    assert _flat(example().reading.says) in _flat(page)


def test_colour_adds_no_meaning() -> None:
    report = dramatic()
    plain, coloured = printed(report), printed(report, colour=True)
    assert "\x1b[1m" in coloured
    for word in ("improving", "worsening", "healthy", "poor"):
        assert word in plain


def test_the_table_reads_across() -> None:
    lines = printed(dramatic()).splitlines()
    row = next(line for line in lines if line.startswith("Change failure rate"))
    assert row.split() == ["Change", "failure", "rate", "32%", "(16", "of", "50)", "16%", "↑", "worsening", "poor"]


def test_the_terminal_says_what_slack_says() -> None:
    report = dramatic()
    page = _flat(printed(report, width=200))
    said = [text for text in strings(list(message(report).blocks)) if text.endswith(".")]
    assert len(said) > 12
    for sentence in said:
        assert _flat(sentence) in page


def test_charts_are_bars_with_their_numbers_in_words() -> None:
    page = printed(dramatic(), width=200)
    assert "▂" in page
    assert "█" in page
    assert "Failure hours 0, 4.5, 9, 13.5" in page
    assert "█" not in printed(failures_unknown())


def test_markup_and_control_characters_are_inert() -> None:
    report = dramatic()
    reading = report.reading.model_copy(update={"says": "[red]x[/red] \x1b[31my\x00\u202ez [/nope]"})
    page = printed(report.model_copy(update={"reading": reading}), colour=True)
    assert "[red]x[/red] [31myz [/nope]" in page


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(reports)
def test_any_report_is_a_page(report: TeamReport) -> None:
    page = printed(report)
    assert "\x1b" not in page
    assert "\x00" not in page
    assert len(page.splitlines()) < 600
