"""The JSON Schema of an event: what it says, that it agrees with the models, and that any event survives its file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from bot.events import Event
from bot.events.event import FIRST_TIME, LAST_TIME
from bot.events.ndjson import Complaints, canonical, read_events
from bot.events.schema import event_schema

SCHEMA = event_schema()
MODELS: Mapping[str, Any] = SCHEMA["$defs"]
VALIDATOR = Draft202012Validator(SCHEMA)
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
FIELDS = [(model, name, field) for model, each in MODELS.items() for name, field in each["properties"].items()]

EARLY, LATE = "2026-10-05T09:00:00Z", "2026-10-05T16:26:00.5+02:00"
COMMON = {
    "source": "github:acme/checkout",
    "id": "1",
    "url": "https://example.com/1",
    "updated_at": LATE,
    "retracted": False,
}
WHOLE: Mapping[str, Mapping[str, Any]] = {
    "deployment": COMMON
    | {"kind": "deployment", "service": "checkout", "environment": "production", "status": "success"}
    | {"started_at": EARLY, "finished_at": LATE, "sha": "b2", "version": "1.4.0", "previous_sha": "a1"}
    | {"commits": ["b1", "b2"], "trigger": "manual", "rollback_of": "deployment:file:d-1", "fixes": "d-1"}
    | {"failed": True, "failed_at": LATE, "unplanned": False}
    | {"gate_waits": [{"name": "approval", "started_at": EARLY, "ended_at": LATE, "outcome": "approved"}]},
    "change": COMMON
    | {"kind": "change", "service": "checkout", "services": ["checkout", "cart"], "repository": "acme/checkout"}
    | {"first_commit_at": EARLY, "opened_at": EARLY, "first_review_at": LATE, "approved_at": LATE, "merged_at": LATE}
    | {"merge_sha": "a1", "commits": ["a0"], "additions": 40, "deletions": 2, "files": 3, "test_files": 1}
    | {"reviews": 0, "review_rounds": 0, "review_comments": 0, "hotfix": False, "automated": True}
    | {"first_commit_inferred": False, "reverts": "a1", "issues": ["PAY-1"], "components": ["src/payments"]}
    | {"deployment": "d-1"},
    "pipeline_run": COMMON
    | {"kind": "pipeline_run", "service": "checkout", "pipeline": "ci", "sha": "a1", "attempt": 2, "queued_at": EARLY}
    | {"started_at": EARLY, "finished_at": LATE, "status": "failure", "blocked_by": "quality-gate", "tests": 900},
    "incident": COMMON
    | {"kind": "incident", "service": "checkout", "services": ["cart"], "team": "team-x", "started_at": EARLY}
    | {"opened_at": EARLY, "detected_at": EARLY, "acknowledged_at": EARLY, "mitigated_at": LATE, "resolved_at": LATE}
    | {"severity": "SEV2", "status": "resolved", "deployment": "d-1", "cause_sha": "a1", "detected_by": "alert"}
    | {"reassignments": 1, "change_caused": True, "title": "Checkout is slow"},
    "slo": COMMON
    | {"kind": "slo", "service": "checkout", "name": "availability", "window_start": EARLY, "window_end": LATE}
    | {"good": 863_000, "total": 864_000.5, "objective": 0.999},
    "definition": COMMON
    | {"kind": "definition", "service": "checkout", "at": EARLY, "metrics": ["recovery_time"], "what": "Sev3 added"},
}
DEPLOYMENT, CHANGE, RUN, _, SLO, DEFINITION = WHOLE.values()


def model_of(kind: str) -> Mapping[str, Any]:
    return MODELS[SCHEMA["discriminator"]["mapping"][kind].removeprefix("#/$defs/")]


def refusals(check: Callable[[Any], Event], line: object) -> set[str]:
    """What the models hold against a line, in pydantic's names."""
    try:
        check(line)
    except ValidationError as error:
        return {each["type"] for each in error.errors()}
    return set()


def accepted(line: object) -> tuple[bool, bool]:
    """Whether the schema takes a line, and whether the models do."""
    return VALIDATOR.is_valid(line), not refusals(EVENT.validate_json, json.dumps(line))


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict() | list():
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts(inner)


def test_the_schema_is_a_valid_one_of_the_draft_that_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert [text for text in texts(SCHEMA) if "://" in text] == [SCHEMA["$schema"]]


def test_the_kind_alone_decides_which_model_a_line_is_held_to() -> None:
    assert SCHEMA["discriminator"]["propertyName"] == "kind"
    assert [model_of(kind)["properties"]["kind"]["const"] for kind in WHOLE] == list(WHOLE)
    assert sorted(each["$ref"] for each in SCHEMA["oneOf"]) == sorted(SCHEMA["discriminator"]["mapping"].values())
    assert all("kind" in model_of(kind)["required"] for kind in WHOLE)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_says_what_it_is_and_takes_no_further_fields(model: str) -> None:
    assert MODELS[model]["description"]
    assert MODELS[model]["additionalProperties"] is False


