"""Whatever is posted is events, or a problem with its place; never an error of the bot's own."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.source import BodyError, Received
from tests.contract.webhook.cdevent import HEADERS, as_list, cdevent, enveloped
from tests.contract.webhook.posting import deployment, webhook

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-11-02")
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))
KINDS = [
    *("service.deployed", "service.rolledback", "change.created", "change.reviewed", "change.merged"),
    *("incident.detected", "incident.reported", "incident.resolved", "pipelinerun.started", "pipelinerun.finished"),
]


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each part of a JSON document."""
    names = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [above, *(way for name in names for way in places(value[name], (*above, name)))]


@st.composite
def documents(draw: st.DrawFn, whole: Any) -> Any:
    """The document with one part of it put in place of another, or left out."""
    changed = deepcopy(whole)
    *way, last = draw(st.sampled_from([place for place in places(whole) if place]))
    parent = changed
    for name in way:
        parent = parent[name]
    if draw(st.booleans()):
        parent[last] = draw(JSON)
    else:
        del parent[last]
    return changed


def taken(body: bytes, **headers: str) -> Received | None:
    try:
        return webhook().receive({name.replace("_", "-"): value for name, value in headers.items()}, body)
    except BodyError as bad:
        problems = bad.problems
    assert problems
    assert all(problem.line >= 1 and problem.message for problem in problems)
    return None


@given(st.sampled_from(KINDS).flatmap(lambda kind: documents(enveloped(cdevent(kind, sha="abc")))))
def test_a_cdevent_with_any_of_its_parts_wrong(document: Any) -> None:
    received = taken(json.dumps([document]).encode(), content_type=HEADERS["list"])
    assert received is None or len(received.events) + sum(received.noted.values()) == 1


@given(documents(deployment(gate_waits=[{"name": "go", "started_at": "2026-11-02T09:00:00Z"}], commits=["a"])))
def test_an_event_with_any_of_its_parts_wrong(document: Any) -> None:
    received = taken(json.dumps(document).encode())
    assert received is None or len(received.events) == 1


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()), st.sampled_from(["", *HEADERS]))
def test_any_bytes(body: bytes, kind: str) -> None:
    taken(body, content_type=HEADERS.get(kind, ""))
    taken(body, ce_specversion="1.0", ce_type="dev.cdevents.service.deployed.0.3.0")


def test_what_is_not_changed_is_taken() -> None:
    body, headers = as_list(*(cdevent(kind, sha="abc") for kind in KINDS))
    assert len(webhook().receive(headers, body).events) == len(KINDS)
