"""Whatever happens between and during syncs: after the last one the store holds what the server lists, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.store.database import Database
from bot.store.tables import events, set_aside, stream_events, streams, subject_sources
from tests.integration.listed_source import NOW, KilledError, Listed, ListedSource, ListedStream, counting, synced

HOUR = timedelta(hours=1)
some_properties = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Hours pass, items come and are edited, then a sync runs until it ends or is killed."""

    hours: int
    new: int
    edited: frozenset[int]
    kill_at: int
    rule: bool
    rebuild: bool


turns = st.builds(
    Turn,
    hours=st.integers(1, 2_000),
    new=st.integers(0, 6),
    edited=st.frozensets(st.integers(0, 20), max_size=4),
    kill_at=st.integers(1, 12),
    rule=st.booleans(),
    rebuild=st.booleans(),
)
lists = st.builds(
    ListedStream,
    items=st.lists(st.integers(1, 17_000), max_size=20, unique=True).map(
        lambda ages: [Listed(id=f"d-{age}", at=NOW - age * HOUR) for age in ages]
    ),
    newest_first=st.booleans(),
    has_validator=st.booleans(),
    page_size=st.integers(1, 7),
    cap=st.integers(7, 12),
)


def counts_odd(item: Listed) -> bool:
    return int(item.id.removeprefix("d-")) % 2 == 1


@some_properties
@given(lists, st.lists(turns, max_size=4))
def test_after_the_last_sync_the_store_holds_what_the_server_lists(
    sqlite: Database, listed: ListedStream, script: list[Turn]
) -> None:
    emptied(sqlite)
    now = NOW
    for turn in script:
        now += turn.hours * HOUR
        listed = turned(listed, turn, now)
        source = ListedSource(listed, before=killing(turn.kill_at))
        try:
            synced(sqlite, source, at=now, rebuild=turn.rebuild)
        except KilledError:
            now += HOUR
    report = synced(sqlite, ListedSource(listed), at=now + HOUR)
    assert not report.problems
    assert counting(sqlite) == {item.id: item.edited for item in listed.items if listed.counts(item)}
    synced(sqlite, idle := ListedSource(listed), at=now + 2 * HOUR)
    assert idle.requests <= 2


def turned(listed: ListedStream, turn: Turn, now: datetime) -> ListedStream:
    """An edit lists an item anew, as lists by the time of the last change do."""
    items = [
        replace(item, at=now - timedelta(minutes=number + 1), edited=item.edited + 1) if number in turn.edited else item
        for number, item in enumerate(listed.items)
    ]
    new = [
        Listed(id=f"d-{len(items) + number + 100_000}", at=now - timedelta(minutes=30 + number))
        for number in range(turn.new)
    ]
    rule = {"rule": "odd", "counts": counts_odd} if turn.rule else {"rule": "all", "counts": lambda _: True}
    return replace(listed, items=[*items, *new], **rule)


def killing(number: int) -> Callable[[int], None]:
    def before(request: int) -> None:
        if request == number:
            raise KilledError

    return before


def emptied(database: Database) -> None:
    with database.writing() as connection:
        for table in (events, subject_sources, streams, set_aside, stream_events):
            connection.execute(delete(table))
