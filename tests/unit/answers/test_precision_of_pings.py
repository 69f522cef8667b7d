"""Once a quarter a digest says what became of the bot's own pings: what was answered, and what was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.precision import is_first_of_quarter, precision, quarter
from bot.blocks.digest import as_json, digest_messages
from bot.blocks.organisation import organisation_messages
from bot.digest_report import OrganisationDigest
from bot.schedule import Kind
from bot.store.told import Told
from tests.unit.answers.digest_examples import full
from tests.unit.answers.slack_rules import strings
from tests.unit.answers.test_terminal_digest import printed

WEEK = date(2026, 9, 28)  # its digest is of Monday 5 October, the first of that quarter
PING = Told(Kind.PING, "team-x", "#team-x", WEEK, 0.0, "{}")
YEAR = timedelta(weeks=52)


@pytest.mark.parametrize(
    ("case", "week", "told", "due"),
    [
        ("the Monday after the week lies in a new quarter", WEEK, None, True),
        ("the same where the week before was told", WEEK, WEEK - timedelta(weeks=1), True),
        ("not a week later", WEEK + timedelta(weeks=1), WEEK, False),
        ("nor where nothing was ever told, in the middle of a quarter", date(2026, 11, 2), None, False),
        ("a channel that missed the quarter's beginning hears of it later", date(2026, 10, 19), WEEK - YEAR / 4, True),
        ("a quarter that begins on a Monday", date(2026, 5, 25), date(2026, 5, 18), False),
        ("begins with the digest of that day", date(2029, 9, 24), None, True),
        ("the year's end", date(2026, 12, 28), date(2026, 12, 21), True),
    ],
)  # fmt: skip
def test_it_is_told_in_a_channel_s_first_digest_of_a_quarter(
    case: str, week: date, told: date | None, due: bool
) -> None:
    assert is_first_of_quarter(week, told) is due, case


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        (["right", "right", "wrong"], (3, 2, 0, 1, 0)),
        (["known", None], (2, 0, 1, 0, 1)),
        ([None], (1, 0, 0, 0, 1)),
        (["something that a later version keeps"], (1, 0, 0, 0, 1)),
    ],
)
def test_no_answer_is_said_as_no_answer(answers: list[str | None], counted: tuple[int, ...]) -> None:
    told = [
        replace(PING, outcome=answer, period=WEEK - timedelta(weeks=9 + place)) for place, answer in enumerate(answers)
    ]
    found = precision(told, WEEK)
    assert found
    assert (found.told, found.right, found.known, found.wrong, found.unanswered) == counted


@pytest.mark.parametrize(
    ("told_on", "counts"),
    [("2025-09-29", False), ("2025-10-06", True), ("2026-09-28", True), ("2026-10-05", False)],
)
def test_it_is_of_the_four_quarters_before(told_on: str, counts: bool) -> None:
    ping = replace(PING, period=date.fromisoformat(told_on) - timedelta(weeks=1))
    assert (precision([ping], WEEK) is not None) is counts


def test_where_nothing_was_told_there_is_no_line() -> None:
    assert precision([], WEEK) is None


weeks = st.dates(date(2020, 1, 6), date(2030, 1, 7)).map(lambda day: day - timedelta(days=day.weekday()))
pings = st.lists(
    st.builds(
        Told,
        st.just(Kind.PING),
        st.text(max_size=3),
        st.text(max_size=3),
        weeks,
        st.just(0.0),
        st.just(""),
        outcome=st.none() | st.sampled_from(("right", "wrong", "known", "else")),
    ),
    max_size=20,
)


@given(pings, weeks)
def test_what_was_answered_and_what_was_not_adds_up_to_what_was_told(told: list[Told], week: date) -> None:
    found = precision(told, week)
    within = [each for each in told if found and found.since <= each.period + timedelta(weeks=1) < found.until]
    assert (found is None) is not within
    if found:
        assert found.told == len(within) == found.right + found.known + found.wrong + found.unanswered
        assert found.until == quarter(week + timedelta(weeks=1))


@given(weeks, st.integers(1, 60))
def test_who_gets_every_digest_hears_of_it_once_a_quarter(first: date, count: int) -> None:
    of = [first + timedelta(weeks=number) for number in range(count)]
    due = [quarter(week + timedelta(weeks=1)) for week in of if is_first_of_quarter(week, week - timedelta(weeks=1))]
    assert due == sorted(set(due))
    passed = {quarter(week + timedelta(weeks=1)) for week in of} - {quarter(first)}
    assert passed <= set(due)


def test_every_surface_shows_it() -> None:
    found = precision([replace(PING, period=WEEK - timedelta(weeks=9), outcome="right")], WEEK)
    says = (
        "Pings in the year before 1 October 2026: 1 told. People said: 1 right, 0 known already, 0 not useful; "
        "no answer to 0."
    )
    told = full().model_copy(update={"precision": found})
    main, _ = digest_messages(told)
    assert says in "\n".join(strings(list(main.blocks)))
    assert says in main.words
    assert says in " ".join(printed(told).split())
    assert as_json(told)["precision"] == {
        "since": "2025-10-01",
        "until": "2026-10-01",
        "told": 1,
        "right": 1,
        "known": 0,
        "wrong": 0,
        "unanswered": 0,
    }
    everyone, _ = organisation_messages(OrganisationDigest(channel="#all", week=WEEK, teams=(), precision=found))
    assert says in "\n".join(strings(list(everyone.blocks)))
