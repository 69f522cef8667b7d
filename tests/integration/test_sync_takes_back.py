"""What a source lists no longer is taken back, not left to count for ever; and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ingest import ingest_events
from bot.store.database import Database
from bot.store.events import stored_bodies
from bot.store.streams import stream_states
from tests.integration.listed_source import (
    DAY,
    NOW,
    WEEK,
    KilledError,
    Listed,
    ListedSource,
    ListedStream,
    counting,
    deployments,
    synced,
    unreachable,
)

LATER = NOW + timedelta(hours=2)
ODD_ONES = '{"deployments": {"from": "workflow"}}'


def odd(item: Listed) -> bool:
    return int(item.id.removeprefix("d-")) % 2 == 1


def by_workflow(listed: ListedStream) -> ListedStream:
    return replace(listed, rule=ODD_ONES, counts=odd)


@pytest.fixture
def listed() -> ListedStream:
    return ListedStream(items=deployments(10, every=2 * WEEK), rule='{"deployments": {"from": "deployments"}}')


def test_another_rule_reads_the_window_again_and_takes_back_what_it_leaves_out(
    database: Database, listed: ListedStream
) -> None:
    synced(database, ListedSource(listed))
    report = synced(database, ListedSource(by_workflow(listed)), at=LATER)
    assert set(counting(database)) == {"d-1", "d-3", "d-5", "d-7", "d-9"}
    said = "shop deployments: 5 deployments taken back, because deployments.from changed"
    assert said in report.sentences
    assert said not in synced(database, ListedSource(by_workflow(listed)), at=LATER + DAY).sentences


def test_what_another_rule_yields_again_counts_again(sqlite: Database, listed: ListedStream) -> None:
    synced(sqlite, ListedSource(listed))
    synced(sqlite, ListedSource(by_workflow(listed)), at=LATER)
    synced(sqlite, ListedSource(listed), at=LATER + DAY)
    assert set(counting(sqlite)) == {item.id for item in listed.items}


@pytest.mark.parametrize("kill_at", range(1, 9))
def test_reading_again_goes_on_where_it_was_killed(sqlite: Database, listed: ListedStream, kill_at: int) -> None:
    def before(request: int) -> None:
        if request == kill_at:
            raise KilledError

    synced(sqlite, ListedSource(listed))
    try:
        synced(sqlite, ListedSource(by_workflow(listed), before=before), at=LATER)
    except KilledError:
        assert {"d-1", "d-3", "d-5", "d-7", "d-9"} <= set(counting(sqlite))
    synced(sqlite, ListedSource(by_workflow(listed)), at=LATER + DAY)
    assert set(counting(sqlite)) == {"d-1", "d-3", "d-5", "d-7", "d-9"}


def test_no_event_counts_by_two_rules_as_far_back_as_reports_look(database: Database, listed: ListedStream) -> None:
    synced(database, ListedSource(listed))
    source = ListedSource(by_workflow(listed))
    report = synced(database, source, at=LATER, stopped=lambda: source.requests == 1)
    within = {item.id for item in listed.items if item.at >= LATER - 4 * WEEK}
    assert within == {"d-0", "d-1"}
    assert set(counting(database)) == {item.id for item in listed.items} - {"d-0"}
    assert "shop deployments: 1 deployment taken back, because deployments.from changed" in report.sentences


def test_reports_look_no_further_back_than_the_new_rule_was_read(sqlite: Database, listed: ListedStream) -> None:
    synced(sqlite, ListedSource(listed))
    source = ListedSource(by_workflow(listed))
    synced(sqlite, source, at=LATER, stopped=lambda: source.requests == 1)
    with sqlite.reading() as connection:
        (state,) = stream_states(connection)
    assert state.reached == LATER - 4 * WEEK


def test_a_rebuild_takes_back_what_was_deleted_and_keeps_what_the_server_forgot(
    database: Database, listed: ListedStream
) -> None:
    synced(database, ListedSource(listed))
    listed.items = [item for item in listed.items if item.id not in ("d-2", "d-8", "d-9")]
    assert len(counting(database)) == 10
    report = synced(database, ListedSource(listed), at=LATER, rebuild=True)
    assert set(counting(database)) == {f"d-{number}" for number in range(10) if number != 2}
    assert "shop deployments: 1 deployment taken back, because the server lists it no longer" in report.sentences


def test_a_rebuild_that_finds_nothing_takes_nothing_back(sqlite: Database, listed: ListedStream) -> None:
    """A list of deployments that is empty now is a server that forgets."""
    synced(sqlite, ListedSource(listed))
    synced(sqlite, ListedSource(replace(listed, items=[])), at=LATER, rebuild=True)
    assert len(counting(sqlite)) == 10


def test_a_rebuild_can_be_stopped_and_goes_on_from_there(sqlite: Database, listed: ListedStream) -> None:
    synced(sqlite, ListedSource(listed))
    listed.items = [item for item in listed.items if item.id != "d-2"]
    source = ListedSource(listed)
    synced(sqlite, source, at=LATER, rebuild=True, stopped=lambda: source.requests == 2)
    with sqlite.reading() as connection:
        (state,) = stream_states(connection)
    assert state.reached == NOW - timedelta(weeks=104)
    again = ListedSource(listed)
    synced(sqlite, again, at=LATER + timedelta(hours=1), rebuild=True)
    assert again.asks[0][1].span.end <= LATER + timedelta(hours=1)
    assert "d-2" not in counting(sqlite)


def test_what_can_not_be_read_now_stays_as_it_was_through_a_rebuild(sqlite: Database, listed: ListedStream) -> None:
    synced(sqlite, ListedSource(listed))
    listed.items[2] = replace(listed.items[2], readable=False)
    report = synced(sqlite, ListedSource(listed), at=LATER, rebuild=True)
    assert len(counting(sqlite)) == 10
    assert report.sources[0].streams[0].set_aside == {"d-2": "is odd"}
    del listed.items[2]
    report = synced(sqlite, ListedSource(listed), at=LATER + DAY, rebuild=True)
    assert (len(counting(sqlite)), report.sources[0].streams[0].set_aside) == (9, {})


def test_a_rebuild_takes_back_all_incidents_of_a_list_that_is_empty_now(database: Database) -> None:
    """A tracker keeps its issues: those that it does not list are no incidents any more, however old they are."""
    listed = ListedStream(name="incidents", items=incidents(5, 50, 500), kind="incident")
    synced(database, ListedSource(listed))
    listed.items = listed.items[:1]
    synced(database, ListedSource(listed), at=LATER, rebuild=True)
    assert set(counting(database)) == {"i-5"}
    listed.items = []
    report = synced(database, ListedSource(listed), at=LATER + DAY, rebuild=True)
    assert not counting(database)
    assert "shop incidents: 1 incident taken back, because the server lists it no longer" in report.sentences


def test_a_list_of_incidents_that_could_not_be_read_whole_takes_nothing_back(sqlite: Database) -> None:
    listed = ListedStream(name="incidents", items=incidents(5, 50, 500), kind="incident")
    synced(sqlite, ListedSource(listed))
    listed.items = []
    synced(sqlite, ListedSource(listed, before=failing_from(3)), at=LATER, rebuild=True)
    assert len(counting(sqlite)) == 3


def failing_from(number: int) -> Callable[[int], None]:
    def before(request: int) -> None:
        if request >= number:
            raise unreachable()

    return before


def incidents(*ages: int, **how: bool) -> list[Listed]:
    return [Listed(id=f"i-{age}", at=NOW - age * DAY, kind="incident", **how) for age in ages]


def test_a_list_that_yielded_nothing_leaves_nothing_behind(database: Database) -> None:
    """Such as that of a repository whose name was mistyped: there is nothing to take back, and nothing to say."""
    mistyped = ListedStream("acme/chekcout deployments", failure=unreachable())
    synced(database, ListedSource(ListedStream("a", items=deployments(2)), mistyped))
    assert not synced(database, ListedSource(ListedStream("a", items=deployments(2))), at=LATER).left
    with database.reading() as connection:
        assert [state.stream for state in stream_states(connection)] == ["a"]


def test_known_incidents_are_asked_after_and_those_that_left_are_taken_back(database: Database) -> None:
    listed = ListedStream(
        items=[*incidents(1, 20, 50), *incidents(90, open=True)], kind="incident", rechecks=True, page_size=10
    )
    synced(database, ListedSource(listed))
    listed.items = [*incidents(20, 50), replace(incidents(90)[0], edited=1)]
    source = ListedSource(listed)
    report = synced(database, source, at=LATER)
    assert source.rechecked == [("deployments", ("i-90", "i-1", "i-20"), NOW - timedelta(hours=1))]
    assert counting(database) == {"i-20": 0, "i-50": 0, "i-90": 1}
    assert source.requests == 2
    said = "shop deployments: 1 incident taken back, because the server lists it no longer"
    assert said in report.sentences


@pytest.mark.parametrize(
    ("at_once", "asked"), [(0, ("i-90", "i-20")), (2, ("i-90", "i-20")), (3, ("i-90", "i-20", "i-50"))]
)
def test_old_incidents_are_asked_after_where_one_request_carries_them_too(
    database: Database, at_once: int, asked: tuple[str, ...]
) -> None:
    items = [*incidents(20, 50, 400), *incidents(90, open=True)]
    listed = ListedStream(items=items, kind="incident", rechecks=True, rechecked_at_once=at_once, page_size=10)
    synced(database, ListedSource(listed))
    listed.items = [item for item in items if item.id != "i-50"]
    synced(database, source := ListedSource(listed), at=LATER)
    assert [ids for _, ids, _ in source.rechecked] == [asked]
    assert ("i-50" in counting(database)) == ("i-50" not in asked)


def test_a_change_of_a_known_incident_is_not_missed_when_a_sync_is_killed(sqlite: Database) -> None:
    listed = ListedStream(items=incidents(2), kind="incident", rechecks=True)
    synced(sqlite, ListedSource(listed))

    def before(request: int) -> None:
        if request == 2:
            raise KilledError

    with pytest.raises(KilledError):
        synced(sqlite, ListedSource(listed, before=before), at=LATER)
    synced(sqlite, again := ListedSource(listed), at=LATER)
    assert again.rechecked[0][2] == NOW - timedelta(hours=1)


def test_an_event_that_another_stream_still_yields_stays(sqlite: Database) -> None:
    both = deployments(2)
    first, second = ListedStream("first", items=both), ListedStream("second", items=both)
    synced(sqlite, ListedSource(first, second))
    first = replace(first, rule="{}2", counts=lambda _: False)
    synced(sqlite, ListedSource(first, second), at=LATER)
    assert set(counting(sqlite)) == {"d-0", "d-1"}
    second = replace(second, rule="{}2", counts=lambda _: False)
    synced(sqlite, ListedSource(first, second), at=LATER + DAY)
    assert not counting(sqlite)


def test_what_came_from_a_file_alone_is_never_touched(sqlite: Database, listed: ListedStream) -> None:
    ingest_events(sqlite, [Listed(id="d-file", at=NOW - DAY).event("test:shop")])
    synced(sqlite, ListedSource(listed))
    synced(sqlite, ListedSource(by_workflow(listed)), at=LATER, rebuild=True)
    assert "d-file" in counting(sqlite)


def test_a_stream_that_is_in_the_settings_no_longer_keeps_its_events_until_a_rebuild(database: Database) -> None:
    kept, left = ListedStream("a", items=deployments(2)), ListedStream("b", items=incidents(1, 2))
    synced(database, ListedSource(kept, left))
    report = synced(database, ListedSource(kept), at=LATER)
    said = "shop b: no longer in the settings; "
    assert report.sentences[-1] == f"{said}2 events stay. `quintet sync --rebuild` takes them back"
    assert len(counting(database)) == 4
    report = synced(database, ListedSource(kept), at=LATER, rebuild=True)
    assert report.sentences[-1] == f"{said}2 events taken back"
    assert set(counting(database)) == {"d-0", "d-1"}
    assert not synced(database, ListedSource(kept), at=LATER + DAY).left


def test_a_source_that_can_not_be_read_keeps_a_rebuild_from_taking_back(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(2))
    synced(sqlite, ListedSource(listed), ListedSource(replace(listed, event_source="other"), name="other"))
    broken = ListedSource(replace(listed, failure=RuntimeError()))
    synced(sqlite, broken, at=LATER, rebuild=True)
    with sqlite.reading() as connection:
        assert {state.source for state in stream_states(connection)} == {"shop", "other"}


def test_a_source_with_a_new_name_goes_on_where_it_was(database: Database, listed: ListedStream) -> None:
    synced(database, ListedSource(listed))
    renamed = ListedSource(listed, name="acme")
    report = synced(database, renamed, at=LATER, rebuild=False)
    assert renamed.requests == 1
    assert not report.left
    synced(database, ListedSource(listed, name="acme"), at=LATER, rebuild=True)
    assert len(counting(database)) == 10


def test_events_that_are_named_after_their_source_count_once_under_its_new_name(
    database: Database, listed: ListedStream
) -> None:
    synced(database, ListedSource(listed, name="one"))
    kept = replace(listed, event_source="test:two", items=listed.items[:-1])
    report = synced(database, ListedSource(kept, name="two"), at=LATER)
    assert "one deployments: called two now; 9 events moved there" in report.sentences
    assert under(database) == {"test:shop": {"d-9"}, "test:two": {item.id for item in kept.items}}
    assert len(synced(database, ListedSource(kept, name="two"), at=LATER + DAY).left) == 1


def test_another_server_with_lists_of_the_same_name_takes_nothing_over(sqlite: Database, listed: ListedStream) -> None:
    """Its items have the same numbers, and happened at other times."""
    synced(sqlite, ListedSource(listed, name="one"))
    items = [replace(item, at=item.at + timedelta(minutes=1)) for item in listed.items]
    synced(sqlite, ListedSource(replace(listed, event_source="test:two", items=items), name="two"), at=LATER)
    assert {source: len(ids) for source, ids in under(sqlite).items()} == {"test:shop": 10, "test:two": 10}


def under(database: Database) -> dict[str, set[str]]:
    """What counts, by the name of its source."""
    with database.reading() as connection:
        bodies = [json.loads(body) for body in stored_bodies(connection, None, None)]
    found: dict[str, set[str]] = {}
    for body in bodies:
        if not body.get("retracted"):
            found.setdefault(body["source"], set()).add(body["id"])
    return found


def test_a_sync_of_one_source_says_nothing_of_the_others(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(2))
    shop, other = ListedSource(listed), ListedSource(replace(listed, event_source="other"), name="other")
    synced(sqlite, shop, other)
    report = synced(sqlite, shop, other, at=LATER, only="other", rebuild=True)
    assert [source.source for source in report.sources] == ["other"]
    assert not report.left
