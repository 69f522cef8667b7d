"""docs/events.md names every field of every kind of event, and no other; its example can be imported."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from bot.events import BaseEvent, GateWait
from bot.events.ndjson import Complaints, read_events
from bot.events.problems import KINDS

PAGE = (Path(__file__).parents[2] / "docs/events.md").read_text(encoding="utf-8")
COMMON = {"kind", "source", "id", "service", "url", "updated_at", "retracted"}


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def documented(heading: str) -> set[str]:
    """The names in the first column of the section's table."""
    rows = re.findall(r"^\| (`.*?) \|", section(heading), flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_documented(kind: str) -> None:
    fields = {field.alias or name for name, field in KINDS[kind].model_fields.items()}
    assert documented(f"`{kind}`") == fields - COMMON


def test_the_common_fields_are_documented() -> None:
    assert documented("Common to all events") == set(BaseEvent.model_fields) | {"service"} == COMMON
    assert all(f"`{name}`" in section("`deployment`") for name in GateWait.model_fields)


def test_the_example_can_be_imported() -> None:
    example = PAGE.split("```json\n")[1].split("```")[0]
    complaints = Complaints()
    assert len(list(read_events(io.BytesIO(example.encode()), complaints))) == 3
    assert complaints.said == []
