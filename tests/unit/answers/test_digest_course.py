"""How long a reading has held, and what has changed since it was told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.corrections import corrections
from bot.answers.course import Named, course_since, named, named_as_told
from bot.digest_report import DigestTold, WeekTold
from bot.metrics.history import Week
from bot.reading.reading import Match
from bot.words.digest import ordinal

OK = Named(("balanced", ""), "Balanced")
X1 = Named(("checklist_regression", ""), "Checklist-style regression")


def told(**changes: Any) -> DigestTold:
    parts: dict[str, Any] = {
        "rule": "OK",
        "pattern": "balanced",
        "diagnosis": "balanced",
        "investment": "keep",
        "title": "Balanced",
        "streak_weeks": 4,
        "streak_whole": True,
        "gaps": (),
        "weeks": (),
    }
    return DigestTold(**{**parts, **changes})


@pytest.mark.parametrize(
    ("earlier", "changed", "before", "weeks", "whole"),
    [
        ((), "first", None, 1, False),
        ((None,), "first", None, 1, True),
        ((OK,), "now", "Balanced", 1, True),
        ((X1, X1, OK, X1), "still", "Balanced", 3, True),
        ((X1, None), "still", None, 2, True),
        ((X1,) * 12, "still", None, 13, False),
    ],
)
def test_a_streak_goes_back_to_the_first_week_that_read_otherwise(
    earlier: tuple[Named | None, ...], changed: str, before: str | None, weeks: int, whole: bool
) -> None:
    course = course_since(X1, between=earlier)
    assert (course.changed, course.earlier, course.streak_weeks, course.streak_whole) == (changed, before, weeks, whole)


def test_what_was_told_a_week_ago_decides_the_streak() -> None:
    assert course_since(OK, told()).streak_weeks == 5
    assert course_since(OK, told(streak_whole=False)).streak_whole is False
    assert course_since(X1, told()).model_dump() == {
        "changed": "now",
        "earlier": "Balanced",
        "streak_weeks": 1,
        "streak_whole": True,
    }


@given(st.integers(0, 12), st.integers(1, 400), st.booleans())
def test_a_streak_never_falls_behind_what_was_told_where_all_weeks_since_then_read_the_same(
    untold: int, weeks: int, whole: bool
) -> None:
    course = course_since(OK, told(streak_weeks=weeks, streak_whole=whole), [OK] * untold)
    assert (course.streak_weeks, course.streak_whole, course.changed) == (weeks + untold + 1, whole, "still")


@pytest.mark.parametrize(
    ("between", "changed", "before", "weeks"),
    [([X1], "now", X1.title, 1), ([OK, X1, OK], "still", X1.title, 2), ([OK, None], "still", None, 2)],
)
def test_a_week_that_read_otherwise_since_what_was_told_ends_the_streak(
    between: list[Named | None], changed: str, before: str | None, weeks: int
) -> None:
    course = course_since(OK, told(streak_weeks=16), between)
    assert (course.changed, course.earlier, course.streak_weeks, course.streak_whole) == (changed, before, weeks, True)


def test_where_all_since_what_was_told_reads_otherwise_that_is_named() -> None:
    course = course_since(X1, told(streak_weeks=16), [X1, X1])
    assert (course.changed, course.earlier, course.streak_weeks, course.streak_whole) == ("still", "Balanced", 3, True)


def test_a_new_name_for_a_reading_does_not_end_its_streak() -> None:
    assert course_since(OK, told(title="In balance")).streak_weeks == 5


def test_a_pattern_is_the_same_whatever_its_diagnosis_unless_its_title_says_more() -> None:
    slow = [Match("M1", "reliable_delivery_slow_recovery", each, each) for each in ("observability", "slow_recovery")]
    long = [Match("L2", "long_lead_time", each, each) for each in ("review", "pipeline")]
    assert named(slow[0]).same_as(named(slow[1]))
    assert not named(long[0]).same_as(named(long[1]))


def test_what_nobody_can_tell_apart_is_the_same() -> None:
    few, unknown = (Match("U1", None, each, "deployment_data") for each in ("too_few_deployments", "failures_unknown"))
    assert named(few).same_as(named(unknown))
    records = Match("U1", None, "failures_unknown", "failure_records")
    assert not named(records).same_as(named(unknown))


@given(st.sampled_from(["OK", "M1", "L2"]), st.integers(1, 400))
def test_a_reading_that_was_told_is_known_again(rule: str, weeks: int) -> None:
    match = {
        "OK": Match("OK", "balanced", "balanced", "keep"),
        "M1": Match("M1", None, "slow_recovery", "incident_response"),
        "L2": Match("L2", "long_lead_time", "review", "review_workflow"),
    }[rule]
    before = told(
        rule=rule,
        pattern=match.pattern,
        diagnosis=match.diagnosis,
        investment=match.investment,
        title=named(match).title,
        streak_weeks=weeks,
    )
    assert named_as_told(before) == named(match)
    assert course_since(named(match), before).streak_weeks == weeks + 1


def test_what_a_later_version_told_beside_it_is_passed_over() -> None:
    before = told(weeks=(_told_week(5),)).model_dump(mode="json")
    later = {**before, "mood": "calm", "weeks": [{**before["weeks"][0], "mood": "calm"}]}
    assert DigestTold.model_validate(later) == told(weeks=(_told_week(5),))


def _week(day: int, **changes: Any) -> Week:
    parts = {"deployments": 12, "failed": 3, "lead_time": 36_000.0, "recovery_time": 7_200.0, "failure_hours": 6.0}
    return Week(date(2026, 10, day), **{**parts, **changes})


def _told_week(day: int) -> WeekTold:
    return WeekTold(week=date(2026, 10, day), deployments=12, failed=3, lead_time=36_000.0, recovery_time=7_200.0)


BEFORE = told(weeks=tuple(map(_told_week, (5, 12, 19))))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ()),
        ({"lead_time": 38_000.0, "recovery_time": 7_500.0}, ()),
        (
            {"failed": 4},
            ("The week of 19 October: 4 of 12 deployments failed (told: 3 of 12).",),
        ),
        (
            {"deployments": 11, "failed": None},
            ("The week of 19 October: 11 deployments, failures not known (told: 3 of 12).",),
        ),
        (
            {"recovery_time": 111_600.0, "lead_time": None},
            ("The week of 19 October: time to recovery 31 h (told: 2 h).",),
        ),
    ],
)
def test_a_week_that_is_known_otherwise_by_now_is_corrected(changes: dict[str, Any], said: tuple[str, ...]) -> None:
    assert corrections(BEFORE, (_week(5), _week(12), _week(19, **changes), _week(26))) == said


def test_of_many_corrected_weeks_the_newest_are_named_and_the_others_counted() -> None:
    assert corrections(BEFORE, tuple(_week(day, failed=5) for day in (5, 12, 19))) == (
        "The week of 19 October: 5 of 12 deployments failed (told: 3 of 12).",
        "The week of 12 October: 5 of 12 deployments failed (told: 3 of 12).",
        "1 more week changed.",
    )


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (23, "23rd")]
)
def test_a_week_is_counted_as_people_count(n: int, said: str) -> None:
    assert ordinal(n) == said
