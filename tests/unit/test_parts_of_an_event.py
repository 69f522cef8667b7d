"""Events that each tell a part of one thing become one, in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.events import Change, Event, Incident, PipelineRun
from bot.events.ndjson import canonical
from bot.events.parts import joined

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def change(minutes: int, *names: str, **more: Any) -> Change:
    """A part that tells the named times; without its merge among them it is retracted."""
    times = {name: at(minutes) for name in ("merged_at", *names)}
    retracted = "merged_at" not in names
    return Change(kind="change", id="1", service="shop", retracted=retracted, **times, **more)


def incident(minutes: int, what: str) -> Incident:
    told = {"detected": {"detected_at": at(minutes)}, "resolved": {"resolved_at": at(minutes)}}.get(what, {})
    return Incident(
        kind="incident",
        id="1",
        service="unknown" if what == "resolved" else "shop",
        opened_at=at(minutes),
        status="resolved" if what == "resolved" else "open",
        updated_at=None if what == "reported" else at(minutes),
        title=f"{what} {minutes}" if what != "resolved" else None,
        retracted=what == "resolved",
        **told,
    )


def run(minutes: int, what: str) -> PipelineRun:
    return PipelineRun(
        kind="pipeline_run",
        id="1",
        service="shop",
        pipeline="shop",
        sha="a",
        finished_at=at(minutes),
        queued_at=at(minutes) if what == "queued" else None,
        started_at=at(minutes) if what == "started" else None,
        status="failure" if what == "finished" else "success",
        retracted=what != "finished",
    )


PARTS: dict[str, Callable[[int, str], Event]] = {
    "change": lambda minutes, what: change(minutes, *(what,) if what else ()),
    "incident": incident,
    "run": run,
}
TELLS = {
    "change": ["opened_at", "first_review_at", "merged_at"],
    "incident": ["detected", "reported", "resolved"],
    "run": ["queued", "started", "finished"],
}


@st.composite
def parts(draw: st.DrawFn) -> list[Event]:
    kind = draw(st.sampled_from(sorted(PARTS)))
    told = st.tuples(st.integers(0, 6), st.sampled_from(TELLS[kind]))
    return [PARTS[kind](*each) for each in draw(st.lists(told, min_size=1, max_size=6))]


@given(parts(), st.randoms(use_true_random=False))
def test_neither_order_nor_repeats_matter(told: list[Event], chance: Any) -> None:
    again = [*told, *chance.choices(told, k=2)]
    chance.shuffle(again)
    assert canonical(reduce(joined, told)) == canonical(reduce(joined, again))


@given(parts(), st.integers(0, 6))
def test_it_does_not_matter_what_was_stored_in_between(told: list[Event], cut: int) -> None:
    halves = [reduce(joined, half) for half in (told[:cut], told[cut:]) if half]
    assert canonical(reduce(joined, halves)) == canonical(reduce(joined, told))


def test_a_change_counts_from_its_merge_on_and_keeps_what_was_told_before() -> None:
    opened, reviewed = change(0, "opened_at"), joined(change(5, "first_review_at"), change(3, "first_review_at"))
    waiting = joined(opened, reviewed)
    assert waiting.retracted
    assert joined(waiting, change(9, "merged_at", merge_sha="abc")) == Change(
        kind="change",
        id="1",
        service="shop",
        opened_at=at(0),
        first_review_at=at(3),
        merged_at=at(9),
        merge_sha="abc",
    )


@pytest.mark.parametrize(
    ("told", "status", "opened", "resolved"),
    [
        ([(0, "detected"), (9, "resolved")], "resolved", 0, 9),
        ([(0, "detected"), (9, "resolved"), (20, "detected")], "open", 0, None),
        ([(0, "detected"), (9, "resolved"), (20, "detected"), (30, "resolved")], "resolved", 0, 30),
        ([(0, "detected"), (9, "resolved"), (20, "reported")], "resolved", 0, 9),
        ([(5, "reported"), (9, "resolved")], "resolved", 5, 9),
        ([(0, "detected"), (2, "reported")], "open", 0, None),
    ],
    ids=["resolved", "reopened", "resolved again", "written up when all was over", "only reported", "still open"],
)
def test_an_incident_is_as_it_was_last_told(
    told: list[tuple[int, str]], status: str, opened: int, resolved: int | None
) -> None:
    whole = reduce(joined, [incident(*each) for each in told])
    assert isinstance(whole, Incident)
    assert (whole.status, whole.opened_at, whole.service) == (status, at(opened), "shop")
    assert whole.resolved_at == (None if resolved is None else at(resolved))
    assert not whole.retracted


def test_the_end_of_an_incident_alone_counts_nowhere() -> None:
    assert joined(incident(9, "resolved"), incident(12, "resolved")).retracted


def test_a_run_that_ended_before_it_started_keeps_its_end() -> None:
    whole = joined(run(3, "started"), run(2, "finished"))
    assert isinstance(whole, PipelineRun)
    assert (whole.started_at, whole.finished_at, whole.status) == (None, at(2), "failure")


@pytest.mark.parametrize(
    ("whole", "part", "began"),
    [
        (
            {"kind": "deployment", "id": "1", "service": "shop", "status": "running", "started_at": at(9)},
            {"kind": "deployment", "id": "1", "service": "shop", "status": "success", "finished_at": at(3)},
            None,
        ),
        (
            {"kind": "incident", "id": "1", "service": "shop", "status": "open", "started_at": at(9)},
            {
                "kind": "incident", "id": "1", "service": "shop", "status": "resolved", "opened_at": at(3),
                "resolved_at": at(3), "updated_at": at(3), "retracted": True,
            },
            at(9),
        ),
    ],
    ids=["a deployment", "an incident"],
)  # fmt: skip
def test_a_part_that_contradicts_what_was_told_whole_is_joined_all_the_same(
    whole: dict[str, Any], part: dict[str, Any], began: datetime | None
) -> None:
    event: TypeAdapter[Any] = TypeAdapter(Event)
    one, other = event.validate_python(whole), event.validate_python(part)
    both = joined(one, other)
    assert both == joined(other, one)
    assert (both.started_at, both.status) == (began, part["status"])
