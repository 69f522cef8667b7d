"""A look at what is new, upon what is kept of the weeks before, finds what a look at everything finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bot.calendar import WEEK
from bot.events import BaseEvent, Change, Deployment, Incident
from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.regression.looking import Looked, look_on, look_through
from bot.regression.looks import Look, mondays
from bot.regression.seam import Seam, seams
from bot.regression.weeks import Weeks
from bot.store.subjects import known_from
from bot.teams import Team
from tests.unit.statistics.long_courses import SERVICES, Course, at, corrected

TEAM = Team("team-x", "Team X", SERVICES, ZoneInfo("Europe/Berlin"))
Known = dict[str, BaseEvent]


def loaded(known: Known, seam: Seam) -> TeamEvents:
    """As the store hands them out: by time, and open incidents however long ago they began."""

    def wanted(event: BaseEvent) -> bool:
        unended = isinstance(event, Incident) and event.status == "open" and event.resolved_at is None
        return unended or event.at.timestamp() >= seam.loaded_from

    return TeamEvents.of(sorted(filter(wanted, known.values()), key=lambda event: (event.at, event.key)))


def looked_on(known: Known, kept: Weeks, since: float, instants: Iterable[float], team: Team = TEAM) -> Looked | None:
    tries = (look_on(loaded(known, seam), team, Reach(), [*instants], seam) for seam in seams(kept, since, team))
    return next((looked for looked in tries if looked is not None), None)


def looked_through(known: Known, instants: Iterable[float], team: Team = TEAM) -> Looked:
    return look_through(TeamEvents.of(known.values()), team, Reach(), [*instants])


def assert_alike(one: Looked, other: Looked) -> None:
    here, there = one.weeks.tallies, other.weeks.tallies
    for name in ("edges", "figures", "incidents", "signs", "redefined"):
        np.testing.assert_allclose(getattr(here, name), getattr(there, name), err_msg=name)
    assert [outcome(look) for look in one.looks] == [outcome(look) for look in other.looks]


def outcome(look: Look) -> object:
    return (look.week, look.why, None if look.score is None else round(look.score, 6))


def ingest(known: Known, news: Iterable[BaseEvent]) -> list[float]:
    """Since when each of what comes in may say something new."""
    since: list[float] = []
    for event in news:
        both = (event, known.get(event.key, event))
        since += [known_from(each).timestamp() for each in both]  # pyright: ignore[reportArgumentType]
        known[event.key] = event
    return since


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_in_whenever_the_looks_are_those_at_everything(seed: int) -> None:
    random = Random(seed)  # noqa: S311  nothing secret is drawn
    course = Course(
        random,
        weeks=56,
        a_week=random.choice((0.7, 2, 5)),
        far=random.choice((0, 0, 0.02)),
        forgotten=random.choice((0, 0, 0.02)),
    )
    team = TEAM if seed % 3 else Team("team-x", "Team X", SERVICES, attribution_hours=random.choice((2.0, 72.0, 240.0)))
    events, week, known = [*course.events()], random.randrange(28, 40), Known()
    ingest(known, (event for event in events if event.at < at(week)))
    (newest,) = mondays(at(week).timestamp(), 1, team.zone)
    looked = looked_through(known, [newest], team)
    while (week := week + random.choice((0, 1, 1, 1, 2))) < 55:
        now = at(week) + timedelta(days=1 + random.random())
        news = [event for event in events if event.key not in known and event.at < now and random.random() < 0.95]
        if random.random() < 0.3:
            recent = sorted(
                key for key, event in known.items() if event.at > now - timedelta(weeks=random.choice((1, 20)))
            )
            news += [corrected(known[key], random) for key in random.sample(recent, min(2, len(recent)))]
        since = min([newest, *ingest(known, news)])
        instants = [monday for monday in mondays(now.timestamp(), 5, team.zone) if monday > since]
        if instants:
            everything = looked_through(known, instants, team)
            some = looked_on(known, looked.weeks, since, instants, team)
            if some is not None:
                assert_alike(some, everything)
            looked, newest = some or everything, instants[-1]


def deployment(name: str, week: float, service: str = "lists-commits", **fields: Any) -> Deployment:
    listed: dict[str, Any] = {"commits": (f"sha-{name}",)} if service == "lists-commits" else {}
    out = {"status": "success", "finished_at": at(week), "sha": f"sha-{name}", **listed, **fields}
    return Deployment(kind="deployment", id=name, service=service, **out)


def change(name: str, week: float, service: str = "lists-commits", **fields: Any) -> Change:
    merged = {"merged_at": at(week), "first_commit_at": at(week - 0.1), "merge_sha": f"sha-{name}", **fields}
    return Change(kind="change", id=name, service=service, **merged)


def incident(name: str, week: float, **fields: Any) -> Incident:
    told = {"service": "lists-commits", "started_at": at(week), "status": "open", **fields}
    return Incident(kind="incident", id=name, **told)


def steady(weeks: float) -> list[BaseEvent]:
    """Three deployments a week, each with its change; one in ten fails, as its incident says."""
    made: list[BaseEvent] = []
    for place in range(int(weeks * 3)):
        week = place / 3 + 0.1
        made += [deployment(f"d{place}", week), change(f"d{place}", week - 0.02)]
        if place % 10 == 0:
            made.append(incident(f"i{place}", week + 0.01, deployment=f"d{place}", resolved_at=at(week + 0.03)))
    return made


LATELY = [deployment(f"by-time-{week}", week, "by-time") for week in range(3, 44)]
MERGED = [change(f"merged-{week}", week - 0.05, "by-time") for week in range(3, 45)]
UNDO = deployment("undo", 43.4, rollback_of="d51")
BLAMED = incident("blamed", 43.4, deployment="d51", status="resolved", resolved_at=at(43.5))
FIRST_LIST = deployment("first", 43.5, "by-time", commits=())
NOW = 45
NEW = 44.4  # the look before the newest knew nothing of this time


@pytest.mark.parametrize(
    ("before", "news", "weeks_read"),
    [
        pytest.param([], [], 3, id="a usual week"),
        pytest.param([], [deployment("late", 40.5)], 7, id="a deployment that is told of four weeks late"),
        pytest.param([incident("old", 30)], [], 17, id="an incident that is still open"),
        pytest.param([incident("old", 10)], [], 3, id="an incident that nobody ever closed"),
        pytest.param([], [change("undo", NEW, reverts="d3")], None, id="a revert of what was merged long ago"),
        pytest.param([], [change("undo", NEW, reverts="sha-d3")], None, id="a revert that names its commit"),
        pytest.param([], [change("undo", NEW, reverts="d125")], 7, id="a revert of what was merged weeks ago"),
        pytest.param([], [incident("new", NEW, deployment="d3")], None, id="an incident from long ago"),
        pytest.param([], [incident("new", NEW, deployment="deployment:file:d3")], None, id="by its whole name"),
        pytest.param([], [incident("new", NEW, cause_sha="sha-d3")], None, id="an incident from an old commit"),
        pytest.param([], [deployment("back", NEW, sha="sha-d3")], None, id="a version of long ago comes back"),
        pytest.param([], [deployment("back", NEW, rollback_of="d3")], None, id="a rollback of long ago"),
        pytest.param([change("waits", 5)], [deployment("d", NEW, sha="sha-waits")], None, id="a change waited long"),
        pytest.param(
            [deployment("one", 3, "by-time")], [deployment("two", NEW, "by-time")], None, id="only time tells"
        ),
        pytest.param(
            LATELY,
            [deployment("two", NEW, "by-time")],
            3,
            id="by time, and lately",
        ),
        pytest.param(
            [deployment("first", 2, "by-time", commits=()), *LATELY, *MERGED],
            [deployment("two", NEW, "by-time")],
            3,
            id="commits were listed once",
        ),
        pytest.param(
            LATELY,
            [deployment("two", NEW, "by-time", commits=())],
            None,
            id="commits are listed for the first time",
        ),
        pytest.param(
            LATELY[:27],
            [deployment("two", NEW, "by-time", commits=(), status="failure")],
            None,
            id="commits are listed for the first time, by a rollout that fails",
        ),
        pytest.param([UNDO], [UNDO.model_copy(update={"retracted": True})], None, id="a rollback is taken back"),
        pytest.param([UNDO], [UNDO.model_copy(update={"rollback_of": None})], None, id="it was no rollback after all"),
        pytest.param([BLAMED], [BLAMED.model_copy(update={"status": "cancelled"})], None, id="an incident is none"),
        pytest.param([BLAMED], [BLAMED.model_copy(update={"deployment": "d130"})], None, id="of another deployment"),
        pytest.param(
            [*LATELY, *MERGED, FIRST_LIST],
            [FIRST_LIST.model_copy(update={"retracted": True})],
            None,
            id="the only list of commits is taken back",
        ),
    ],
)
def test_what_reaches_far_back_is_read_as_far_back(
    before: list[BaseEvent], news: list[BaseEvent], weeks_read: int | None
) -> None:
    known, newest = Known(), at(NOW - 1).timestamp()
    ingest(known, [event for event in steady(NOW - 1) + before if event.at < at(NOW - 1)])
    team = Team("team-x", "Team X", SERVICES)
    kept = looked_through(known, [newest], team).weeks
    usual = [event for event in steady(NOW) if event.key not in known]
    since = min([newest, *ingest(known, [*usual, *news])])
    instants = [monday for monday in mondays(at(NOW).timestamp(), 6, team.zone) if monday > since]
    held = [seam for seam in seams(kept, since, team) if look_on(loaded(known, seam), team, Reach(), instants, seam)]
    assert [round((at(NOW).timestamp() - seam.loaded_from) / WEEK) for seam in held[:1]] == [weeks_read][: len(held)]
    assert bool(held) == (weeks_read is not None)
    if held:
        some = look_on(loaded(known, held[0]), team, Reach(), instants, held[0])
        assert some is not None
        assert_alike(some, looked_through(known, instants, team))


def test_deployments_that_time_alone_may_blame_are_read_too() -> None:
    team = Team("team-x", "Team X", SERVICES, attribution_hours=200)
    known, newest, now = Known(), at(NOW - 1).timestamp(), at(NOW).timestamp()
    mended = incident("eight-days-later", 41.05, service="by-version", status="resolved", resolved_at=at(41.2))
    rare = [deployment("first", 5, "by-version"), deployment("rare", 39.9, "by-version"), mended]
    ingest(known, [event for event in steady(NOW - 1) + rare if event.at < at(NOW - 1)])
    kept = looked_through(known, [newest], team).weeks
    some, everything = looked_on(known, kept, newest, [now], team), looked_through(known, [now], team)
    assert_alike(some or everything, everything)
