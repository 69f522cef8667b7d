"""What Slack refuses, written down apart from the code that keeps to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import slackblocks as oracle

TEXT_KEYS = ("text", "title", "label", "name", "x_label", "y_label")


def strings(value: Any) -> Iterator[str]:
    """Every piece of text that people see."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in TEXT_KEYS and isinstance(inner, str):
                yield inner
            elif key == "categories":
                yield from inner
            else:
                yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def check(blocks: Sequence[dict[str, Any]]) -> None:
    """A message that Slack takes."""
    kinds = [block["type"] for block in blocks]
    assert 1 <= len(blocks) <= 50
    assert kinds.count("table") <= 1
    assert kinds.count("data_visualization") <= 2
    assert sum(len(text) for text in strings(list(blocks))) < 12_000
    assert all(text.strip() for text in strings(list(blocks)))
    for block in blocks:
        CHECKS[block["type"]](block)
    oracle.Message(channel="C1", text="x", blocks=[BUILT[block["type"]](block) for block in blocks])


def _rich_text(block: dict[str, Any]) -> None:
    assert block.keys() == {"type", "elements"}
    assert block["elements"]
    for text in strings(block):
        assert len(text) <= 3_000


def _context(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 10
    for element in block["elements"]:
        assert element["type"] == "plain_text"
        assert 1 <= len(element["text"]) <= 3_000


def _table(block: dict[str, Any]) -> None:
    assert 2 <= len(block["rows"]) <= 100
    assert {len(row) for row in block["rows"]} == {5}
    assert len(block["column_settings"]) == 5
    for row in block["rows"]:
        for cell in row:
            assert cell.keys() == {"type", "text"}
            assert cell["type"] == "raw_text"
            assert cell["text"]


def _chart(block: dict[str, Any]) -> None:
    chart = block["chart"]
    categories = chart["axis_config"]["categories"]
    assert 1 <= len(block["title"]) <= 50
    assert chart["type"] in {"line", "bar", "area"}
    assert 1 <= len(chart["series"]) <= 6
    assert 1 <= len(categories) <= 20
    assert len(set(categories)) == len(categories)
    assert all(1 <= len(category) <= 20 for category in categories)
    for series in chart["series"]:
        assert 1 <= len(series["name"]) <= 20
        assert [point["label"] for point in series["data"]] == categories
        assert all(math.isfinite(point["value"]) for point in series["data"])


def _actions(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 25
    assert len({each["action_id"] for each in block["elements"]}) == len(block["elements"])
    for each in block["elements"]:
        assert each["type"] == "button"
        assert len(each["text"]["text"]) <= 75
        assert len(each["value"]) <= 2_000


CHECKS = {
    "rich_text": _rich_text,
    "context": _context,
    "table": _table,
    "data_visualization": _chart,
    "actions": _actions,
}


def _built_context(block: dict[str, Any]) -> oracle.ContextBlock:
    return oracle.ContextBlock([oracle.Text(each["text"], oracle.TextType.PLAINTEXT) for each in block["elements"]])


def _built_table(block: dict[str, Any]) -> oracle.TableBlock:
    rows = [[oracle.RawText(cell["text"]) for cell in row] for row in block["rows"]]
    return oracle.TableBlock(rows, [oracle.ColumnSettings(is_wrapped=True) for _ in block["column_settings"]])


def _built_chart(block: dict[str, Any]) -> oracle.DataVisualizationBlock:
    chart = block["chart"]
    series = [
        oracle.DataSeries(each["name"], [oracle.DataPoint(point["label"], point["value"]) for point in each["data"]])
        for each in chart["series"]
    ]
    return oracle.DataVisualizationBlock(
        block["title"], oracle.BarChart(series, oracle.AxisConfig(**chart["axis_config"]))
    )


def _section(element: dict[str, Any]) -> oracle.RichTextSection:
    return oracle.RichTextSection(
        [oracle.RichText(each["text"], bold=each.get("style", {}).get("bold")) for each in element["elements"]]
    )


def _built_actions(block: dict[str, Any]) -> oracle.ActionsBlock:
    return oracle.ActionsBlock(
        [oracle.Button(each["text"]["text"], each["action_id"], value=each["value"]) for each in block["elements"]]
    )


def _built_rich_text(block: dict[str, Any]) -> oracle.RichTextBlock:
    return oracle.RichTextBlock(
        [
            _section(each)
            if each["type"] == "rich_text_section"
            else oracle.RichTextList("bullet", [_section(item) for item in each["elements"]])
            for each in block["elements"]
        ]
    )


BUILT = {
    "rich_text": _built_rich_text,
    "context": _built_context,
    "table": _built_table,
    "data_visualization": _built_chart,
    "actions": _built_actions,
}
