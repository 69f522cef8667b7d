"""What holds for every set of events: order and splitting don't matter, and importing again changes nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.events import Change, Deployment, Event, Incident
from bot.events.ndjson import Complaints, canonical, read_events
from bot.ingest import ingest_events
from bot.store.database import Database
from bot.store.events import stored_bodies, team_events
from bot.store.merge import Counts
from bot.store.schema import open_database
from bot.store.tables import events, subject_sources
from bot.teams import Team

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
TEAM = Team("team-x", "Team X", ("a", "b*"))

times = st.integers(0, 10_000).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
names = st.sampled_from(["a", "b1", "b2", "c"])
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)
some_properties = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def made(draw: st.DrawFn, identity: int, updated_at: datetime | None) -> Event:
    common = {"id": str(identity), "updated_at": updated_at, "url": draw(texts), "retracted": draw(st.booleans())}
    match draw(st.sampled_from(["deployment", "change", "incident"])):
        case "deployment":
            return Deployment(
                kind="deployment", service=draw(names), status="success", finished_at=draw(times), **common
            )
        case "change":
            services = tuple(draw(st.lists(names, min_size=1, max_size=3)))
            return Change(kind="change", services=services, merged_at=draw(times), **common)
        case _:
            return Incident(kind="incident", team="Team-X", status="open", started_at=draw(times), **common)


@st.composite
def versions(draw: st.DrawFn) -> list[Event]:
    """Distinct ids, or versions of one id with distinct `updated_at`."""
    count = draw(st.integers(1, 8))
    identities = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))
    moments = draw(st.lists(st.integers(0, 1_000), min_size=count, max_size=count, unique=True))
    return [
        draw(made(identity, MONDAY + timedelta(hours=moment)))
        for identity, moment in zip(identities, moments, strict=True)
    ]


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    path = tmp_path / "quintet.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


def emptied(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(events))
        connection.execute(delete(subject_sources))


def content(database: Database) -> tuple[list[str], set[str]]:
    """All that is stored, and what counts for the team."""
    with database.reading() as connection:
        found = team_events(connection, TEAM)
        counted = {event.key for event in (*found.deployments, *found.changes, *found.incidents)}
        return sorted(stored_bodies(connection, None, None)), counted


def after(database: Database, parts: Sequence[Sequence[Event]]) -> tuple[list[str], set[str]]:
    emptied(database)
    for part in parts:
        ingest_events(database, part)
    return content(database)


@given(data=st.data(), found=versions())
@some_properties
def test_neither_order_nor_splitting_matters(store: Database, data: st.DataObject, found: list[Event]) -> None:
    whole = after(store, [found])
    shuffled = data.draw(st.permutations(found))
    cut = data.draw(st.integers(0, len(found)))
    assert after(store, [shuffled[:cut], shuffled[cut:]]) == whole
    assert after(store, [[event] for event in shuffled]) == whole


@given(found=versions())
@some_properties
def test_importing_again_changes_nothing_and_says_so(store: Database, found: list[Event]) -> None:
    emptied(store)
    distinct = len({event.key for event in found})
    assert ingest_events(store, found) == Counts(new=distinct)
    before = content(store)
    assert ingest_events(store, found) == Counts(unchanged=distinct)
    assert content(store) == before


@given(found=versions())
@some_properties
def test_what_is_exported_and_imported_again_is_the_same(store: Database, found: list[Event]) -> None:
    written = after(store, [found])
    complaints = Complaints()
    lines = "\n".join(written[0]).encode()
    again = [event for _, event in read_events(io.BytesIO(lines), complaints)]
    assert complaints.bad_lines == 0
    assert [canonical(event) for event in again] == written[0]
    assert after(store, [again]) == written


@given(found=versions())
@some_properties
def test_only_the_newest_version_of_an_event_counts(store: Database, found: list[Event]) -> None:
    newest = {event.key: event for event in sorted(found, key=lambda event: event.updated_at or MONDAY)}
    stored, counted = after(store, [found])
    assert stored == sorted(canonical(event) for event in newest.values())
    owned = {key for key, event in newest.items() if not event.retracted and _is_ours(event)}
    assert counted == owned


def _is_ours(event: Event) -> bool:
    return any(map(TEAM.owns, event.all_services)) or isinstance(event, Incident)
