"""The state after a row of looks, why there is no ping, and what is needed: each in the words that people read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.calendar import WEEK
from bot.metrics.measure import Unknown
from bot.metrics.reach import Silence
from bot.metrics.unknowns import Reason
from bot.regression.log_hours import LogHours
from bot.regression.lookout import Lookout, settled
from bot.regression.looks import Finding, Look
from bot.regression.relationships import RULES
from bot.regression.watch import State
from bot.regression.watch_needs import shortage
from bot.regression.watch_score import WatchRows
from bot.teams import Team
from bot.words import regressions

TEAM = Team("team-x", "Team X", ("checkout",))
NOTHING = Finding(score=0.0, worse=0.5, rise=0.0, faster=0.1, old=0.0, since=date(2026, 8, 31))
REGRESSION = Finding(score=0.97, worse=0.97, rise=0.9, faster=0.99, old=0.1, since=date(2026, 8, 31))
CALM = replace(REGRESSION, score=0.1, worse=0.1)
LIKELY = replace(REGRESSION, score=0.8, worse=0.8)
SILENT = Unknown(Reason.DATA_SILENT, {"days": 30.0, "usual": 3.0})
TOO_FEW = Unknown(Reason.TOO_FEW, {"what": "failures", "have": 1, "need": 4, "weeks": 40, "in_weeks": 9})


def seen(*found: Finding | Unknown) -> Lookout:
    """A look a week; the newest is that of Monday 2 November, after the week of 26 October."""
    newest = datetime(2026, 11, 2, tzinfo=UTC)
    looks: list[Look] = []
    for back, each in zip(range(len(found) - 1, -1, -1), found, strict=True):
        at = newest - timedelta(weeks=back)
        known = {"why": each} if isinstance(each, Unknown) else {"found": each}
        looks.append(Look((at - timedelta(weeks=1)).date(), at.timestamp(), **known))  # pyright: ignore[reportArgumentType]
    return Lookout(tuple(looks))


@pytest.mark.parametrize(
    ("lookout", "unread", "state"),
    [
        pytest.param(Lookout(), False, State.NOT_ENOUGH_DATA, id="no looks"),
        pytest.param(seen(NOTHING), False, State.QUIET, id="nothing seen"),
        pytest.param(seen(LIKELY), False, State.WATCHING, id="worth an eye"),
        pytest.param(seen(REGRESSION), False, State.PINGING, id="told now"),
        pytest.param(seen(REGRESSION, CALM), False, State.RE_ARMING, id="told, and calmer"),
        pytest.param(seen(NOTHING, TOO_FEW), False, State.NOT_ENOUGH_DATA, id="no score at the newest look"),
        pytest.param(seen(REGRESSION, TOO_FEW), False, State.PINGING, id="up until a score says otherwise"),
        pytest.param(seen(NOTHING, SILENT), False, State.SUSPENDED, id="nothing comes any more"),
        pytest.param(seen(NOTHING), True, State.SUSPENDED, id="a source was not read lately"),
        pytest.param(seen(REGRESSION), True, State.PINGING, id="up, whoever was not read: the reading says so too"),
    ],
)
def test_the_state(lookout: Lookout, unread: bool, state: State) -> None:
    assert lookout.state(unread=unread) is state
    assert state in regressions.STATES


UNREAD = (Silence("jira", datetime(2026, 10, 20, tzinfo=UTC).timestamp()),)
WHY = [
    pytest.param(seen(NOTHING, REGRESSION), (), None, id="it pings"),
    pytest.param(
        seen(REGRESSION), UNREAD, "jira has not been read since 20 October; nothing is posted until it is.", id="unread"
    ),
    pytest.param(
        seen(NOTHING),
        (Silence("jira\x1b[1m", None),),
        "jira[1m has not been read yet; nothing is posted until it is.",
        id="never read",
    ),
    pytest.param(
        seen(TOO_FEW),
        (),
        "Not enough data: 1 failure in 40 weeks, 4 needed.",
        id="too few",
    ),
    pytest.param(seen(SILENT), (), "No event has come for 30 days; before, it was 3 at most.", id="silent"),
    pytest.param(
        seen(REGRESSION, LIKELY),
        (),
        "Its ping was due after the week of 19 October: one for a regression, and silence while it lasts.",
        id="told",
    ),
    pytest.param(
        seen(REGRESSION, CALM),
        (),
        "Its ping was due after the week of 19 October, and it is calmer since; the watch is armed again after eight "
        "weeks and two calm looks in a row.",
        id="calmer",
    ),
    pytest.param(
        seen(NOTHING), (), "No speed-up: it is 10% likely that the team got faster, 60% needed.", id="no speed-up"
    ),
    pytest.param(
        seen(replace(REGRESSION, score=0.0, old=0.6)),
        (),
        "The speed-up is no news: it likely began over half a year ago.",
        id="old",
    ),
    pytest.param(seen(LIKELY), (), "Stability is not surely worse: 80% likely, 93% needed.", id="not sure"),
    pytest.param(
        seen(replace(REGRESSION, score=0.92, rise=0.3)),
        (),
        "The rise is too small to interrupt anybody: failures about × 1.2 at the full speed.",
        id="too small",
    ),
]


@pytest.mark.parametrize(("lookout", "unread", "says"), WHY)
def test_why_there_is_no_ping(lookout: Lookout, unread: tuple[Silence, ...], says: str | None) -> None:
    assert regressions.why_silent(lookout, unread, TEAM) == says


def rows(deployments: list[int], failed: list[int]) -> WatchRows:
    weeks = len(deployments)
    nothing, every = LogHours(*(np.zeros(weeks) for _ in range(3))), np.ones(weeks, dtype=bool)
    edges, counts = np.arange(weeks + 1) * WEEK, (np.array(deployments, float), np.array(failed, float))
    return WatchRows(edges, *counts, nothing, nothing, every, every, signs=5)


NEEDS = [
    pytest.param(rows([2] * 40, [1] * 40), None, id="enough"),
    pytest.param(
        rows([2] * 10, [1] * 10),
        "24 more deployments before the last 13 weeks; all that is needed is there in about 15 weeks at the present "
        "pace.",
        id="a new team: 3 weeks until the recent ones are full, and 12 for the others",
    ),
    pytest.param(
        rows([1] * 6, [0] * 6),
        "6 more deployments; at the present pace there will not be enough.",
        id="a new team without failures",
    ),
    pytest.param(
        rows([1] * 30, [0] * 29 + [1]),
        "7 more deployments before the last 13 weeks; all that is needed is there in about 90 weeks at the present "
        "pace.",
        id="failures take longest",
    ),
    pytest.param(
        rows([0, 1] * 30, [0, 1] * 30),
        "5 more deployments; at the present pace there will not be enough.",
        id="too slow for good",
    ),
]


@pytest.mark.parametrize(("weeks", "says"), NEEDS)
def test_what_is_needed_and_in_about_how_many_weeks(weeks: WatchRows, says: str | None) -> None:
    assert regressions.needs(shortage(weeks)) == says


def test_a_team_whose_failures_nobody_sees_is_told_what_to_connect() -> None:
    missing = shortage(replace(rows([2] * 40, [0] * 40), visible=False, signs=1))
    assert regressions.needs(missing) == "Connect incidents, or mark rollbacks and hotfixes."


def test_a_replay_is_told_by_its_pings() -> None:
    assert regressions.pings([], 52) == "It would not have pinged at any of 52 looks."
    assert regressions.pings(["2026-08-31"], 52) == "It would have pinged after the week of 31 August (52 looks)."
    both = regressions.pings(["2026-03-02", "2026-08-31"], 60)
    assert both == "It would have pinged after the weeks of 2 March and 31 August (60 looks)."


def test_every_relationship_has_words() -> None:
    assert RULES.keys() == regressions.RELATIONSHIPS.keys()


@given(st.lists(st.sampled_from([NOTHING, CALM, REGRESSION, LIKELY, SILENT, TOO_FEW]), min_size=1, max_size=30))
def test_where_the_newest_look_is_calm_a_reading_needs_no_other(found: list[Finding | Unknown]) -> None:
    every, newest = seen(*found), seen(found[-1])
    assert newest.newest is not None
    assume(settled(newest.newest))
    for said in (every, newest):
        assert (said.up, said.worth_an_eye, said.found) == (False, False, found[-1])
