"""Histories told in lines: `deployment d1 at 5 sha=a commits=a,b`. Every number is hours since a Monday 00:00 UTC."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.calendar import HOUR, Window
from bot.events import Change, Definition, Deployment, Incident, PipelineRun, SloWindow
from bot.metrics.attribution import attribute
from bot.metrics.facts import Facts, TeamEvents
from bot.teams import Team

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)

TIMES = {
    "first": "first_commit_at",
    "opened": "opened_at",
    "reviewed": "first_review_at",
    "approved": "approved_at",
    "begun": "started_at",
    "detected": "detected_at",
    "acknowledged": "acknowledged_at",
    "mitigated": "mitigated_at",
    "resolved": "resolved_at",
    "recorded": "opened_at",
    "judged": "failed_at",
}
NUMBERS = {"good", "total", "objective"}
LISTS = {"commits", "services", "issues", "metrics"}
AT = {
    "deployment": "finished_at",
    "change": "merged_at",
    "incident": "started_at",
    "run": "finished_at",
    "slo": "window_start",
    "definition": "at",
}
MODELS = {
    "deployment": Deployment,
    "change": Change,
    "incident": Incident,
    "run": PipelineRun,
    "slo": SloWindow,
    "definition": Definition,
}


def _clock(hours: str) -> datetime:
    return MONDAY + timedelta(hours=float(hours))


def _value(name: str, text: str) -> tuple[str, Any]:
    if name in TIMES:
        return TIMES[name], _clock(text)
    if name == "for":
        return name, float(text)
    if name in NUMBERS:
        return name, float(text)
    if name in LISTS:
        return name, tuple(text.split(",")) if text else ()
    if text in {"true", "false"}:
        return name, text == "true"
    return name, int(text) if name == "reviews" else text


def _event(line: str) -> Any:
    kind, name, *rest = line.split()
    fields: dict[str, Any] = {"kind": {"run": "pipeline_run"}.get(kind, kind), "id": name}
    if rest[:1] == ["at"]:
        fields[AT[kind]] = _clock(rest[1])
        rest = rest[2:]
    gates = []
    for word in rest:
        key, _, text = word.partition("=")
        if key == "gate":
            start, _, end = text.partition("-")
            gates.append({"name": "approval", "started_at": _clock(start), "ended_at": _clock(end) if end else None})
            continue
        field, value = _value(key, text)
        fields[field] = value
    if gates:
        fields["gate_waits"] = tuple(gates)
    if kind == "slo":
        fields["window_end"] = fields["window_start"] + timedelta(hours=fields.pop("for"))
        fields.setdefault("name", "availability")
    if kind == "run":
        fields.setdefault("pipeline", "ci")
    if kind in {"deployment", "run"}:
        fields.setdefault("status", "success")
    if kind == "incident":
        fields.setdefault("status", "resolved" if {"resolved_at", "mitigated_at"} & fields.keys() else "open")
    if kind != "definition" and not {"service", "services", "team"} & fields.keys():
        fields["service"] = "checkout"
    return MODELS[kind](**fields)


def told(lines: Sequence[str]) -> TeamEvents:
    return TeamEvents.of(_event(line) for line in lines)


@pytest.fixture
def team() -> Team:
    return Team("team-x", "Team X", ("checkout", "pay-*"), aliases=("team-old",))


@pytest.fixture
def tell() -> Callable[[Sequence[str]], TeamEvents]:
    return told


@pytest.fixture
def clock() -> Callable[[float], float]:
    """Hours since the Monday as POSIX seconds."""
    return lambda hours: MONDAY.timestamp() + hours * HOUR


@pytest.fixture
def weeks(clock: Callable[[float], float]) -> Callable[..., Window]:
    """The window of so many weeks, by default before 1,000 hours."""
    return lambda count, hours=1_000: Window(clock(hours - 168 * count), clock(hours), 7 * count)


@pytest.fixture
def known(team: Team, clock: Callable[[float], float]) -> Callable[..., Facts]:
    """The facts of some lines, by default as they were known 1,000 hours on."""

    def at(*lines: str, hours: float = 1_000, of: Team = team) -> Facts:
        return attribute(told(lines), of, clock(hours))

    return at
