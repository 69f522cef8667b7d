"""One bad item never stops the rest: it is kept with its reason, and without the people it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from bot.events import Event, Incident
from integrations.items import Item, PassedOverError, Reading

GOOD = {"key": "OPS-1", "at": "2026-10-05T14:26:00Z", "end": "2026-10-05T15:00:00Z"}


def parse(item: Item) -> Iterator[Event]:
    if item.get("type") == "task":
        raise PassedOverError("no incident")
    yield Incident(
        kind="incident",
        id=item["key"],
        service="checkout",
        started_at=datetime.fromisoformat(item["at"]),
        resolved_at=datetime.fromisoformat(item["end"]["at"] if isinstance(item["end"], dict) else item["end"]),
        status="resolved",
    )


def read(*items: dict[str, Any]) -> Reading:
    reading = Reading()
    reading.read(items, lambda item: item["key"], parse)
    return reading


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({**GOOD, "end": "2026-10-05T14:00:00Z"}, "resolved_at is before started_at"),
        ({**GOOD, "at": "2026-10-05T14:26:00"}, "started_at: a time needs an offset, like 2026-10-05T14:26:00Z"),
        ({"key": "OPS-1", "end": GOOD["end"]}, "the field at is not where it was"),
        ({**GOOD, "end": None}, "has another shape than expected: fromisoformat: argument must be str"),
        ({**GOOD, "at": "yesterday"}, "has another shape than expected: Invalid isoformat string: 'yesterday'"),
    ],
)
def test_a_bad_item_is_set_aside_and_the_good_one_is_read(item: dict[str, Any], reason: str) -> None:
    reading = read(item, GOOD)
    assert [event.id for event in reading.events] == ["OPS-1"]
    assert [(aside.id, aside.reason) for aside in reading.set_aside] == [("OPS-1", reason)]


def test_an_item_that_is_no_event_is_counted_by_its_reason() -> None:
    reading = read({"key": "OPS-2", "type": "task"}, {"key": "OPS-3", "type": "task"})
    assert (reading.events, reading.set_aside, reading.noted) == ([], [], {"no incident": 2})


def test_an_item_without_its_name_is_kept_all_the_same() -> None:
    assert read({"at": "never"}).set_aside[0].id == '{"at": "never"}'


def test_what_is_kept_names_no_person_at_any_depth() -> None:
    item = {"key": "OPS-1", "reporter": {"displayName": "Ada"}, "log": [{"author": "Ada", "to": "Done"}]}
    kept = read(item).set_aside[0].item
    assert json.loads(kept) == {"key": "OPS-1", "log": [{"to": "Done"}]}


def test_what_is_kept_of_a_huge_item_is_bounded() -> None:
    aside = read({"key": "x" * 1_000, "body": "y" * 1_000_000}).set_aside[0]
    assert (len(aside.id), len(aside.item)) == (200, 65_536)