@pytest.mark.parametrize(("model", "name", "field"), FIELDS, ids=[f"{model}.{name}" for model, name, _ in FIELDS])
def test_a_field_says_what_it_means_and_a_time_that_it_is_one(model: str, name: str, field: Mapping[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z`].+\.", field["description"]), f"{model}.{name}"
    is_time = re.fullmatch(r"(\w+_)?at|window_\w+", name) is not None
    assert is_time == ("date-time" in {field.get("format"), field.get("anyOf", [{}])[0].get("format")})


@pytest.mark.parametrize("kind", WHOLE)
def test_an_event_with_every_field_is_accepted(kind: str) -> None:
    assert set(WHOLE[kind]) == set(model_of(kind)["properties"])
    assert accepted(WHOLE[kind]) == (True, True)


@pytest.mark.parametrize("kind", WHOLE)
def test_an_event_with_the_required_fields_or_with_one_too_few(kind: str) -> None:
    needed = model_of(kind)["required"]
    said = {"deployment": ["finished_at"], "change": ["service"], "incident": ["service", "started_at"]}.get(kind, [])
    least = {name: WHOLE[kind][name] for name in (*needed, *said)}
    assert accepted(least) == (True, True)
    for name in needed:
        assert accepted({other: least[other] for other in least if other != name}) == (False, False), name


@pytest.mark.parametrize(
    "line",
    [
        DEPLOYMENT | {"colour": "blue"},
        DEPLOYMENT | {"gate_waits": [{"name": "qa", "started_at": EARLY, "colour": "blue"}]},
        DEPLOYMENT | {"gate_waits": [{"name": "qa"}]},
        DEPLOYMENT | {"kind": "deploy"},
        DEPLOYMENT | {"kind": "change"},
        DEPLOYMENT | {"status": "done"},
        DEPLOYMENT | {"environment": None},
        DEPLOYMENT | {"failed": "yes"},
        DEPLOYMENT | {"finished_at": 5},
        DEPLOYMENT | {"id": ""},
        DEPLOYMENT | {"id": "x" * 301},
        DEPLOYMENT | {"id": 7},
        DEPLOYMENT | {"sha": "x" * 4_097},
        DEPLOYMENT | {"sha": "a\x00"},
        DEPLOYMENT | {"commits": "a1"},
        DEPLOYMENT | {"commits": [1]},
        CHANGE | {"services": []},
        CHANGE | {"services": ["s"] * 1_001},
        CHANGE | {"files": -1},
        CHANGE | {"files": 1.5},
        CHANGE | {"files": True},
        CHANGE | {"files": 2**64},
        RUN | {"attempt": 0},
        SLO | {"good": "all"},
        SLO | {"total": 1e300},
        SLO | {"objective": 1},
        SLO | {"objective": 0},
        DEFINITION | {"metrics": []},
        DEFINITION | {"metrics": ["velocity"]},
        [],
        5,
    ],
)
def test_what_the_models_refuse_the_schema_refuses(line: object) -> None:
    assert accepted(line) == (False, False)


# Any event, drawn from the schema: a new field or kind is drawn too.
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
first, last = (time.replace(tzinfo=None) for time in (FIRST_TIME, LAST_TIME - timedelta(microseconds=1)))
times = st.builds(
    lambda at, zone: at.replace(tzinfo=FIRST_TIME.tzinfo).astimezone(zone), st.datetimes(first, last), offsets
)
some_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=10)
IN_ORDER = [("started_at", end) for end in ("finished_at", "ended_at", "mitigated_at", "resolved_at")]
IN_ORDER += [("window_start", "window_end"), ("good", "total")]


def values(field: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    match field:
        case {"anyOf": [value, {"type": "null"}]}:
            return values(value)
        case {"$ref": reference}:
            return objects(MODELS[reference.removeprefix("#/$defs/")])
        case {"enum": allowed}:
            return st.sampled_from(allowed)
        case {"items": item}:
            return st.lists(values(item), min_size=field.get("minItems", 0), max_size=3).map(tuple)
        case _:
            return st.just(field["const"]) if "const" in field else scalars(field)


def scalars(field: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    match field["type"]:
        case "string":
            return times if field.get("format") == "date-time" else some_text
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(field["minimum"], field["maximum"])
        case _:
            open_ends = "exclusiveMinimum" in field
            low, high = ("exclusiveMinimum", "exclusiveMaximum") if open_ends else ("minimum", "maximum")
            return st.floats(field[low], field[high], exclude_min=open_ends, exclude_max=open_ends)


def objects(model: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    drawn = {name: values(field) for name, field in model["properties"].items()}
    needed = {name: drawn.pop(name) for name in model["required"]}
    return st.fixed_dictionaries(needed, optional=drawn).map(ordered)


def ordered(drawn: dict[str, Any]) -> dict[str, Any]:
    """What begins before it ends, and is no more than all: no schema can say that."""
    for low, high in IN_ORDER:
        if low in drawn and high in drawn:
            drawn[low], drawn[high] = sorted([drawn[low], drawn[high]])
    return drawn


def complete(drawn: dict[str, Any]) -> bool:
    """Whether one of several fields is there where one is needed; this schema does not say that either."""
    found = refusals(EVENT.validate_python, drawn)
    assert found <= {"value_error"}
    return not found


events = st.one_of(*(values(each) for each in SCHEMA["oneOf"])).filter(complete).map(EVENT.validate_python)


@given(events)
@settings(max_examples=200)
def test_any_event_written_and_read_again_is_the_same(event: Event) -> None:
    line, complaints = canonical(event), Complaints()
    [(_, again)] = read_events(io.BytesIO(line.encode()), complaints)
    assert again == event
    assert canonical(again) == line
    VALIDATOR.validate(json.loads(line))


@given(st.lists(events, max_size=4))
@settings(max_examples=50)
def test_a_file_of_any_events_holds_one_a_line(written: list[Event]) -> None:
    lines = "".join(f"{canonical(event)}\n" for event in written)
    assert [event for _, event in read_events(io.BytesIO(lines.encode()), Complaints())] == written
