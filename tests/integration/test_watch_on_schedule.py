"""A checklist-style regression through the weeks: one ping, silence, one reminder, one end; and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from bot.cursor import Cursor
from bot.errors import StoreError
from bot.events import Change, Deployment, Event, Incident
from bot.ingest import ingest_events
from bot.jobs import pings
from bot.jobs.deps import Deps
from bot.jobs.pulls import SYNC
from bot.jobs.refresh import REFRESH
from bot.jobs.run import Outcome, run_due
from bot.jobs.watch import WATCH
from bot.regression.aftermath import Ending
from bot.schedule import Kind, Slot, Subscription
from bot.source import Ask, Coverage, Page, Stream
from bot.store.database import Database
from bot.store.streams import add_stream
from bot.store.tables import streams
from bot.store.told import Told, close, pings_told, tell
from bot.store.work_tables import outbox, told
from bot.stream_state import StreamState
from bot.teams import Team
from tests.integration.jobs_for_tests import deps_of
from tests.integration.listed_source import ListedSource

BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
TEAM = Team("team-x", "Team X", ("checkout",))
PINGS = Subscription("team-x", "#team-x", Slot(0, 9, ZoneInfo("UTC")), frozenset({Kind.PING}))
ONSET, RAMP, BETTER, END = 60, 8, 84, 110
PINGED = 67  # the Monday of the look that pings


def week(number: float) -> datetime:
    return BEGIN + timedelta(weeks=number)


def history() -> Iterator[Event]:
    """Ten deployments a week, one in ten fails; then, over some weeks, more of both, until failures are few again."""
    draw = np.random.default_rng(7)
    for number in range(END):
        along = min(max((number - ONSET + 1) / RAMP, 0.0), 1.0)
        failing = 0.10 * 3.5**along if number < BETTER else 0.05
        for place in range(int(draw.poisson(10 * 2**along))):
            yield from deployed(
                f"{number}-{place}", week(number + float(draw.uniform(0.02, 0.9))), along, draw, failing
            )


def deployed(name: str, at: datetime, along: float, draw: Any, failing: float) -> Iterator[Event]:
    common: dict[str, Any] = {"source": "ci", "id": name, "service": "checkout"}
    yield Deployment(kind="deployment", status="success", finished_at=at, **common)
    hours = float(np.exp(draw.normal(np.log(40) - along * np.log(2), 1)))
    merged = at - timedelta(minutes=5)
    begun = at - timedelta(hours=max(hours, 0.2))
    yield Change(kind="change", deployment=name, merged_at=merged, first_commit_at=begun, **common)
    if draw.random() < failing:
        ends = at + timedelta(hours=float(2 * 1.5**along))
        yield Incident(
            kind="incident",
            status="resolved",
            deployment=name,
            started_at=at,
            detected_at=at,
            resolved_at=ends,
            **common,
        )


@pytest.fixture(scope="session")
def regression(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Any:
    """A database that holds all of it; what a look sees is what was known at its Monday."""
    path = tmp_path_factory.mktemp("regression") / "quintet.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    ingest_events(database, history())
    database.close()
    return path


@pytest.fixture
def team_x(regression: Any, tmp_path: Any) -> Iterator[Database]:
    path = tmp_path / "quintet.db"
    path.write_bytes(regression.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def deps(database: Database, *wanted: Subscription) -> Deps:
    return replace(deps_of(database), teams=lambda: (TEAM,), subscriptions=wanted)


def live(known: Deps, weeks: range) -> None:
    """Monday by Monday."""
    for number in weeks:
        assert {each.how for each in monday(known, number)} == {"done"}


def monday(known: Deps, number: float) -> list[Outcome]:
    known.clock.set(week(number + 10 / 168).timestamp())
    return list(chain.from_iterable(run_due(job, known) for job in (REFRESH, WATCH)))


def told_of(database: Database) -> tuple[Told, ...]:
    with database.reading() as connection:
        return tuple(pings_told(connection, TEAM.keys))


def messages(database: Database) -> list[tuple[str, int, str, int]]:
    columns = (outbox.c.channel, outbox.c.part, outbox.c.operation, outbox.c.revision)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(outbox.c.channel, outbox.c.part))]


def number_of(ping: Told) -> int:
    return (ping.period - BEGIN.date()).days // 7


def told_weeks(database: Database) -> list[int]:
    return [(ping.period - BEGIN.date()).days // 7 for ping in told_of(database)]


def test_a_regression_is_told_once_named_again_once_and_ended_once(team_x: Database) -> None:
    known = deps(team_x, PINGS, replace(PINGS, channel="#other"))
    live(known, range(64, PINGED + 1))
    assert told_weeks(team_x) == [PINGED - 1, PINGED - 1]
    assert messages(team_x) == [("#other", 0, "post", 1), ("#team-x", 0, "post", 1)]
    live(known, range(PINGED + 1, PINGED + 8))
    assert [row[3] for row in messages(team_x)] == [1, 1]
    live(known, range(PINGED + 8, BETTER))
    with_reminder = [("#other", 0, "post", pings._REMINDED), ("#other", 1, "reply", 1)]
    assert messages(team_x)[:2] == with_reminder
    assert [ping.closed_at for ping in told_of(team_x)] == [None, None]
    live(known, range(BETTER, END))
    assert messages(team_x)[:2] == [("#other", 0, "post", pings._CLOSED), ("#other", 1, "reply", 1)]
    assert told_weeks(team_x) == [PINGED - 1, PINGED - 1]
    assert all(ping.ending is not None for ping in told_of(team_x))


def test_a_first_look_tells_nothing_of_what_was_there_before(team_x: Database) -> None:
    live(deps(team_x, PINGS), range(PINGED, PINGED + 4))
    assert messages(team_x) == []


def test_a_bot_that_was_down_that_week_tells_at_the_newest_look_what_lasts_and_once(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(64, PINGED))
    live(known, range(PINGED + 1, PINGED + 4))
    assert told_weeks(team_x) == [PINGED]


def test_what_corrects_a_look_once_there_is_a_newer_one_is_told_at_the_newer_one(sqlite: Database) -> None:
    late = [event for event in history() if isinstance(event, Incident) and week(62) <= event.at < week(PINGED)]
    ingest_events(sqlite, (event for event in history() if event not in late))
    known = deps(sqlite, PINGS)
    live(known, range(64, PINGED + 1))
    assert messages(sqlite) == []
    ingest_events(sqlite, iter(late))
    live(known, range(PINGED + 1, PINGED + 3))
    assert told_weeks(sqlite) == [PINGED]


def test_who_looks_again_within_the_week_tells_it_once(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(64, PINGED + 1))
    for hours in (1, 5, 50):
        assert {each.how for each in monday(known, PINGED + hours / 168)} == {"done"}
    assert told_weeks(team_x) == [PINGED - 1]


@pytest.mark.parametrize(
    ("zone", "silent", "tells"),
    [("UTC", [0.1, 8.9, 18.1, 24.1, 32.9], 33.1), ("America/New_York", [9.1, 12.9, 22.1], 37.0)],
)
def test_a_ping_waits_for_an_hour_at_which_people_are_at_work_on_the_channel_s_clocks(
    team_x: Database, zone: str, silent: list[float], tells: float
) -> None:
    known = deps(team_x, replace(PINGS, slot=Slot(0, 9, ZoneInfo(zone))))
    live(known, range(65, PINGED))
    for hours in silent:
        at(known, PINGED, hours)
        assert messages(team_x) == []
    at(known, PINGED, tells)
    assert messages(team_x) == [("#team-x", 0, "post", 1)]
    at(known, PINGED, tells - 1)  # somebody sets the clock back
    at(known, PINGED, tells + 1)
    assert messages(team_x) == [("#team-x", 0, "post", 1)]


def test_two_channels_on_other_clocks_are_each_told_at_an_hour_of_their_own(team_x: Database) -> None:
    known = deps(team_x, PINGS, replace(PINGS, channel="#new-york", slot=Slot(0, 9, ZoneInfo("America/New_York"))))
    live(known, range(65, PINGED))
    at(known, PINGED, 9)
    assert messages(team_x) == [("#team-x", 0, "post", 1)]
    at(known, PINGED, 13)
    assert messages(team_x) == [("#new-york", 0, "post", 1), ("#team-x", 0, "post", 1)]


def test_a_reminder_waits_for_such_an_hour_too_and_an_end_does_not(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, PINGED + 1))
    at(known, PINGED + 8, 3)
    assert messages(team_x) == [("#team-x", 0, "post", 1)]
    at(known, PINGED + 8, 9)
    assert messages(team_x)[1:] == [("#team-x", 1, "reply", 1)]
    at(known, BETTER + 8, 3)
    assert messages(team_x)[0] == ("#team-x", 0, "post", pings._CLOSED)


def at(known: Deps, number: int, hours: float) -> None:
    """What is due so long after a Monday 00:00 UTC."""
    monday(known, number + (hours - 10) / 168)


def test_a_ping_that_can_t_be_kept_is_not_told_either_and_comes_later(
    team_x: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*_: object) -> None:
        raise StoreError("The database is full.")

    known = deps(team_x, PINGS)
    live(known, range(65, PINGED))
    with monkeypatch.context() as patch:
        patch.setattr(pings, "enqueue", is_full)
        assert [each.failure for each in monday(known, PINGED)][-1] == "team-x: The database is full."
    assert told_weeks(team_x) == []
    assert [each.how for each in monday(known, PINGED + 0.02)][-1] == "done"
    assert told_weeks(team_x) == [PINGED - 1]
    assert messages(team_x) == [("#team-x", 0, "post", 1)]


def test_who_snoozed_it_is_not_reminded(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, PINGED + 1))
    with team_x.writing() as connection:
        connection.execute(update(told).values(until=round(week(END).timestamp() * 1e6)))
    live(known, range(PINGED + 7, PINGED + 10))
    assert messages(team_x) == [("#team-x", 0, "post", 1)]


def test_a_channel_that_had_snoozed_hears_of_what_lasts_once_that_is_over_though_another_one_heard_at_once(
    team_x: Database,
) -> None:
    earlier = Told(Kind.PING, "team-x", "#other", week(48).date(), week(49).timestamp(), "{}")
    with team_x.writing() as connection:
        tell(connection, earlier)
        close(connection, earlier, Ending.OVER, week(58).timestamp())
        connection.execute(update(told).values(until=round(week(PINGED + 1.5).timestamp() * 1e6)))
    known = deps(team_x, PINGS, replace(PINGS, channel="#other"), replace(PINGS, channel="#new"))
    live(known, range(64, PINGED + 2))
    assert messages(team_x) == [("#new", 0, "post", 1), ("#team-x", 0, "post", 1)]
    live(known, range(PINGED + 2, PINGED + 4))
    assert messages(team_x) == [("#new", 0, "post", 1), ("#other", 0, "post", 1), ("#team-x", 0, "post", 1)]


def test_who_subscribes_while_it_lasts_is_told_no_news_of_before(team_x: Database) -> None:
    live(deps(team_x, PINGS), range(64, PINGED + 1))
    live(deps(team_x, PINGS, replace(PINGS, channel="#other")), range(PINGED + 1, PINGED + 4))
    assert messages(team_x) == [("#team-x", 0, "post", 1)]


def test_who_answered_it_is_not_reminded_and_hears_of_its_end(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, PINGED + 1))
    with team_x.writing() as connection:
        connection.execute(update(told).values(outcome="known"))
    live(known, range(PINGED + 7, PINGED + 10))
    assert messages(team_x) == [("#team-x", 0, "post", 1)]
    live(known, range(BETTER + 8, END))
    assert messages(team_x) == [("#team-x", 0, "post", pings._CLOSED)]


def test_a_team_that_is_renamed_is_not_told_again_and_the_same_message_is_ended(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, PINGED + 1))
    renamed = replace(TEAM, key="team-z", aliases=("team-x",))
    later = replace(known, teams=lambda: (renamed,), subscriptions=(replace(PINGS, team="team-z"),))
    live(later, range(PINGED + 1, PINGED + 3))
    assert messages(team_x) == [("#team-x", 0, "post", 1)]
    live(later, range(BETTER + 8, END))
    assert messages(team_x)[0] == ("#team-x", 0, "post", pings._CLOSED)
    assert told_weeks(team_x) == [PINGED - 1]


def test_a_team_that_is_renamed_just_before_its_regression_is_told_of_it(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, PINGED))
    renamed = replace(TEAM, key="team-z", aliases=("team-x",))
    live(
        replace(known, teams=lambda: (renamed,), subscriptions=(replace(PINGS, team="team-z"),)),
        range(PINGED, PINGED + 1),
    )
    assert messages(team_x) == [("#team-x", 0, "post", 1)]


def test_where_nobody_wants_pings_nothing_is_told(team_x: Database) -> None:
    live(deps(team_x, replace(PINGS, kinds=frozenset({Kind.DIGEST}))), range(65, PINGED + 2))
    assert told_weeks(team_x) == []


def test_while_a_source_was_not_read_for_days_nothing_is_told(team_x: Database) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, PINGED))
    read_until(team_x, {"everything": PINGED - 4 / 7})
    live(known, range(PINGED, PINGED + 1))
    assert told_weeks(team_x) == []
    read_until(team_x, {"everything": PINGED})
    assert {each.how for each in monday(known, PINGED + 0.02)} == {"done"}
    assert told_weeks(team_x) == [PINGED - 1]


@pytest.mark.parametrize(
    ("then", "messages_before", "messages_after"),
    [
        (PINGED, [], [("#team-x", 0, "post", 1)]),
        (
            PINGED + 8,
            [("#team-x", 0, "post", 1)],
            [("#team-x", 0, "post", pings._REMINDED), ("#team-x", 1, "reply", 1)],
        ),
        (BETTER + 8, [("#team-x", 0, "post", 1)], [("#team-x", 0, "post", pings._CLOSED)]),
    ],
    ids=["no ping", "no reminder", "no end"],
)
def test_while_only_some_lists_have_caught_up_nothing_is_told(
    team_x: Database, then: int, messages_before: list[object], messages_after: list[object]
) -> None:
    known = deps(team_x, PINGS)
    live(known, range(65, min(then, PINGED + 1)))
    lists = {"deployments": then, "incidents": PINGED - 2.0}
    read_until(team_x, lists)
    live(known, range(then, then + 1))
    assert messages(team_x) == messages_before
    read_until(team_x, dict.fromkeys(lists, then))
    assert {each.how for each in monday(known, then + 0.02)} == {"done"}
    assert messages(team_x) == messages_after


def test_after_an_outage_nothing_is_told_before_the_sources_were_asked(team_x: Database) -> None:
    known = replace(deps(team_x, PINGS), openers={"hub": lambda: ListedSource(name="hub")})
    for number in range(65, PINGED):
        known.clock.set(week(number).timestamp())
        assert [each.how for each in run_due(SYNC, known)] == ["done"]
        live(known, range(number, number + 1))
    live(known, range(PINGED, PINGED + 1))
    assert told_weeks(team_x) == []
    assert [each.how for job in (SYNC, REFRESH, WATCH) for each in run_due(job, known)] == ["done", "done"]
    assert told_weeks(team_x) == [PINGED - 1]


def read_until(database: Database, weeks: Mapping[str, float]) -> None:
    """Lists of one source, read up to these weeks and back to the beginning."""
    with database.writing() as connection:
        connection.execute(delete(streams))
        for name, number in weeks.items():
            listed = Stream(
                name=name,
                source="hub",
                kinds=("deployment",),
                covers=Coverage(services=("checkout",)),
                rule="{}",
                fetch=no_page,
            )
            cursor = Cursor(newest=week(number), oldest=BEGIN)
            read = replace(StreamState.of("hub", listed, BEGIN), cursor=cursor, reached=BEGIN, synced_at=week(number))
            add_stream(connection, read)


def no_page(_ask: Ask) -> Page:
    raise AssertionError("nothing is asked here")
