"""A line of an event file: what is accepted, and the sentence that a bad one gets."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from bot.events import Event
from bot.events.ndjson import MAX_LINE, Complaints, canonical, read_events
from bot.events.problems import shown
from bot.events.schema import event_schema

TIME = "2026-10-05T14:26:00Z"
DEPLOYMENT = {"kind": "deployment", "id": "d-1", "service": "checkout", "status": "success", "finished_at": TIME}
CHANGE = {"kind": "change", "id": "c-1", "service": "checkout", "merged_at": TIME}
INCIDENT = {"kind": "incident", "id": "i-1", "service": "checkout", "status": "open", "started_at": TIME}
SLO = {
    "kind": "slo",
    "id": "s-1",
    "service": "checkout",
    "name": "availability",
    "window_start": "2026-10-05T00:00:00Z",
    "window_end": "2026-10-06T00:00:00Z",
    "good": 863_000,
    "total": 864_000,
    "objective": 0.999,
}
RUN = {"kind": "pipeline_run", "id": "r-1", "service": "checkout", "pipeline": "ci", "sha": "a1", "status": "success"}
RUN |= {"finished_at": TIME}
DEFINITION = {"kind": "definition", "id": "f-1", "at": TIME, "metrics": ["reliability"], "what": "Sev3 added"}
ALL = [DEPLOYMENT, CHANGE, INCIDENT, SLO, RUN, DEFINITION]

A_TIME = "expected a time with an offset, like 2026-10-05T14:26:00Z"
BEYOND = "a number beyond 64 bits"


def read(data: bytes) -> tuple[list[tuple[int, Event]], Complaints]:
    complaints = Complaints()
    return list(read_events(io.BytesIO(data), complaints)), complaints


def said(line: dict[str, Any] | bytes) -> list[str]:
    """The complaints about a line that stands third, after two good ones."""
    good = json.dumps(DEPLOYMENT).encode()
    text = line if isinstance(line, bytes) else json.dumps(line).encode()
    _, complaints = read(b"\n".join([good, good, text]))
    return [str(problem) for problem in complaints.said]


@pytest.mark.parametrize("event", ALL, ids=lambda event: event["kind"])
def test_every_kind_reads_and_writes_as_itself(event: dict[str, Any]) -> None:
    [(_, read_event)], complaints = read(json.dumps(event).encode())
    assert complaints.bad_lines == 0
    assert json.loads(canonical(read_event)) == event
    Draft202012Validator(event_schema()).validate(json.loads(canonical(read_event)))


def test_times_are_written_in_utc_wherever_they_stand() -> None:
    moved = DEPLOYMENT | {"finished_at": "2026-10-05T16:26:00+02:00"}
    waits = [{"name": "approval", "started_at": "2026-10-05T10:00:00-04:00", "ended_at": "2026-10-05T14:10:00+00:00"}]
    [(_, event)], _ = read(json.dumps(moved | {"gate_waits": waits}).encode())
    written = json.loads(canonical(event))
    assert written["finished_at"] == TIME
    assert written["gate_waits"][0]["started_at"] == "2026-10-05T14:00:00Z"
    assert written["gate_waits"][0]["ended_at"] == "2026-10-05T14:10:00Z"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (DEPLOYMENT | {"finished_at": "2026-10-05T14:26:00"}, "finished_at: a time needs an offset, like " + TIME),
        (DEPLOYMENT | {"finished_at": "2026-10-05"}, f"finished_at: {A_TIME}, got '2026-10-05'"),
        (DEPLOYMENT | {"finished_at": "1700000000"}, f"finished_at: {A_TIME}, got '1700000000'"),
        (DEPLOYMENT | {"finished_at": 5}, f"finished_at: {A_TIME}, got 5"),
        (DEPLOYMENT | {"finished_at": "12026-10-05T14:26:00Z"}, f"finished_at: {A_TIME}, got '12026-10-05T14:26:00Z'"),
        (DEPLOYMENT | {"finished_at": "1969-12-31T23:59:59Z"}, "finished_at: expected a time from 1970 to 9999"),
        (DEPLOYMENT | {"finished_at": "9999-12-31T23:00:00-08:00"}, "finished_at: expected a time from 1970 to 9999"),
        (DEPLOYMENT | {"started_at": "2026-10-06T00:00:00Z"}, "finished_at is before started_at"),
        (DEPLOYMENT | {"kind": "deploy"}, "kind: 'deploy' is no kind of event; did you mean deployment?"),
        (DEPLOYMENT | {"staus": "x"}, "'staus' is no field of this event; did you mean status?"),
        (DEPLOYMENT | {"\x1b[31m": "x"}, r"'\x1b[31m' is no field of this event"),
        (
            DEPLOYMENT | {"status": "done"},
            "status: expected 'success', 'failure', 'cancelled' or 'running', got 'done'",
        ),
        (DEPLOYMENT | {"failed": "yes"}, "failed: expected true or false, got 'yes'"),
        (DEPLOYMENT | {"id": ""}, "id: must not be empty"),
        (DEPLOYMENT | {"id": "x" * 301}, "id: has more than 300 characters"),
        (DEPLOYMENT | {"sha": "a\x00"}, "sha: holds a NUL character, which can't be stored"),
        (DEPLOYMENT | {"sha": 5}, "sha: expected a text, got 5"),
        (DEPLOYMENT | {"commits": "a1"}, "commits: expected a list, got 'a1'"),
        (DEPLOYMENT | {"commits": [1, 2]}, "commits[0]: expected a text, got 1"),
        (DEPLOYMENT | {"commits": ["a"] * 100_001}, "commits: has more than 100000 entries"),
        (DEPLOYMENT | {"gate_waits": [{"name": "qa"}]}, "gate_waits[0].started_at: is required"),
        (
            DEPLOYMENT | {"gate_waits": [{"name": "qa", "started_at": TIME, "outcom": "approved"}]},
            "'outcom' is no field of this event; did you mean outcome?",
        ),
        ({"id": "x"}, "kind: is required: one of deployment, change, pipeline_run, incident, slo, definition"),
        ({k: v for k, v in DEPLOYMENT.items() if k != "id"}, "id: is required"),
        (CHANGE | {"files": 2**64}, f"files: is {BEYOND}"),
        (CHANGE | {"files": -1}, "files: must be at least 0, got -1"),
        (CHANGE | {"files": 1.5}, "files: expected a whole number, got 1.5"),
        (CHANGE | {"files": float("nan")}, "files: expected a whole number, got a number that is none, or too large"),
        (CHANGE | {"service": None}, "a change needs service or services"),
        (CHANGE | {"services": []}, "services: expected at least one"),
        (INCIDENT | {"service": None}, "an incident needs service, services or team"),
        (INCIDENT | {"started_at": None}, "an incident needs started_at or opened_at"),
        (INCIDENT | {"resolved_at": "2026-10-05T14:25:59Z"}, "resolved_at is before started_at"),
        (SLO | {"good": 864_001}, "good is greater than total"),
        (SLO | {"good": float("nan")}, "good: expected a number, not NaN or infinity"),
        (SLO | {"total": float("inf")}, "total: expected a number, not NaN or infinity"),
        (SLO | {"total": 1e300}, f"total: is {BEYOND}"),
        (SLO | {"good": True}, "good: expected a number, got true"),
        (SLO | {"objective": 1}, "objective: must be less than 1, got 1"),
        (SLO | {"objective": 0}, "objective: must be greater than 0, got 0"),
        (RUN | {"attempt": 0}, "attempt: must be at least 1, got 0"),
        (b"[]", "expected an object in braces, got a list"),
        (b"5", "expected an object in braces, got 5"),
        (b'{"kind":', "ends before its object does; one event is one line"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
        (json.dumps(SLO).replace("864000", "1" + "0" * 5_000).encode(), "holds a number beyond 64 bits"),
        (b'"K\xe4se"', "is not UTF-8; save the file as UTF-8"),
        (b" " * (MAX_LINE + 1), f"is longer than {MAX_LINE:,} bytes; one event a line"),
    ],
)
def test_a_bad_line_says_which_field_and_what_was_expected(line: dict[str, Any] | bytes, expected: str) -> None:
    assert said(line) == [f"line 3: {expected}"]


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_do_no_harm() -> None:
    line = json.dumps(DEPLOYMENT).encode()
    events, complaints = read(b"\xef\xbb\xbf" + line + b"\r\n\r\n  \n" + line + b"\r\n")
    assert [number for number, _ in events] == [1, 4]
    assert (complaints.lines, complaints.bad_lines) == (2, 0)


@pytest.mark.parametrize(
    ("lines", "bad"),
    [
        ([b'{"kind":"deployment","id":"a","commits":["x"', b'"y"]}'], 2),
        ([json.dumps(DEPLOYMENT).encode() + b"],[" + json.dumps(CHANGE).encode()], 1),
        ([json.dumps(DEPLOYMENT).encode() + b"," + json.dumps(CHANGE).encode()], 1),
        ([json.dumps(DEPLOYMENT).encode() + json.dumps(CHANGE).encode()], 1),
    ],
)
def test_an_event_is_one_line_and_a_line_is_one_event(lines: list[bytes], bad: int) -> None:
    events, complaints = read(b"\n".join([json.dumps(RUN).encode(), *lines, json.dumps(SLO).encode()]))
    assert [event.kind for _, event in events] == ["pipeline_run", "slo"]
    assert complaints.bad_lines == bad


def test_twenty_problems_are_said_and_the_rest_is_counted() -> None:
    _, complaints = read(b"{}\n" * 2_000)
    assert len(complaints.said) == 20
    assert (complaints.unsaid, complaints.bad_lines) == (1_980, 2_000)


@pytest.mark.parametrize("text", ["x" * 1_000, "\x1b[31m" * 100, "\u202e" * 50, "line\nbreak"])
def test_what_is_shown_of_a_line_is_short_and_harmless(text: str) -> None:
    assert len(shown(text)) <= 80
    assert shown(text).isprintable()


def test_equal_events_have_equal_texts_however_they_were_written() -> None:
    adapter: TypeAdapter[Event] = TypeAdapter(Event)
    full = DEPLOYMENT | {"source": "file", "environment": "production", "url": None, "retracted": False}
    assert canonical(adapter.validate_json(json.dumps(full))) == canonical(
        adapter.validate_json(json.dumps(dict(reversed(DEPLOYMENT.items()))))
    )


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_instead_of_lines_is_said_once(indent: int | None) -> None:
    events, complaints = read(json.dumps([DEPLOYMENT, CHANGE], indent=indent).encode())
    assert events == []
    assert [str(each) for each in complaints.said] == [
        "line 1: begins a JSON list; write one event a line, without brackets"
    ]
