"""The stand-in refuses what Slack would refuse, and slackblocks, which knows Slack's limits too, agrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import slackblocks as kit
from hypothesis import given
from hypothesis import strategies as st
from slackblocks.errors import InvalidUsageError

from bot.demo.slack_standin.verdict import characters, verdict

Blocks = list[Any]


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "words", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def cell(text: str = "1") -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def table(*rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"type": "table", "rows": list(rows), **more}


def chart(title: str = "Chart", series: int = 1, points: int = 3, **axis: Any) -> dict[str, Any]:
    weeks = [f"week {number}" for number in range(points)]
    data = [{"label": week, "value": 1} for week in weeks]
    lines = [{"name": f"line {number}", "data": data} for number in range(series)]
    axes = {"categories": weeks, **axis}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": "bar", "series": lines, "axis_config": axes},
    }


def pie(*values: float, label: str = "part") -> dict[str, Any]:
    segments = [{"label": f"{label} {number}", "value": value} for number, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Pie", "chart": {"type": "pie", "segments": segments}}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Why?"), "action_id": "why", **more}


TAKEN: list[tuple[str, Blocks]] = [
    ("a header of 150 characters", [{"type": "header", "text": plain("x" * 150)}]),
    ("a section of 3000 characters", [section("x" * 3000)]),
    ("a section of ten fields", [{"type": "section", "fields": [mrkdwn("x" * 2000)] * 6 + [plain("y")] * 4}]),
    ("a section with a button beside it", [section(accessory=button())]),
    ("50 blocks", [{"type": "divider"}] * 50),
    ("a context of ten elements", [{"type": "context", "elements": [mrkdwn("x")] * 10}]),
    ("25 buttons", [{"type": "actions", "elements": [button(action_id=f"{n}") for n in range(25)]}]),
    ("an image", [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "words"}]),
    ("markdown", [{"type": "markdown", "text": "x" * 12_000}]),
    ("rich text", [rich({"type": "text", "text": "words", "style": {"bold": True}})]),
    ("a table of 100 rows", [table(*[[cell()]] * 100)]),
    ("a table of 20 columns", [table([cell()] * 20)]),
    ("a number in a table", [table([{"type": "raw_number", "value": 14, "text": "14%"}])]),
    ("rich text in a table", [table([rich({"type": "text", "text": "words"})])]),
    ("a column without settings", [table([cell()] * 2, column_settings=[None, {"align": "right"}])]),
    ("two charts", [chart(), chart()]),
    ("a chart of 6 series and 20 points", [chart(series=6, points=20)]),
    ("a chart with named axes", [chart(x_label="x" * 50, y_label="%")]),
    ("a pie", [pie(11, 89)]),
]

REFUSED: list[tuple[str, Blocks, str]] = [
    ("a header of 151 characters", [{"type": "header", "text": plain("x" * 151)}], "at most 150 characters"),
    ("a header in mrkdwn", [{"type": "header", "text": mrkdwn("x")}], "plain_text"),
    ("a section of 3001 characters", [section("x" * 3001)], "at most 3000 characters"),
    ("a section without words", [section("")], "at least 1 character"),
    ("a section with nothing in it", [{"type": "section"}], "must have text or fields"),
    ("eleven fields", [{"type": "section", "fields": [mrkdwn("x")] * 11}], "at most 10 items"),
    ("a field of 2001 characters", [{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "at most 2000 characters"),
    ("51 blocks", [{"type": "divider"}] * 51, "no more than 50 items"),
    ("an eleventh element in a context", [{"type": "context", "elements": [mrkdwn("x")] * 11}], "at most 10 items"),
    ("an empty context", [{"type": "context", "elements": []}], "at least 1 item"),
    ("26 buttons", [{"type": "actions", "elements": [button()] * 26}], "at most 25 items"),
    ("a button of 76 characters", [{"type": "actions", "elements": [button(text=plain("x" * 76))]}], "at most 75"),
    ("an image without words", [{"type": "image", "image_url": "https://example.com/a.png"}], "Field required"),
    ("a type that nobody knows", [{"type": "hologram"}], "hologram"),
    ("an alert, which belongs in a dialogue", [{"type": "alert", "text": plain("x")}], "alert"),
    ("a key that nobody knows", [section(colour="red")], "Extra inputs"),
    ("a block without a type", [{"text": plain("x")}], "tag"),
    ("a block that is a word", ["words"], "object"),
    ("a text that is a number", [{"type": "header", "text": {"type": "plain_text", "text": 7}}], "valid string"),
    ("an empty cell", [table([cell("")])], "at least 1 character"),
    ("101 rows", [table(*[[cell()]] * 101)], "at most 100 items"),
    ("21 columns", [table([cell()] * 21)], "at most 20 items"),
    ("rows of different lengths", [table([cell()], [cell()] * 2)], "same number of cells"),
    ("two tables", [table([cell()]), table([cell()])], "no more than 1 table"),
    ("three charts", [chart()] * 3, "no more than 2 data_visualization"),
    ("a chart's title of 51 characters", [chart("x" * 51)], "at most 50 characters"),
    ("seven series", [chart(series=7)], "at most 6 items"),
    ("21 points", [chart(points=21)], "at most 20 items"),
    ("points that the axis does not know", [chart(categories=["other"])], "one point for each category"),
    ("a category twice", [chart(categories=["week 0", "week 0", "week 1"])], "categories must be unique"),
    ("an axis label of 51 characters", [chart(x_label="x" * 51)], "at most 50 characters"),
    ("a pie with a part of nothing", [pie(0, 1)], "greater than 0"),
    ("a label of 21 characters", [pie(1, label="x" * 20)], "at most 20 characters"),
    ("no number at all", [pie(float("nan"))], "finite number"),
]


@pytest.mark.parametrize(("blocks"), [pytest.param(blocks, id=name) for name, blocks in TAKEN])
def test_takes_what_slack_takes(blocks: Blocks) -> None:
    assert verdict("words", blocks).error is None


@pytest.mark.parametrize(("blocks", "why"), [pytest.param(blocks, why, id=name) for name, blocks, why in REFUSED])
def test_refuses_what_slack_refuses_and_says_why(blocks: Blocks, why: str) -> None:
    refused = verdict("words", blocks)
    assert refused.error == "invalid_blocks"
    assert why in " ".join(refused.messages)


@pytest.mark.parametrize(
    ("text", "blocks", "error"),
    [
        pytest.param("", None, "no_text", id="nothing at all"),
        pytest.param("", [], "no_text", id="an empty list of blocks"),
        pytest.param("x", [section("y" * 2900)] * 5, "msg_blocks_too_long", id="14,500 characters"),
        pytest.param("x", [{"type": "markdown", "text": "y" * 6001}] * 2, "msg_blocks_too_long", id="much markdown"),
    ],
)
def test_refuses_a_message_as_a_whole(text: str, blocks: Blocks | None, error: str) -> None:
    assert verdict(text, blocks).error == error


@pytest.mark.parametrize(
    ("text", "blocks", "warnings"),
    [
        pytest.param("words", None, (), id="words alone"),
        pytest.param("", [section()], ("missing_text_in_message",), id="blocks without words for notifications"),
        pytest.param("x" * 40_001, None, ("message_truncated",), id="words that Slack cuts"),
    ],
)
def test_warns_as_slack_warns(text: str, blocks: Blocks | None, warnings: tuple[str, ...]) -> None:
    taken = verdict(text, blocks)
    assert (taken.error, taken.warnings) == (None, warnings)


def test_counts_the_words_that_people_read() -> None:
    assert characters([section("four"), {"type": "divider", "block_id": "not read"}]) == len("four")


def bars(series: int, points: int) -> kit.DataVisualizationBlock:
    weeks = [f"week {number}" for number in range(points)]
    data = [kit.DataPoint(week, 1) for week in weeks]
    lines = [kit.DataSeries(f"line {number}", data) for number in range(series)]
    return kit.DataVisualizationBlock("Chart", kit.BarChart(lines, kit.AxisConfig(weeks)))


# What slackblocks builds of a size, the same as the bot would send it, and sizes around Slack's limit.
Pair = tuple[Callable[[int], Any], Callable[[int], Any], int]
PAIRS: dict[str, Pair] = {
    "header": (lambda n: kit.HeaderBlock("x" * n), lambda n: {"type": "header", "text": plain("x" * n)}, 150),
    "section": (lambda n: kit.SectionBlock("x" * n), lambda n: section("x" * n), 3000),
    "context": (
        lambda n: kit.ContextBlock([kit.Text("x")] * n),
        lambda n: {"type": "context", "elements": [mrkdwn("x")] * n},
        10,
    ),
    "markdown": (lambda n: kit.MarkdownBlock("x" * n), lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    "button": (
        lambda n: kit.ActionsBlock([kit.Button("x" * n, action_id="a")]),
        lambda n: {"type": "actions", "elements": [button(text=plain("x" * n))]},
        75,
    ),
    "rows": (lambda n: kit.TableBlock([[kit.RawText("1")]] * n), lambda n: table(*[[cell()]] * n), 100),
    "columns": (lambda n: kit.TableBlock([[kit.RawText("1")] * n]), lambda n: table([cell()] * n), 20),
    "points": (lambda n: bars(1, n), lambda n: chart(points=n), 20),
    "chart title": (
        lambda n: kit.DataVisualizationBlock("x" * n, kit.PieChart([kit.ChartSegment("part", 1)])),
        lambda n: pie(1) | {"title": "x" * n},
        50,
    ),
}


@pytest.mark.parametrize(("theirs", "ours", "most"), PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_agrees_with_slackblocks_at_each_limit(
    theirs: Callable[[int], Any], ours: Callable[[int], Any], most: int, beyond: int
) -> None:
    size = most + beyond
    assert (verdict("words", [ours(size)]).error is None) == is_built(lambda: theirs(size))


@given(series=st.integers(1, 6), points=st.integers(1, 20))
def test_takes_every_chart_that_slackblocks_builds(series: int, points: int) -> None:
    assert verdict("words", [bars(series, points)._resolve()]).error is None


@pytest.mark.parametrize("charts", [1, 2, 3])
def test_agrees_with_slackblocks_on_how_many_charts_a_message_holds(charts: int) -> None:
    built = is_built(lambda: kit.Message(channel="C1", text="words", blocks=[bars(1, 1) for _ in range(charts)]))
    assert (verdict("words", [chart()] * charts).error is None) == built


def is_built(build: Callable[[], object]) -> bool:
    try:
        build()
    except InvalidUsageError:
        return False
    return True
