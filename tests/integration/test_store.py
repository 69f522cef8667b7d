"""What the store promises, on both databases alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.errors import EventError
from bot.events import Event
from bot.events.ndjson import canonical
from bot.ingest import ingest_events
from bot.store.database import Database
from bot.store.events import (
    data_revision,
    last_events,
    stored_bodies,
    team_events,
)
from bot.store.merge import Counts
from bot.teams import Team

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
TEAM = Team("team-x", "Team X", ("checkout", "pay-*"), aliases=("Team-Old",))


def event(**fields: Any) -> Event:
    defaults = {"kind": "deployment", "id": "d-1", "service": "checkout", "status": "success", "finished_at": MONDAY}
    return EVENT.validate_python(defaults | fields)


def incident(**fields: Any) -> Event:
    return EVENT.validate_python({"kind": "incident", "id": "i-1", "status": "open", "started_at": MONDAY} | fields)


def ids(database: Database, team: Team = TEAM, **span: float) -> list[str]:
    with database.reading() as connection:
        found = team_events(connection, team, **span)
    return [each.id for kind in (found.deployments, found.incidents, found.definitions) for each in kind]


def bodies(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(stored_bodies(connection, None, None))


def test_an_empty_store_says_so(database: Database) -> None:
    with database.reading() as connection:
        assert data_revision(connection) == 0
    assert bodies(database) == []


def test_the_same_events_again_change_nothing_and_the_counts_say_so(database: Database) -> None:
    assert ingest_events(database, [event(), event(id="d-2")]) == Counts(new=2)
    assert ingest_events(database, [event(), event(id="d-2")]) == Counts(unchanged=2)
    with database.reading() as connection:
        assert data_revision(connection) == 1


def test_the_same_instant_in_another_offset_is_the_same_event(database: Database) -> None:
    there = MONDAY.astimezone(datetime.fromisoformat("2026-10-05T02:00:00+02:00").tzinfo)
    waits = [{"name": "approval", "started_at": MONDAY}]
    moved = [{"name": "approval", "started_at": there}]
    ingest_events(database, [event(gate_waits=tuple(waits))])
    assert ingest_events(database, [event(finished_at=there, gate_waits=tuple(moved))]) == Counts(unchanged=1)


@pytest.mark.parametrize(
    ("stored", "arriving", "wins"),
    [
        (1, 2, True),
        (2, 1, False),
        (1, 1, True),
        (None, None, True),
        (1, None, True),
        (None, 1, True),
    ],
)
def test_the_last_one_imported_wins_unless_it_is_known_to_be_older(
    database: Database, stored: int | None, arriving: int | None, *, wins: bool
) -> None:
    def version(name: str, updated: int | None) -> Event:
        return event(version=name, updated_at=None if updated is None else MONDAY + timedelta(hours=updated))

    ingest_events(database, [version("stored", stored)])
    counts = ingest_events(database, [version("arriving", arriving)])
    assert counts == (Counts(updated=1) if wins else Counts(unchanged=1))
    assert ('"version":"arriving"' in bodies(database)[0]) == wins


def test_an_event_that_moves_to_another_service_leaves_the_first(database: Database) -> None:
    ingest_events(database, [event()])
    ingest_events(database, [event(service="other")])
    assert ids(database) == []
    assert ids(database, Team("o", "O", ("other",))) == ["d-1"]


def test_an_event_of_two_services_of_a_team_comes_once(database: Database) -> None:
    ingest_events(database, [incident(services=("checkout", "pay-card", "else"))])
    assert ids(database) == ["i-1"]


def test_a_retracted_event_is_kept_and_counts_nowhere(database: Database) -> None:
    ingest_events(database, [event()])
    assert ingest_events(database, [event(retracted=True)]) == Counts(updated=1)
    assert ids(database) == []
    assert len(bodies(database)) == 1


def test_globs_find_services_that_were_ever_seen_and_no_others(database: Database) -> None:
    ingest_events(
        database, [event(id=name, service=name) for name in ("pay-card", "pay-bank", "pa", "paz", "checkout")]
    )
    assert sorted(ids(database)) == ["checkout", "pay-bank", "pay-card"]
    assert sorted(ids(database, Team("g", "G", ("*-ba?k",)))) == ["pay-bank"]


@pytest.mark.parametrize("name", ["team-x", "TEAM-X", "team-old"])
def test_an_incident_that_names_only_a_team_is_found_by_key_and_alias_in_any_case(
    database: Database, name: str
) -> None:
    ingest_events(database, [incident(team=name), incident(id="i-2", team="other")])
    assert ids(database) == ["i-1"]


def test_a_definition_without_a_service_speaks_to_every_team(database: Database) -> None:
    made = {"kind": "definition", "id": "f-1", "at": MONDAY, "metrics": ("reliability",)}
    ingest_events(database, [EVENT.validate_python(made)])
    assert ids(database) == ["f-1"]


def test_a_span_includes_both_its_ends(database: Database) -> None:
    ingest_events(database, [event(id=str(day), finished_at=MONDAY + timedelta(days=day)) for day in range(5)])
    start, end = (MONDAY.timestamp() + 86_400 * day for day in (1, 3))
    assert ids(database, since=start, until=end) == ["1", "2", "3"]


def test_an_incident_without_an_end_is_found_however_long_ago_it_began(database: Database) -> None:
    ended = {"status": "resolved", "resolved_at": MONDAY + timedelta(hours=1)}
    ingest_events(database, [incident(service="checkout"), incident(id="i-2", service="checkout", **ended)])
    later = MONDAY.timestamp() + 86_400 * 300
    assert ids(database, since=later) == ["i-1"]
    ingest_events(database, [incident(service="checkout", **ended)])
    assert ids(database, since=later) == []


def test_events_come_in_order_of_time(database: Database) -> None:
    ingest_events(database, [event(id=str(hour), finished_at=MONDAY + timedelta(hours=hour)) for hour in (3, 1, 2)])
    assert ids(database) == ["1", "2", "3"]


def test_each_source_is_known_by_its_last_event_of_the_team(database: Database) -> None:
    late = MONDAY + timedelta(hours=9)
    sources = [("a", MONDAY), ("a", late), ("b", MONDAY)]
    made = [event(id=str(place), source=name, finished_at=at) for place, (name, at) in enumerate(sources)]
    ingest_events(database, [*made, event(source="c", service="other")])
    with database.reading() as connection:
        assert last_events(connection, TEAM) == {"a": late.timestamp(), "b": MONDAY.timestamp()}


def test_repeats_within_one_ingest_are_settled_by_updated_at(database: Database) -> None:
    def version(name: str, hour: int) -> Event:
        return event(version=name, updated_at=MONDAY + timedelta(hours=hour))

    assert ingest_events(database, [version("b", 2), version("c", 3), version("c", 3), version("a", 1)]) == Counts(
        new=1
    )
    assert '"version":"c"' in bodies(database)[0]
    assert ids(database) == ["d-1"]


@pytest.mark.parametrize(
    "updates",
    [(None, None), (1, None), (1, 1)],
    ids=["neither says when", "one does not say", "both say the same"],
)
def test_repeats_that_differ_with_nothing_to_settle_them_are_refused(
    database: Database, updates: tuple[int | None, int | None]
) -> None:
    made = [
        event(version=str(place), updated_at=None if hour is None else MONDAY + timedelta(hours=hour))
        for place, hour in enumerate(updates)
    ]
    with pytest.raises(EventError, match="'deployment:file:d-1' is there twice and differs"):
        ingest_events(database, [event(id="good"), *made])
    assert bodies(database) == []


def test_what_is_read_back_is_what_was_stored(database: Database) -> None:
    made = incident(
        service="checkout",
        title="<!channel> \u2028 \x07 'quoted' \"\\ 💥",
        resolved_at=MONDAY + timedelta(microseconds=1),
    )
    ingest_events(database, [made])
    with database.reading() as connection:
        assert team_events(connection, TEAM).incidents == (made,)
    assert bodies(database) == [canonical(made)]


def test_names_as_long_as_they_may_be_fit_the_indexes(database: Database) -> None:
    longest = "".join(chr(0x10000 + number) for number in range(300))
    made = event(id=longest, source=longest, service=longest)
    ingest_events(database, [made])
    assert ids(database, Team("l", "L", (longest,))) == [longest]
