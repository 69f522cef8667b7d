"""Events that name each other, or the same, belong together, however many others tie them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.regression.traces import Named, among, groups, names

NAMES = st.integers(0, 30)
EVENTS = st.lists(st.builds(Named, st.floats(0, 1e9), st.lists(NAMES, max_size=4)), max_size=25)


def _in_order(some: set[int]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.array(sorted(some), dtype=np.uint32)


def _grown(events: list[Named]) -> list[list[Named]]:
    """Each group by adding whatever shares a name until nothing more does."""
    left, found = list(events), list[list[Named]]()
    while left:
        group = [left.pop()]
        while more := [each for each in left if any(set(each.names) & set(one.names) for one in group)]:
            group += more
            left = [each for each in left if not any(each is one for one in more)]
        found.append(group)
    return found


@given(EVENTS, st.sets(NAMES))
def test_groups_are_what_adding_event_after_event_comes_to(events: list[Named], elsewhere: set[int]) -> None:
    made = groups(events, _in_order(elsewhere))

    assert sorted(zip(made.first.tolist(), made.last.tolist(), made.known.tolist(), strict=True)) == sorted(
        (
            min(each.at for each in group),
            max(each.at for each in group),
            any(elsewhere & set(each.names) for each in group),
        )
        for group in _grown(events)
    )


@given(st.sets(NAMES), st.lists(NAMES))
def test_a_name_is_among_others_where_it_is_one_of_them(elsewhere: set[int], some: list[int]) -> None:
    assert among(_in_order(elsewhere), np.array(some, dtype=np.uint32)).tolist() == [name in elsewhere for name in some]


def test_the_names_of_no_weeks_are_none() -> None:
    assert names(()).size == 0
