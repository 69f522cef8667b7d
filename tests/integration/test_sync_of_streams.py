"""A sync reads every stream newest first, keeps each page at once, and says what failed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event as Signal

import pytest
from sqlalchemy import text

from bot.errors import CredentialError, SourceError, StoreError
from bot.jobs import sync as job
from bot.source import Page, SetAside, Source
from bot.store.database import Database
from bot.store.events import data_revision
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
WAYS = pytest.mark.parametrize(
    "way", [{}, {"newest_first": True}, {"newest_first": True, "has_validator": True}, {"cap": 5}], ids=str
)


@WAYS
def test_all_is_stored_once_and_an_idle_sync_asks_each_stream_once(database: Database, way: dict[str, object]) -> None:
    listed = ListedStream(items=deployments(40, every=3 * DAY), **way)
    assert not synced(database, ListedSource(listed)).problems
    assert counting(database) == {item.id: 0 for item in listed.items}
    again = ListedSource(listed)
    report = synced(database, again, at=LATER)
    assert again.requests == 1
    assert (report.sources[0].streams[0].new, report.sources[0].streams[0].updated) == (0, 0)


def test_the_last_four_weeks_of_all_streams_come_first_and_older_ones_in_step(sqlite: Database) -> None:
    lists = [ListedStream(name, items=deployments(30, every=WEEK), event_source=name) for name in ("a", "b", "c")]
    source = ListedSource(*lists, before=killing(12))
    with pytest.raises(KilledError):
        synced(sqlite, source)
    assert [name for name, ask in source.asks if ask.span.end == NOW] == ["a", "a", "b", "b", "c", "c"]
    with sqlite.reading() as connection:
        reached = {state.stream: state.reached for state in stream_states(connection)}
    assert set(reached.values()) <= {NOW - 4 * WEEK, NOW - 8 * WEEK, NOW - 12 * WEEK}


def test_a_short_list_costs_few_requests_however_far_back_it_is_read(sqlite: Database) -> None:
    source = ListedSource(ListedStream(items=deployments(2)))
    report = synced(sqlite, source)
    assert source.requests == 6
    assert report.sentences == ("shop: 2 new, 0 updated, 0 unchanged; 6 requests; history to 2024-11-27",)


def test_a_span_that_the_server_would_cut_short_is_asked_for_in_parts(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(300, every=DAY / 8), cap=10, page_size=5)
    source = ListedSource(listed)
    synced(sqlite, source)
    assert set(counting(sqlite)) == {item.id for item in listed.items}
    assert source.requests < 2 * 300 / 5


def test_a_list_that_can_never_be_read_whole_is_one_failure(sqlite: Database) -> None:
    crowd = [Listed(id=str(number), at=NOW - timedelta(minutes=5)) for number in range(20)]
    report = synced(sqlite, ListedSource(ListedStream(items=crowd, cap=10)))
    assert report.problems == ("shop deployments: the server lists less than one minute of it has.",)


def test_a_sync_goes_on_where_it_was_killed(database: Database) -> None:
    listed = ListedStream(items=deployments(20), page_size=4)
    kills = 0
    while True:
        source = ListedSource(listed, before=killing(2))
        try:
            synced(database, source)
        except KilledError:
            kills += 1
            continue
        break
    assert set(counting(database)) == {item.id for item in listed.items}
    assert kills > 20 / 4


def test_a_token_that_the_server_no_longer_takes_costs_a_page_and_no_more(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(20), page_size=4)
    with pytest.raises(KilledError):
        synced(sqlite, ListedSource(listed, before=killing(3)))
    listed.tokens_live = False
    assert not synced(sqlite, ListedSource(listed)).problems
    assert set(counting(sqlite)) == {item.id for item in listed.items}


def test_stopping_keeps_what_is_read_and_goes_on_from_there(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(20), page_size=4)
    first = ListedSource(listed)
    report = synced(sqlite, first, stopped=lambda: first.requests >= 2)
    assert report.sentences[-1] == "stopped; the next sync goes on from here"
    assert (first.requests, len(counting(sqlite))) == (2, 8)
    synced(sqlite, second := ListedSource(listed))
    assert second.asks[0][1].token is not None
    assert {"d-8", "d-9"} <= set(counting(sqlite))


def test_a_source_past_its_deadline_stops_and_is_no_failure(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(20), page_size=4)
    minutes = itertools.count()
    report = synced(
        sqlite, ListedSource(listed), clock=lambda: NOW + timedelta(minutes=next(minutes)), deadline_seconds=400
    )
    assert not report.problems
    assert report.sentences[-1] == "shop: stopped at its deadline; the next sync goes on from here"
    synced(sqlite, ListedSource(listed), at=LATER)
    assert len(counting(sqlite)) == 20


@pytest.mark.parametrize("opener", [CredentialError("shop: set SHOP_TOKEN."), SourceError("shop: set SHOP_TOKEN.")])
def test_a_source_that_does_not_open_keeps_no_other_out(sqlite: Database, opener: Exception) -> None:
    def fail() -> Source:
        raise opener

    report = synced(sqlite, ListedSource(ListedStream(items=deployments(3)), name="fine"), openers={"shop": fail})
    assert report.problems == ("shop: set SHOP_TOKEN.",)
    assert len(counting(sqlite)) == 3


def test_a_stream_that_fails_is_named_once_and_the_others_are_read(sqlite: Database) -> None:
    lists = [ListedStream(name, items=deployments(3), event_source=name) for name in ("a", "b", "c")]
    lists[1].failure = SourceError("shop: /b is not there (404).")
    report = synced(sqlite, ListedSource(*lists))
    assert report.problems == ("shop b: /b is not there (404).",)
    assert [stream.new for stream in report.sources[0].streams] == [3, 0, 3]
    assert failures(sqlite) == {"a": None, "b": "shop: /b is not there (404).", "c": None}
    lists[1].failure = None
    assert not synced(sqlite, ListedSource(*lists), at=LATER).problems
    assert failures(sqlite) == {"a": None, "b": None, "c": None}


def test_a_refused_credential_stops_its_source_at_once(sqlite: Database) -> None:
    lists = [ListedStream(name, items=deployments(3), event_source=name) for name in ("a", "b")]
    lists[0].failure = CredentialError("shop: https://shop.example does not accept env:SHOP_TOKEN (401).")
    source = ListedSource(*lists)
    report = synced(sqlite, source)
    assert source.requests == 1
    assert report.problems == ("shop: https://shop.example does not accept env:SHOP_TOKEN (401).",)


def test_a_server_that_is_away_is_not_asked_for_every_stream(sqlite: Database) -> None:
    lists = [ListedStream(f"s{number}", event_source=str(number), failure=unreachable()) for number in range(9)]
    source = ListedSource(*lists)
    assert synced(sqlite, source).problems == (str(unreachable()),)
    assert source.requests == 3


def test_a_mistake_in_a_source_is_a_sentence_and_not_a_crash(sqlite: Database) -> None:
    broken = ListedStream("a", failure=KeyError("secret"))
    report = synced(sqlite, ListedSource(broken, ListedStream("b", items=deployments(3))))
    assert report.problems == (
        "shop a: this version can't make sense of the answer (KeyError); --debug shows where. The other sources go on.",
    )
    assert isinstance(report.bug, KeyError)
    assert len(counting(sqlite)) == 3


def test_a_slow_source_holds_the_others_up_only_so_long(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "_STRAGGLER_SECONDS", 0.05)
    others_are_done = Signal()
    slow = ListedSource(ListedStream("a"), name="slow", before=lambda _: waited(others_are_done))
    quick = ListedSource(ListedStream("b"), name="quick", before=lambda n: n == 6 and others_are_done.set())
    assert not synced(sqlite, slow, quick).problems


def waited(signal: Signal) -> None:
    assert signal.wait(20)


def test_an_idle_sync_leaves_the_revision_of_the_data_alone(sqlite: Database) -> None:
    listed = ListedStream(items=deployments(5))
    synced(sqlite, ListedSource(listed))
    with sqlite.reading() as connection:
        before = data_revision(connection)
    synced(sqlite, ListedSource(listed), at=LATER)
    with sqlite.reading() as connection:
        assert data_revision(connection) == before


def test_what_can_not_be_read_is_kept_once_until_it_can(sqlite: Database) -> None:
    odd = Listed(id="d-odd", at=NOW - timedelta(minutes=10), readable=False)
    listed = ListedStream(items=[odd, *deployments(2)])
    for _ in range(2):
        report = synced(sqlite, ListedSource(listed))
    kept = report.as_json()["sources"][0]["streams"][0]["set_aside"]
    assert kept == [{"item": "d-odd", "reason": "is odd"}]
    assert "shop: 1 item could not be read; `quintet sync --json` says which and why" in report.sentences
    listed.items[0] = replace(odd, readable=True)
    report = synced(sqlite, ListedSource(listed), at=LATER)
    assert report.sources[0].streams[0].set_aside == {}
    assert "d-odd" in counting(sqlite)


def test_an_event_that_is_yet_to_happen_is_set_aside(sqlite: Database) -> None:
    source = ListedSource(ListedStream(items=[*deployments(2)]))
    stream = source.streams()[0]
    ahead = Listed(id="d-ahead", at=NOW + timedelta(hours=2)).event("test:shop")
    source.streams = lambda: [replace(stream, fetch=lambda _: Page(events=(ahead,)))]
    report = synced(sqlite, source)
    kept = report.sources[0].streams[0].set_aside
    reason = "it is dated in the future: a clock is wrong, or a field means something else"
    assert kept == {"deployment of 2026-11-25 14:00 UTC, d-ahead": reason}
    assert not counting(sqlite)


def test_an_item_that_is_odd_in_another_way_now_is_kept_once(database: Database) -> None:
    pages = iter(
        [
            Page(set_aside=(SetAside("run d-1", "d-1", "is odd", "{}"), SetAside("nameless", "", "is odd", "{}"))),
            Page(set_aside=(SetAside("run d-1 of today", "d-1", "is ahead", "{}"),)),
            *([Page()] * 9),
        ]
    )
    source = ListedSource(ListedStream())
    stream = replace(source.streams()[0], fetch=lambda _: next(pages))
    source.streams = lambda: [stream]
    kept = synced(database, source).sources[0].streams[0].set_aside
    assert kept == {"run d-1 of today": "is ahead", "nameless": "is odd"}


@pytest.mark.parametrize("edits", [(0, 3), (3, 0)])
def test_of_two_versions_on_one_page_the_newer_counts(sqlite: Database, edits: tuple[int, int]) -> None:
    versions = [Listed(id="d-1", at=NOW - DAY, edited=edit) for edit in edits]
    assert not synced(sqlite, ListedSource(ListedStream(items=versions))).problems
    assert counting(sqlite) == {"d-1": 3}


def test_a_running_deployment_is_asked_for_until_it_ends(sqlite: Database) -> None:
    running = Listed(id="d-1", at=NOW - 10 * DAY, open=True)
    listed = ListedStream(items=[running])
    synced(sqlite, ListedSource(listed))
    listed.items[0] = replace(running, open=False, edited=1)
    synced(sqlite, ListedSource(listed), at=LATER)
    assert counting(sqlite) == {"d-1": 1}


def killing(number: int) -> Callable[[int], None]:
    def before(request: int) -> None:
        if request >= number:
            raise KilledError

    return before


def failures(database: Database) -> dict[str, str | None]:
    with database.reading() as connection:
        return {state.stream: state.failure for state in stream_states(connection)}


def test_two_syncs_at_once_do_each_other_no_harm(database: Database) -> None:
    """A rebuild begins while a sync is at work: only one of them goes on, and nothing is taken back that is listed."""
    listed = ListedStream(items=deployments(30), page_size=4)
    synced(database, ListedSource(listed))

    def meanwhile(request: int) -> None:
        if request == 1:
            assert not synced(database, ListedSource(listed), at=LATER, rebuild=True).problems

    report = synced(database, ListedSource(listed, before=meanwhile), at=LATER)
    assert report.problems == ("shop deployments: another sync reads it at the same time, and goes on with it.",)
    assert set(counting(database)) == {item.id for item in listed.items}
    assert not synced(database, ListedSource(listed), at=LATER + DAY).problems


@pytest.mark.parametrize(
    ("yielded", "stays"), [("d-1", False), ("d-1/web", False), ("d-12", True), ("x/d-1", True)], ids=str
)
def test_what_is_set_aside_goes_when_its_event_or_one_of_several_is_yielded(
    database: Database, yielded: str, *, stays: bool
) -> None:
    odd = SetAside("run #d-1 to production", "d-1", "is odd", "{}")
    event = replace(deployments(2)[1], id=yielded).event("test:shop")
    source = ListedSource(ListedStream())
    pages = iter([Page(set_aside=(odd,)), Page(events=(event,)), *([Page()] * 9)])
    stream = replace(source.streams()[0], fetch=lambda _: next(pages))
    source.streams = lambda: [stream]
    assert bool(synced(database, source).sources[0].streams[0].set_aside) == stays


def test_a_database_that_can_not_be_written_ends_the_sync_of_all_sources(sqlite: Database) -> None:
    def broken(request: int) -> None:
        if request == 2:
            with sqlite.writing() as connection:
                connection.execute(text("DROP TABLE set_aside"))

    source = ListedSource(ListedStream(items=deployments(20)), before=broken)
    with pytest.raises(StoreError):
        synced(sqlite, source, ListedSource(ListedStream("b", event_source="b"), name="other"))
    assert source.requests == 2
