"""Reading goes on where it stopped, the newest weeks first, and leaves no hole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cursor import SHORTEST, SLICE, Cursor, horizon
from bot.source import Page, Span, SpanTooLargeError

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SINCE = NOW - timedelta(weeks=104)
HOUR = timedelta(hours=1)


def begun(cursor: Cursor, until: datetime = NOW, since: datetime = SINCE) -> Cursor:
    going_on = cursor.begun(until, since, HOUR)
    assert going_on is not None
    return going_on


def read_all(cursor: Cursor, until: datetime = NOW) -> tuple[Cursor, list[Span]]:
    spans = []
    while (going_on := cursor.begun(until, SINCE, HOUR)) is not None:
        spans.append(going_on.ask.span)
        cursor = going_on.after(Page())
    return cursor, spans


def test_the_last_four_weeks_come_first_and_history_follows_newest_first() -> None:
    cursor, spans = read_all(Cursor())
    assert spans[0] == Span(NOW - SLICE, NOW)
    assert [span.end for span in spans[1:]] == [span.start for span in spans[:-1]]
    assert (cursor.oldest, cursor.newest, len(spans)) == (SINCE, NOW, 26)


def test_the_next_sync_reads_what_is_new_with_an_overlap() -> None:
    cursor, _ = read_all(Cursor())
    later = NOW + timedelta(hours=6)
    assert read_all(cursor, later)[1] == [Span(NOW - HOUR, later)]


def test_within_a_span_the_token_says_where_it_goes_on() -> None:
    cursor = begun(Cursor()).after(Page(done=False, token="page-2"))
    assert begun(cursor).ask == replace(cursor.ask, token="page-2")
    assert (cursor.newest, cursor.oldest) == (None, None)


def test_a_list_sorted_newest_first_goes_on_where_the_younger_span_ended() -> None:
    cursor = begun(Cursor()).after(Page(token="after-4-weeks"))
    later = NOW + HOUR
    assert begun(cursor, later).ask.token is None
    cursor = begun(cursor, later).after(Page(token="of-the-new-ones"))
    assert begun(cursor, later).ask.token == "after-4-weeks"


@pytest.mark.parametrize(("open_days", "asked_days"), [(10, 10), (90, 35)])
def test_what_had_not_ended_is_asked_for_again_but_not_for_ever(open_days: int, asked_days: int) -> None:
    cursor = Cursor(newest=NOW - HOUR, oldest=SINCE, open_since=NOW - timedelta(days=open_days))
    going_on = begun(cursor)
    assert going_on.ask.span.start == NOW - timedelta(days=asked_days)
    assert going_on.after(Page()).open_since is None


def test_a_validator_is_sent_only_where_an_unchanged_list_means_nothing_new() -> None:
    cursor = Cursor(newest=NOW - HOUR, oldest=SINCE, validator='"v1"')
    assert begun(cursor).ask.validator == '"v1"'
    assert begun(cursor).after(Page(done=False, token="page-2")).ask.validator is None
    assert begun(replace(cursor, newest=NOW, oldest=NOW - SLICE)).ask.validator is None


def test_a_list_that_is_too_long_for_a_minute_is_given_up() -> None:
    cursor = Cursor(span=Span(NOW - SHORTEST, NOW))
    with pytest.raises(SpanTooLargeError):
        cursor.shortened()


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=12), st.integers(min_value=0, max_value=400))
def test_whatever_is_cut_short_what_is_read_has_no_hole(cuts: list[int], days_later: int) -> None:
    """Each span touches what was read before, whichever of them had to be halved, in the first sync and a later one."""
    cursor, halvings = Cursor(), list(cuts)
    for until in (NOW, NOW + timedelta(days=days_later)):
        while (going_on := cursor.begun(until, SINCE, HOUR)) is not None:
            for _ in range(halvings.pop() if halvings else 0):
                going_on = going_on.shortened()
            span = going_on.ask.span
            if cursor.newest is not None and cursor.oldest is not None:
                assert span.start <= cursor.newest
                assert span.end >= cursor.oldest
            cursor = going_on.after(Page())
        assert (cursor.oldest, cursor.newest) == (SINCE, until)


def test_what_is_new_is_read_to_its_end_even_where_the_overlap_alone_is_too_long_a_list() -> None:
    cursor = begun(Cursor(newest=NOW, oldest=SINCE), NOW + HOUR).shortened().shortened()
    spans = []
    while cursor.span is not None:
        spans.append(cursor.span)
        cursor = cursor.after(Page())
    assert [spans[0].start, spans[-1].end] == [NOW - HOUR, NOW + HOUR]
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert (cursor.newest, cursor.rest_to) == (NOW + HOUR, None)


def test_each_round_reaches_further_back_than_the_one_before() -> None:
    weeks = [(NOW - horizon(NOW, rounds)).days // 7 for rounds in range(1, 7)]
    assert weeks == [4, 12, 28, 54, 80, 106]
