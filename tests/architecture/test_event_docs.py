"""docs/events.md says of every field what the JSON Schema says, and nothing else; its examples are tried."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.events import BaseEvent, GateWait
from bot.events.event import FIRST_TIME, LAST_TIME, MAX_NAME, MAX_TEXT
from bot.events.ndjson import MAX_LINE, Complaints, read_events
from bot.events.problems import KINDS
from bot.import_report import FileReport

PAGE = (Path(__file__).parents[2] / "docs/events.md").read_text(encoding="utf-8")
WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
HEAD = "| field | what it holds | meaning |\n| --- | --- | --- |\n"


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def blocks(language: str) -> list[str]:
    """What stands between the fences of a language."""
    return [part.split("```")[0] for part in PAGE.split(f"```{language}\n")[1:]]


def fields(model: type[BaseModel]) -> Mapping[str, Any]:
    schema = model.model_json_schema()
    needed = schema["required"]
    return {name: field | {"required": name in needed} for name, field in schema["properties"].items()}


def holds(field: Mapping[str, Any]) -> str:
    """What a field may hold, in the page's words; a null says the same as leaving it out."""
    match field:
        case {"anyOf": [value, {"type": "null"}]}:
            return holds(value)
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values).replace(" or ", ", ", len(values) - 2)
        case {"format": "date-time"}:
            return "time"
        case {"items": item}:
            return f"list of {several(item)}"
        case _:
            return WORDS[field["type"]]


def several(item: Mapping[str, Any]) -> str:
    if "$ref" in item:
        return "objects, below"
    return holds(item) if "enum" in item else f"{holds(item)}s"


def row(name: str, field: Mapping[str, Any]) -> str:
    default = field.get("default")
    ends = ", required" if field["required"] else f"; `{default}` when left out" if default else ""
    return f"| `{name}` | {holds(field)}{ends} | {field['description']} |\n"


def table(model: type[BaseModel], *, without: Mapping[str, Any] | None = None) -> str:
    """One row a field, in the order of the model."""
    left_out = without or {}
    return HEAD + "".join(row(name, field) for name, field in fields(model).items() if name not in left_out)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_documented_in_the_words_of_the_schema(kind: str) -> None:
    assert table(KINDS[kind], without=fields(BaseEvent)) in section(f"`{kind}`")


def test_the_common_fields_and_those_of_a_gate_are_too() -> None:
    assert table(BaseEvent) in section("Common to all events")
    assert table(GateWait) in section("`deployment`")


def test_no_other_field_is_documented() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    known = [len(fields(model)) - len(fields(BaseEvent)) for model in KINDS.values()]
    assert len(rows) == sum(known) + len(fields(BaseEvent)) + len(fields(GateWait))


def test_the_limits_are_those_that_are_held() -> None:
    common = section("Common to all events")
    assert f"at most {MAX_NAME} characters, other texts {MAX_TEXT:,}" in common
    assert f"A line has at most {MAX_LINE // 2**20} MiB" in common
    assert f"from {FIRST_TIME.year} to {LAST_TIME.year}" in common


def read(example: str) -> tuple[int, list[str]]:
    """How many events an example holds, and what is said of it."""
    complaints = Complaints()
    events = list(read_events(io.BytesIO(example.encode()), complaints))
    return len(events), [f"events.ndjson {problem}" for problem in complaints.said]


def test_the_example_can_be_imported() -> None:
    assert read(blocks("json")[0]) == (3, [])
    assert blocks("text")[0].splitlines()[0] == FileReport("events.ndjson", read=3, new=3).sentence


def test_the_bad_lines_get_the_sentences_that_the_page_shows() -> None:
    *problems, refused = blocks("text")[1].splitlines()
    assert read(blocks("json")[1]) == (0, problems)
    assert refused == FileReport("events.ndjson", refused=2).sentence
