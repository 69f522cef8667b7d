"""What a digest asks to keep an eye on, what it lacks, and when it is one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.answers.quiet import is_quiet
from bot.answers.weekly_watch import gaps, watched
from bot.digest_report import Course
from bot.metrics.measure import Metric, Unknown
from bot.metrics.reach import Reach, Silence
from bot.metrics.unknowns import Reason
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.reading.reading import Match, Reading
from bot.regression.effects import effect
from bot.regression.lookout import Lookout
from bot.regression.looks import Look
from bot.regression.net import NetLine, NetVerdict
from bot.team_report import TeamReport, Then
from bot.words.digest import watch_waits
from tests.unit.answers.pictures import END, incident, picture
from tests.unit.answers.report_examples import balanced

WEEK = date(2026, 8, 24)
STILL = Course(changed="still", earlier=None, streak_weeks=6, streak_whole=True)


def reading(rule: str = "OK", *then: str, **changes: Any) -> Reading:
    matches = [Match(each, None, each, "keep") for each in (rule, *then)]
    return replace(read(picture("GGGGG")), headline=matches[0], then=tuple(matches[1:]), **changes)


def report(*then: str, **changes: Any) -> TeamReport:
    later = tuple(
        Then(rule=rule, pattern=None, diagnosis="x", next_investment="keep", says=f"{rule} holds.") for rule in then
    )
    known = balanced().reading.model_copy(update={"then": later})
    return balanced().model_copy(update={"reading": known, "watch": (), **changes})


def test_what_the_report_watches_comes_first_and_a_trade_behind_another_headline_after_it() -> None:
    seen = watched(picture("GGGGG"), reading("L2", "X2", "F2"), report("X2", "F2", watch=("Debt.",)), None)
    assert seen == ("Debt.", "X2 holds.")


@pytest.mark.parametrize(
    ("key", "rule", "says"),
    [
        ("fewer_failures_by_shipping_less", "F4", "Fewer deployments fail, but fewer are made or gates stop more"),
        ("fewer_failures_by_shipping_less", "X2", None),
        ("frequency_without_testing", "M1", "Deployments rose, more of them fail"),
        ("frequency_without_testing", "X1", None),
        ("genuine_improvement", "OK", None),
    ],
)
def test_a_relationship_is_named_where_no_reading_tells_of_it(key: str, rule: str, says: str | None) -> None:
    seen = watched(picture("GGGGG"), reading(rule, relationships=(key,)), report(), None)
    assert len(seen) == (says is not None)
    assert says is None or seen[0].startswith(says)


def _worse(known: Picture, ratio: float) -> Picture:
    moved = replace(known.trends[Metric.CHANGE_FAILURE_RATE], effect=effect(ratio, 0.01))
    return replace(known, trends={**known.trends, Metric.CHANGE_FAILURE_RATE: moved})


@pytest.mark.parametrize(
    ("rule", "rise", "named"), [("T1", 0.7, True), ("T1", 0.0, False), ("X1", 0.7, False)], ids=["T1", "back", "X1"]
)
def test_what_became_normal_is_named_until_it_is_back(rule: str, rise: float, named: bool) -> None:
    seen = watched(_worse(picture("GGPGG"), rise), reading(rule), report(), WEEK)
    assert any("told for the week of 24 August is no longer new" in line for line in seen) is named


def test_the_gaps_end_with_what_the_watch_waits_for() -> None:
    why = Unknown(Reason.TOO_FEW, {"what": "deployments", "have": 6, "need": 12, "weeks": 13, "in_weeks": 5})
    known = replace(picture("GGGGG"), lookout=Lookout((Look(WEEK, END, why=why),)))
    assert gaps(known, report())[-1] == (
        "The watch for regressions has to wait. Not enough data: 6 deployments in 13 weeks, 12 needed. "
        "At this pace that takes about 5 weeks more."
    )


def test_while_a_source_is_not_read_the_watch_is_said_to_be_suspended() -> None:
    known = replace(picture("GGGGG"), reach=Reach(silent=(Silence("github", None),)))
    assert gaps(known, report())[-1] == (
        "The watch for regressions tells nobody anything until every source is read again."
    )


@pytest.mark.parametrize(
    ("why", "says"),
    [
        (Unknown(Reason.TOO_FEW, {"what": "failures", "have": 1, "need": 4, "weeks": 60}), "there will not be enough."),
        (Unknown(Reason.DATA_SILENT, {"days": 20, "usual": 4}), "No event has come for 20 days; before, it was 4"),
        (Unknown(Reason.FAILURES_NOT_VISIBLE), None),
        (Unknown(Reason.NO_DEPLOYMENTS), None),
    ],
)
def test_the_watch_says_only_what_no_other_line_says(why: Unknown, says: str | None) -> None:
    told = watch_waits(why)
    assert (told is None) if says is None else (told is not None and says in told)


def _lasting(known: Picture) -> Picture:
    return replace(known, signs=replace(known.signs, open_beyond_band=(incident().key,)))


@pytest.mark.parametrize(
    ("known", "rule", "course", "quiet"),
    [
        (picture("GGGGG"), "OK", STILL, True),
        (picture("GGGGU"), "U3", STILL, True),
        (picture("PGPPG"), "T1", STILL, False),
        (picture("GGUGG"), "U1", STILL, False),
        (picture("GGGUG"), "U2", STILL, False),
        (picture("GGGGG"), "OK", Course(changed="now", earlier="X", streak_weeks=1, streak_whole=True), False),
        (picture("GGGGG"), "OK", Course(changed="first", earlier=None, streak_weeks=1, streak_whole=True), False),
        (_lasting(picture("GGGGG")), "OK", STILL, False),
        (replace(picture("GGGGG"), net=NetLine(verdict=NetVerdict.WORSE)), "OK", STILL, False),
        (replace(picture("GGGGG"), reach=Reach(silent=(Silence("jira", None),))), "OK", STILL, False),
        (
            replace(picture("GGGGG"), lookout=Lookout((Look(WEEK, END, why=Unknown(Reason.DATA_SILENT)),))),
            "OK",
            STILL,
            False,
        ),
    ],
)
def test_a_week_is_quiet_only_where_nothing_calls_for_anybody(
    known: Picture, rule: str, course: Course, quiet: bool
) -> None:
    assert is_quiet(known, reading(rule), course) is quiet
