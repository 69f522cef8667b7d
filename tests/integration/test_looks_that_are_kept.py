"""Kept looks are a cache: they always are what would be found now, whatever came in, in whatever order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.answers.looks import lookout, refresh_looks
from bot.events import BaseEvent, Change, Deployment, Event, Incident
from bot.ingest import ingest_events
from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.regression.looking import Looked, look_through
from bot.regression.looks import LOOKS, Look, looks, mondays
from bot.regression.watch import over
from bot.store.database import Database
from bot.store.events import data_revision, team_events
from bot.store.looks import RULES, forget_looks, keep_looks, kept_looks
from bot.store.schema import open_database
from bot.store.tables import events, subject_sources
from bot.store.weeks import kept_weeks
from bot.store.work_tables import looks as table
from bot.store.work_tables import touches
from bot.teams import Freeze, Team
from tests.unit.metrics.any_history import MONDAY, TEAM, histories
from tests.unit.statistics.test_looks import TEAM as SIMULATED
from tests.unit.statistics.test_looks import as_known_at, history
from tests.unit.statistics.test_looks import at as simulated_week

WEEKS = 62


def at(week: float) -> datetime:
    return MONDAY + timedelta(weeks=week)


ONSET = simulated_week(64)
NOW = at(WEEKS) + timedelta(hours=9)


def deployment(name: str, week: float, **fields: Any) -> Deployment:
    given_fields = {"service": "checkout", "status": "success", "finished_at": at(week), "source": "base", **fields}
    return Deployment(kind="deployment", id=name, **given_fields)


def incident(name: str, week: float, **fields: Any) -> Incident:
    began = {"service": "checkout", "status": "resolved", "source": "base", "started_at": at(week)}
    return Incident(kind="incident", id=name, **{**began, "resolved_at": at(week + 0.02), **fields})


@cache
def base() -> tuple[BaseEvent, ...]:
    """Three deployments a week, each with a change; one in eight fails. Enough for a score from week 14 on."""
    made: list[BaseEvent] = []
    for place in range(3 * WEEKS):
        week = place / 3 + 0.1
        made.append(deployment(f"d{place}", week))
        made.append(
            Change(
                kind="change",
                id=f"c{place}",
                source="base",
                service="checkout",
                deployment=f"d{place}",
                merged_at=at(week - 0.01),
                first_commit_at=at(week - 0.2),
            )
        )
        if place % 8 == 0:
            made.append(incident(f"i{place}", week + 0.005, deployment=f"d{place}"))
    return tuple(made)


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    path = tmp_path / "quintet.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


def emptied(database: Database) -> None:
    with database.writing() as connection:
        for each in (events, subject_sources, table, touches):
            connection.execute(delete(each))


def kept(database: Database, team: Team = TEAM, reach: Reach | None = None) -> tuple[Look, ...]:
    with database.reading() as connection:
        return kept_looks(connection, team, reach or Reach()).looks


def alike(one: Sequence[Look], other: Sequence[Look]) -> bool:
    """Sums may differ in their last digit, since they are added up in another order."""
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(one: Look, other: Look) -> bool:
    if (one.found is None) != (other.found is None) or replace(one, found=None) != replace(other, found=None):
        return False
    names = ("score", "worse", "rise", "faster", "old")
    return one.found is None or (
        one.found.since == other.found.since  # pyright: ignore[reportOptionalMemberAccess]
        and all(getattr(one.found, name) == pytest.approx(getattr(other.found, name)) for name in names)
    )


def changed(event: Event, draw: random.Random) -> Event:
    """The same event, as its source might say it later."""
    if draw.random() < 0.3:
        return event.model_copy(update={"retracted": not event.retracted})
    if isinstance(event, Deployment):
        told = {
            "failed": draw.choice([None, True, False]),
            "failed_at": event.at + timedelta(hours=draw.randint(0, 900)),
        }
        return event.model_copy(update=draw.choice([told, {"service": draw.choice(["checkout", "pay-new", "other"])}]))
    if isinstance(event, Incident):
        earlier = {"detected_at": event.at - timedelta(hours=draw.randint(0, 900))}
        return event.model_copy(update=draw.choice([earlier, {"status": "cancelled"}, {"deployment": "d100"}]))
    return event


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # of events by the hundred nothing smaller is found in an hour
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(histories(), st.randoms(use_true_random=False))
def test_kept_looks_are_what_would_be_found_now_whatever_came_in_when(
    store: Database, some: TeamEvents, draw: random.Random
) -> None:
    emptied(store)
    everything = [*base(), *chain.from_iterable(getattr(some, each.name) for each in fields(some))]
    draw.shuffle(everything)
    late = [changed(event, draw) for event in draw.sample(everything, 6)]
    batches = [everything[:-20], *(everything[-20:][place::3] for place in range(3)), late]
    for batch in batches:
        ingest_events(store, batch)  # pyright: ignore[reportArgumentType]
        if draw.random() < 0.7:
            refresh_looks(store, TEAM, at(draw.randint(WEEKS - 8, WEEKS)))
    known = {event.key: event for event in (*everything, *late)}
    expected = looks(timeline(TeamEvents.of(known.values()), TEAM), Reach(), NOW.timestamp(), LOOKS)
    assert alike(lookout(store, TEAM, NOW.timestamp(), Reach()).looks, expected)
    refresh_looks(store, TEAM, NOW)
    assert alike(kept(store), expected)


def test_kept_looks_ping_where_those_did_that_were_made_week_by_week_of_what_was_known(store: Database) -> None:
    """An incident is open until it ends, and a look then knows no more; later all is known, and kept as looks."""
    events, weeks, live = history(), range(50, 80), list[float | None]()
    for week in weeks:
        monday = simulated_week(week + 1)
        ingest_events(store, [as_known_at(each, monday) for each in events if each.at < monday])  # pyright: ignore[reportArgumentType]
        refresh_looks(store, SIMULATED, monday)
        live.append(kept(store, SIMULATED)[-1].score)
    emptied(store)
    ingest_events(store, events)  # pyright: ignore[reportArgumentType]
    refresh_looks(store, SIMULATED, simulated_week(80))
    later = [look.score for look in kept(store, SIMULATED)[-len(weeks) :]]
    assert live == pytest.approx(later)
    pings = [[watch.pings for watch in over(scores)] for scores in (live, later)]
    assert pings[0] == pings[1]
    assert sum(pings[0]) == 1


def imported(database: Database) -> None:
    ingest_events(database, base())  # pyright: ignore[reportArgumentType]
    assert refresh_looks(database, TEAM, NOW)
    assert len(kept(database)) == LOOKS


def test_what_is_kept_is_not_made_again(database: Database) -> None:
    imported(database)
    assert not refresh_looks(database, TEAM, NOW)
    assert not refresh_looks(database, TEAM, NOW + timedelta(days=6, hours=10))
    assert refresh_looks(database, TEAM, NOW + timedelta(weeks=1)), "a new Monday has a look of its own"
    assert len(kept(database)) == LOOKS


@pytest.mark.parametrize(
    ("event", "still_hold"),
    [
        pytest.param(deployment("new", WEEKS + 0.2), 52, id="of the week that has only begun"),
        pytest.param(deployment("new", WEEKS - 0.5), 51, id="of last week"),
        pytest.param(deployment("new", WEEKS), 52, id="exactly at the look, which does not see it"),
        pytest.param(incident("new", WEEKS - 10.5), 41, id="an incident of ten weeks ago"),
        pytest.param(incident("new", WEEKS - 2.5, detected_at=at(WEEKS - 0.5)), 49, id="noticed later than it began"),
        pytest.param(incident("new", WEEKS - 0.5, detected_at=at(WEEKS - 2.5)), 49, id="noticed before it began"),
        pytest.param(deployment("new", WEEKS - 0.5, failed=True, failed_at=at(WEEKS - 3.5)), 48, id="judged before"),
        pytest.param(deployment("d180", WEEKS + 0.1), 50, id="moved to a later week: where it was counts too"),
        pytest.param(deployment("d180", 60.1, service="other"), 50, id="moved to somebody else's service"),
        pytest.param(deployment("d180", 60.1, retracted=True), 50, id="taken back"),
        pytest.param(deployment("d180", 60.1), 52, id="the same again"),
        pytest.param(deployment("new", WEEKS - 5.5, service="other"), 52, id="of somebody else's service"),
        pytest.param(deployment("new", WEEKS - 5.5, service="pay-new"), 46, id="of a service that a glob first meets"),
    ],
)
def test_what_comes_in_touches_only_the_looks_that_it_may_change(
    event: Event, still_hold: int, database: Database
) -> None:
    imported(database)
    ingest_events(database, [event])
    assert len(kept(database)) == still_hold


@pytest.mark.parametrize(
    ("team", "reach"),
    [
        pytest.param(replace(TEAM, services=("checkout",)), Reach(), id="services"),
        pytest.param(replace(TEAM, freezes=(Freeze(MONDAY.date(), MONDAY.date()),)), Reach(), id="freezes"),
        pytest.param(replace(TEAM, attribution_hours=12.0), Reach(), id="attribution hours"),
        pytest.param(TEAM, Reach(seen_since=at(3).timestamp()), id="an incident source"),
        pytest.param(TEAM, Reach(loaded_from=at(3).timestamp()), id="history that is being loaded"),
        pytest.param(TEAM, Reach(pulled=frozenset({"base"})), id="a source that is pulled"),
    ],
)
def test_looks_of_another_team_definition_or_reach_hold_no_longer(team: Team, reach: Reach, store: Database) -> None:
    imported(store)
    assert kept(store, team, reach) == ()
    assert len(kept(store, replace(TEAM, name="Another name", channel="#x"))) == LOOKS


def test_touches_are_forgotten_once_nothing_kept_waits_for_them(database: Database) -> None:
    imported(database)
    ingest_events(database, [deployment("new", WEEKS - 0.5)])
    with database.writing() as connection:
        forget_looks(connection, [TEAM])
        assert connection.execute(select(func.count()).select_from(touches)).scalar_one() == 1
    refresh_looks(database, TEAM, NOW)
    with database.writing() as connection:
        forget_looks(connection, [TEAM])
        assert connection.execute(select(func.count()).select_from(touches)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 1
        forget_looks(connection, [])
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_looks_of_older_data_never_take_the_place_of_newer_ones(database: Database) -> None:
    imported(database)
    with database.reading() as connection:
        revision = data_revision(connection)
    ingest_events(database, [deployment("new", WEEKS - 0.5)])
    refresh_looks(database, TEAM, NOW)
    with database.writing() as connection:
        keep_looks(connection, TEAM, Reach(), look_through(TeamEvents(), TEAM, Reach(), [NOW.timestamp()]), revision)
    assert len(kept(database)) == LOOKS


def test_weeks_that_build_upon_others_are_only_kept_beside_those(store: Database) -> None:
    """Two refresh at once: meanwhile the other one made every week anew, of data that was taken back again."""
    imported(store)
    through = look_through(TeamEvents.of(base()), TEAM, Reach(), [at(WEEKS).timestamp()])
    with store.writing() as connection:
        revision = data_revision(connection)
        keep_looks(connection, TEAM, Reach(), replace(through, anew_from=0.0), revision, upon=revision - 1)
    assert len(kept(store)) == LOOKS


def test_a_clock_that_steps_back_over_monday_leaves_no_week_out(store: Database) -> None:
    imported(store)
    assert refresh_looks(store, TEAM, NOW - timedelta(hours=10))
    with store.reading() as connection:
        weeks = kept_weeks(connection, TEAM, at(WEEKS - 1).timestamp())
    assert len(() if weeks is None else weeks.traces) == WEEKS - 1


def test_what_is_half_loaded_is_left_out_also_where_looks_are_kept(store: Database) -> None:
    ingest_events(store, [*base(), incident("forgotten", 2.5, status="open", resolved_at=None)])  # pyright: ignore[reportArgumentType]
    within, monday = Reach(loaded_from=at(WEEKS - 3).timestamp()), at(WEEKS).timestamp()

    def through(as_of: float) -> Looked:
        with store.reading() as connection:
            return look_through(team_events(connection, TEAM, within.loaded_from), TEAM, within, [as_of])

    with store.writing() as connection:
        keep_looks(connection, TEAM, within, through(monday), data_revision(connection))
    ingest_events(store, [deployment("late", WEEKS - 3.5)])
    (look,) = lookout(store, TEAM, monday, within, 1).looks
    assert alike([look], through(monday).looks)


def test_where_touches_may_be_forgotten_already_looks_of_older_data_are_not_kept(database: Database) -> None:
    """Somebody looks for a first time, and meanwhile an ingest and the forgetting of what touched nothing kept."""
    ingest_events(database, base())  # pyright: ignore[reportArgumentType]
    with database.reading() as connection:
        revision = data_revision(connection)
    made = look_through(TeamEvents.of(base()), TEAM, Reach(), mondays(NOW.timestamp(), LOOKS, TEAM.zone))
    ingest_events(database, [deployment("new", WEEKS - 0.5)])
    with database.writing() as connection:
        forget_looks(connection, [TEAM])
    with database.writing() as connection:
        keep_looks(connection, TEAM, Reach(), made, revision)
    assert kept(database) == ()
    assert refresh_looks(database, TEAM, NOW)
    assert len(kept(database)) == LOOKS


def test_whoever_changes_what_a_look_says_moves_the_rules() -> None:
    """Else the looks that are kept go on saying what they said before."""
    (look,) = looks(timeline(TeamEvents.of(history()), SIMULATED), Reach(), ONSET.timestamp(), 1)
    assert look.found is not None
    found = (look.found.score, look.found.rise, look.found.faster, look.found.old)
    assert (RULES, *(round(each, 3) for each in found)) == (3, 0.918, 0.574, 0.846, 0.126)
