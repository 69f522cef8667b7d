"""What holds for any list that changes while it is read, and for a history in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from integrations.jira.course import Course
from integrations.jira.jql import condition
from integrations.jira.place import Place
from integrations.jira.settings import StatusesShape
from integrations.jira.statuses import Statuses
from tests.contract.jira.jira_server import DOING, DONE, EASED, NEW, STATUSES, edit, history, status

SIZE = 5
CHANGES = st.lists(st.tuples(st.sampled_from(["add", "leave", "edit"]), st.integers(0, 40)), max_size=8)


def changed(listed: list[int], kind: str, at: int, fresh: int, touched: set[int]) -> list[int]:
    """New and edited items come in at the head; whatever leaves may have been anywhere."""
    if kind == "add":
        return [fresh, *listed]
    if at >= len(listed):
        return listed
    item = listed[at]
    touched.add(item)
    rest = [each for each in listed if each != item]
    return [item, *rest] if kind == "edit" else rest


@given(st.integers(0, 40), st.lists(CHANGES, max_size=12))
def test_whatever_is_left_alone_is_read(count: int, between: list[list[tuple[str, int]]]) -> None:
    listed, touched, read = list(range(count)), set[int](), set[int]()
    place: Place | None = Place()
    waiting = iter(between)
    while place is not None:
        place = Place.of(place.token) if place.total is not None else place
        page = listed[place.start : place.start + SIZE]
        read.update(page)
        place = place.after(len(page), len(listed))
        for number, (kind, at) in enumerate(next(waiting, ())):
            listed = changed(listed, kind, at, 1_000 + len(read) * 10 + number, touched)
    assert set(range(count)) - touched <= read


MOVES = st.lists(st.tuples(st.sampled_from([NEW, DOING, DONE, EASED, "deleted"]), st.booleans()), max_size=12)


@given(MOVES, st.randoms(use_true_random=False))
def test_a_history_means_the_same_in_any_order(moves: list[tuple[str, bool]], random: Random) -> None:
    begin = datetime(2026, 10, 20, 8, tzinfo=UTC)
    log = [
        history(
            begin + timedelta(minutes=minute),
            edit("status", None, after),
            edit("resolution", None, "1" if is_set else None),
        )
        for minute, (after, is_set) in enumerate(moves)
    ]
    statuses = Statuses.of([status(id_) for id_ in STATUSES], StatusesShape(mitigated=[EASED]))
    course = Course.of(log, statuses)
    random.shuffle(log)
    assert Course.of(log, statuses) == course


@given(MOVES)
def test_an_end_is_there_just_where_the_last_move_ended_it(moves: list[tuple[str, bool]]) -> None:
    begin = datetime(2026, 10, 20, 8, tzinfo=UTC)
    known = [after for after, _ in moves if after != "deleted"]
    log = [
        history(begin + timedelta(minutes=minute), edit("status", None, after)) for minute, after in enumerate(known)
    ]
    course = Course.of(log, Statuses.of([status(id_) for id_ in STATUSES], StatusesShape()))
    assert (course.resolved_at is not None) == (known[-1:] == [DONE])


TEXT = st.text(st.characters(exclude_characters="\"'\\"), max_size=20).filter(lambda text: "order" not in text.lower())


@given(TEXT, st.sampled_from(['"', "'"]), TEXT, st.sampled_from(["ORDER BY", "order by", "Order  By"]))
def test_an_order_is_cut_off_only_outside_of_quotes(where: str, quote: str, inside: str, order: str) -> None:
    kept = f"x{where} ~ {quote}{inside} order by {inside}{quote}"
    assert condition(f"{kept} {order} created") == kept.strip()
