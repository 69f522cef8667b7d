"""What was told is kept as it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.regression.aftermath import Ending
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.told import Told, close, last_told, normal_since, pings_told, tell

WEEK = date(2026, 10, 26)
NOW = 1_793_606_400.25
PING = Told(Kind.PING, "shop", "#shop", WEEK, NOW, '{"score": 0.95}')


def tell_all(database: Database, *what: Told) -> list[bool]:
    with database.writing() as connection:
        return [tell(connection, each) for each in what]


def test_the_first_word_stands(database: Database) -> None:
    assert tell_all(database, PING, replace(PING, body="{}", at=NOW + 9)) == [True, False]
    with database.reading() as connection:
        assert pings_told(connection, ("shop",)) == (PING,)


def test_what_is_told_elsewhere_or_of_another_week_or_kind_is_told_for_itself(database: Database) -> None:
    others = (
        replace(PING, channel="#else"),
        replace(PING, period=WEEK - timedelta(weeks=1)),
        replace(PING, kind=Kind.DIGEST),
        replace(PING, team="other"),
    )
    assert all(tell_all(database, PING, *others))
    with database.reading() as connection:
        assert [told.period for told in pings_told(connection, ("shop",))] == [WEEK - timedelta(weeks=1), WEEK, WEEK]


def test_the_newest_of_the_weeks_before_is_what_was_told_last(sqlite: Database) -> None:
    weeks = [replace(PING, kind=Kind.DIGEST, period=WEEK - timedelta(weeks=back)) for back in (0, 2, 5)]
    tell_all(sqlite, *weeks)
    with sqlite.reading() as connection:
        assert last_told(connection, Kind.DIGEST, ("shop",), "#shop", WEEK) == weeks[1]
        assert last_told(connection, Kind.DIGEST, ("shop",), "#shop", WEEK - timedelta(weeks=5)) is None
        assert last_told(connection, Kind.DIGEST, ("shop",), "#else", WEEK) is None


def test_an_ending_is_kept_beside_what_was_told(database: Database) -> None:
    tell_all(database, PING)
    with database.writing() as connection:
        close(connection, PING, Ending.NORMAL, NOW + 60)
    with database.reading() as connection:
        (told,) = pings_told(connection, ("shop",))
        assert told == replace(PING, closed_at=NOW + 60, ending=Ending.NORMAL)
        assert normal_since(connection, ("shop",), WEEK + timedelta(weeks=1)) == WEEK
        assert normal_since(connection, ("shop",), WEEK) is None


def test_a_newer_ping_takes_the_place_of_one_that_became_normal(sqlite: Database) -> None:
    tell_all(sqlite, PING, replace(PING, period=WEEK + timedelta(weeks=20)))
    with sqlite.writing() as connection:
        close(connection, PING, Ending.NORMAL, NOW)
    with sqlite.reading() as connection:
        assert normal_since(connection, ("shop",), WEEK + timedelta(weeks=30)) is None
