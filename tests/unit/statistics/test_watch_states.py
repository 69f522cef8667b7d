"""When the watch pings, how long it is silent, and when it is armed again."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.regression.watch import CALM_LOOKS, SILENT_LOOKS, State, Watch, over
from bot.regression.watch_score import ENDED, PING

HIGH, UP, CALM = 0.97, 0.6, 0.1


def pings(scores: list[float | None]) -> list[int]:
    return [place for place, watch in enumerate(over(scores)) if watch.pings]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param([], [], id="no looks"),
        pytest.param([CALM, UP, 0.92], [], id="nothing reaches the threshold"),
        pytest.param([CALM, PING], [1], id="exactly the threshold"),
        pytest.param([HIGH] * 30, [0], id="one ping while it lasts"),
        pytest.param([HIGH, *[CALM] * 8, HIGH], [0, 9], id="again after eight weeks and two calm looks"),
        pytest.param([HIGH, *[CALM] * 7, HIGH], [0], id="not within eight weeks"),
        pytest.param([HIGH, *[UP] * 12, CALM, HIGH, CALM, HIGH], [0], id="two calm looks must follow each other"),
        pytest.param([HIGH, *[UP] * 12, CALM, None, CALM, HIGH], [0, 16], id="a look without a score lies between"),
        pytest.param([HIGH, *[None] * 20, HIGH], [0], id="looks without a score are not calm"),
        pytest.param([None, None, HIGH], [2], id="the first score may ping"),
    ],
)
def test_when_it_pings(scores: list[float | None], expected: list[int]) -> None:
    assert pings(scores) == expected


@pytest.mark.parametrize(
    ("scores", "state"),
    [
        pytest.param([], State.QUIET, id="before the first look"),
        pytest.param([0.69], State.QUIET, id="low"),
        pytest.param([0.70], State.WATCHING, id="worth an eye"),
        pytest.param([HIGH], State.PINGING, id="told"),
        pytest.param([HIGH, ENDED], State.PINGING, id="told, and still up"),
        pytest.param([HIGH, 0.49], State.RE_ARMING, id="told, and calmer"),
        pytest.param([HIGH, None], State.PINGING, id="a look without a score changes nothing"),
        pytest.param([HIGH, *[CALM] * 8], State.QUIET, id="over"),
    ],
)
def test_what_state_it_is_in(scores: list[float | None], state: State) -> None:
    watch = ([Watch(), *over(scores)])[-1]
    assert watch.state is state
    assert watch.up is (state is State.PINGING)


scores = st.lists(st.none() | st.floats(0, 1), max_size=80)


@given(scores)
def test_two_pings_are_far_apart_and_calm_looks_lie_between(scores: list[float | None]) -> None:
    told = pings(scores)
    for first, second in pairwise(told):
        assert second - first > SILENT_LOOKS
        between = [score for score in scores[first + 1 : second] if score is not None]
        assert any(
            all(score < ENDED for score in between[at : at + CALM_LOOKS]) for at in range(len(between) - CALM_LOOKS + 1)
        )


@given(scores, scores)
def test_looks_can_be_taken_up_where_they_stopped(before: list[float | None], after: list[float | None]) -> None:
    kept = ([Watch(), *over(before)])[-1]
    assert over([*before, *after])[len(before) :] == over(after, kept)
