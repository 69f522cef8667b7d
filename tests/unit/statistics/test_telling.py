"""What is told after the newest look: one ping a regression, silence while it lasts, one end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.regression.looks import Finding, Look
from bot.regression.telling import ToTell, to_tell

FIRST = date(2026, 1, 5)
LONG_AGO = date(2020, 1, 6)
UP, CALM, NONE = 0.95, 0.2, None

scores = st.lists(st.sampled_from((0.95, 0.8, 0.6, 0.4, 0.1, None)), min_size=1, max_size=60)


def week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def looks(*scored: float | None) -> list[Look]:
    return [
        Look(week(at), float(at), None if score is None else Finding(score, 0.9, 0.5, 0.9, 0.1, None))
        for at, score in enumerate(scored)
    ]


@pytest.mark.parametrize(
    ("case", "scored", "told", "first", "tells"),
    [
        ("a newest look that is up is told", [CALM, CALM, UP], None, LONG_AGO, "ping"),
        ("not at the first live look", [CALM, CALM, UP], None, week(2), ""),
        ("nor one that was up before it", [CALM, UP, UP, UP], None, week(1), ""),
        ("a past look that is up by now is not told", [CALM, UP, CALM], None, LONG_AGO, ""),
        ("what lasts is told where a past look was corrected too late", [CALM, UP, UP], None, LONG_AGO, "ping"),
        ("not where it does not last", [CALM, UP, 0.9], None, LONG_AGO, ""),
        ("nor where it was over and another was slept through", [UP] * 8 + [CALM, CALM, UP, 0.9], 0, LONG_AGO, "ended"),
        ("that one is told as long as it lasts", [UP] * 8 + [CALM, CALM, UP, UP], 0, LONG_AGO, "ping ended"),
        ("a ping that was told and is not over blocks", [UP, UP, UP], 0, LONG_AGO, ""),
        ("even where its own look is calm by now", [CALM, UP, UP], 0, LONG_AGO, ""),
        ("after eight weeks it is said once more", [UP] * 9, 0, LONG_AGO, "reminder"),
        ("not while it is calm", [UP] * 8 + [CALM], 0, LONG_AGO, ""),
        ("it is over after two calm looks in a row", [UP] * 8 + [CALM, CALM], 0, LONG_AGO, "ended"),
        ("not before eight weeks have passed", [UP, CALM, CALM, CALM], 0, LONG_AGO, ""),
        ("looks without a score say nothing", [UP] * 8 + [CALM, NONE], 0, LONG_AGO, ""),
        ("and then there may be news again", [UP] * 8 + [CALM, CALM, UP], 0, LONG_AGO, "ping ended"),
        ("nothing was looked at yet", [], None, LONG_AGO, ""),
        ("nothing was looked at since", [UP], 0, LONG_AGO, ""),
    ],
)
def test_what_is_told(case: str, scored: list[float | None], told: int | None, first: date, tells: str) -> None:
    found = to_tell(looks(*scored), None if told is None else week(told), first)
    said = [name for name in ("ping", "reminder", "ended") if getattr(found, name)]
    assert said == tells.split(), case


@given(scores)
def test_live_every_regression_is_told_once_and_ended_before_the_next(scored: list[float | None]) -> None:
    told: date | None = None
    is_open = False
    for number in range(len(scored)):
        found = to_tell(looks(*scored[: number + 1]), told, week(0))
        if found.ended:
            is_open = False
        if found.ping:
            assert not is_open
            assert found.ping.week == week(number)
            told, is_open = found.ping.week, True


@given(scores, scores)
def test_looks_that_are_corrected_never_make_a_past_week_news(was: list[float | None], now: list[float | None]) -> None:
    before, after = (to_tell(looks(*scored), None, LONG_AGO) for scored in (was, now))
    for found, scored in ((before, was), (after, now)):
        assert found.ping in (None, looks(*scored)[-1])


def test_nothing_is_told_of_nothing() -> None:
    assert to_tell([], week(3), LONG_AGO) == ToTell()
