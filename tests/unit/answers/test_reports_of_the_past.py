from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from bot.answers.report import trial_report
from bot.events import BaseEvent, Change, Deployment, Incident

NOW = datetime(2026, 11, 2, tzinfo=UTC)
THEN = NOW - timedelta(weeks=10)


def _history(weeks: int) -> list[BaseEvent]:
    """Two deployments a week of one change each; every fifth fails and is repaired; told by three sources."""
    events: list[BaseEvent] = []
    for number in range(2 * weeks):
        at = NOW - timedelta(days=3.5 * number, hours=30)
        ago = {hours: at - timedelta(hours=hours) for hours in (1, 20, 30)}
        events += [
            Change(
                kind="change",
                source="code",
                id=f"c{number}",
                service="shop",
                first_commit_at=ago[30],
                opened_at=ago[20],
                merged_at=ago[1],
                merge_sha=f"m{number}",
            ),
            Deployment(
                kind="deployment",
                source="delivery",
                id=f"d{number}",
                service="shop",
                status="success",
                finished_at=at,
                commits=(f"m{number}",),
            ),
        ]
        if number % 5 == 0:
            events.append(
                Incident(
                    kind="incident",
                    source="desk",
                    id=f"i{number}",
                    service="shop",
                    status="resolved",
                    started_at=at + timedelta(hours=1),
                    resolved_at=at + timedelta(hours=4),
                )
            )
    return events


def test_nothing_that_came_later_is_seen_from_an_instant_of_the_past() -> None:
    events = _history(60)
    known_then = [event for event in events if event.at < THEN]
    assert len(known_then) < len(events)
    assert trial_report("shop", events, NOW, THEN) == trial_report("shop", known_then, NOW, THEN)


def test_a_source_that_had_said_nothing_by_then_is_not_named() -> None:
    events = _history(9)
    first = events[0]
    earlier = first.model_copy(update={"id": "old", "merged_at": THEN - timedelta(days=1), "first_commit_at": None})
    (source,) = trial_report("shop", [*events, earlier], NOW, THEN).sources
    assert (source.source, source.last_event) == ("code", THEN - timedelta(days=1))


def test_today_s_answer_names_what_each_source_said_last() -> None:
    events = _history(9)
    heard = {source.source: source.last_event for source in trial_report("shop", events, NOW).sources}
    assert heard["delivery"] == max(event.at for event in events if event.kind == "deployment")


def test_the_order_in_which_events_arrive_changes_nothing() -> None:
    events = _history(60)
    shuffled = random.Random(7).sample(events, len(events))  # noqa: S311  any order will do
    assert trial_report("shop", events, NOW) == trial_report("shop", shuffled, NOW)
