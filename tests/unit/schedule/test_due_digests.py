"""Which digests are due: each reported week once, however the bot, its clock or the team's wishes move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import HOUR, WEEK
from bot.schedule import Kind, Slot, Subscription, due_digests, reported_week

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = frozenset(Kind)
FIRST = datetime(2026, 9, 28, tzinfo=UTC).timestamp()  # a Monday

zones = st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")).map(ZoneInfo)
slots = st.builds(Slot, st.integers(0, 6), st.integers(0, 23), zones)


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def subscription(weekday: int = 0, hour: int = 9, kinds: frozenset[Kind] = BOTH) -> Subscription:
    return Subscription("team-x", "#team-x", Slot(weekday, hour, BERLIN), kinds)


@dataclass
class Bot:
    """What remembers which weeks it has told; it enrolled when it first ran, with nothing to tell."""

    zone: ZoneInfo
    told: list[date] = field(default_factory=list)
    settled: set[date] = field(default_factory=set)

    def enrol(self, slot: Slot, now: float) -> None:
        self.settled.add(reported_week(slot, now))

    def tick(self, slot: Slot, now: float) -> None:
        each = Subscription("team-x", "#team-x", slot, BOTH)
        settled = {("team-x", "#team-x"): self.settled}
        for due in due_digests([each], {"team-x": self.zone}, settled, now):
            self.told.append(due.week)
            self.settled.add(due.week)

    def ticks(self, slot: Slot, instants: Iterable[float]) -> None:
        for now in instants:
            self.tick(slot, now)


def consecutive(weeks: list[date]) -> list[date]:
    return [weeks[0] + timedelta(weeks=past) for past in range(len(weeks))]


@pytest.mark.parametrize(
    ("case", "now", "settled", "week"),
    [
        ("before its hour there is nothing", "2026-11-02T08:59", {"2026-10-19"}, None),
        ("at its hour, the week before", "2026-11-02T09:00", {"2026-10-19"}, "2026-10-26"),
        ("once", "2026-11-02T09:01", {"2026-10-26"}, None),
        ("a bot that was down posts when it is back", "2026-11-04T17:30", {"2026-10-19"}, "2026-10-26"),
        ("and says nothing of weeks long gone", "2026-11-04T17:30", {"2026-08-03"}, "2026-10-26"),
        ("a clock that was set back over the hour", "2026-11-02T08:10", {"2026-10-26"}, None),
        ("a clock that once was a year ahead", "2026-11-02T09:00", {"2026-10-19", "2027-10-25"}, "2026-10-26"),
    ],
)
def test_what_is_due(case: str, now: str, settled: set[str], week: str | None) -> None:
    known = {("team-x", "#team-x"): {date.fromisoformat(each) for each in settled}}
    due = due_digests([subscription()], {"team-x": BERLIN}, known, at(now))
    assert [each.week.isoformat() for each in due] == ([] if week is None else [week]), case


def test_who_wants_only_pings_gets_no_digest() -> None:
    only_pings = subscription(kinds=frozenset({Kind.PING}))
    assert due_digests([only_pings], {"team-x": BERLIN}, {}, FIRST + WEEK) == ()


def test_a_team_that_is_no_more_gets_no_digest() -> None:
    assert due_digests([subscription()], {}, {}, FIRST + WEEK) == ()


def test_a_team_that_moves_its_hour_to_later_in_the_week_gets_no_second_digest_of_it() -> None:
    bot = Bot(BERLIN, settled={date(2026, 10, 19)})
    bot.tick(subscription(0, 9).slot, at("2026-11-02T09:00"))
    bot.tick(subscription(2, 9).slot, at("2026-11-04T09:00"))
    bot.tick(subscription(2, 9).slot, at("2026-11-11T09:00"))
    assert bot.told == [date(2026, 10, 26), date(2026, 11, 2)]


def test_a_digest_waits_until_the_week_is_over_for_its_team() -> None:
    """Monday 00:00 in Auckland is Sunday noon in London, where the week still has twelve hours to go."""
    early = Subscription("team-x", "#team-x", Slot(0, 0, ZoneInfo("Pacific/Auckland")), BOTH)
    known = {("team-x", "#team-x"): {date(2026, 6, 15)}}
    london = ZoneInfo("Europe/London")

    def due(text: str) -> list[date]:
        return [each.week for each in due_digests([early], {"team-x": london}, known, at(text, london))]

    assert due("2026-06-28T13:00") == []
    assert due("2026-06-28T23:59") == []
    assert due("2026-06-29T00:00") == [date(2026, 6, 22)]


@settings(max_examples=30)
@given(slots, zones, st.integers(1, 26))
def test_a_bot_that_runs_all_the_time_tells_every_week_once(slot: Slot, zone: ZoneInfo, weeks: int) -> None:
    bot = Bot(zone)
    bot.enrol(slot, FIRST)
    hours = range(int(weeks * WEEK / HOUR))
    bot.ticks(slot, (FIRST + hour * HOUR for hour in hours[:: max(1, weeks // 4)]))
    assert bot.told == consecutive(bot.told)
    assert len(bot.told) in {weeks - 1, weeks}


@given(slots, zones, st.lists(st.floats(0, 60 * WEEK), max_size=40))
def test_whenever_it_looks_no_week_is_told_twice_or_late(slot: Slot, zone: ZoneInfo, looks: list[float]) -> None:
    bot = Bot(zone)
    bot.enrol(slot, FIRST)
    for look in sorted(looks):
        before = len(bot.told)
        bot.tick(slot, FIRST + look)
        assert bot.told[before:] in ([], [reported_week(slot, FIRST + look)])
    assert bot.told == sorted(set(bot.told))


@settings(max_examples=30)
@given(st.lists(st.tuples(slots, st.floats(0, 12 * WEEK)), min_size=1, max_size=12), zones)
def test_however_its_hour_moves_a_team_gets_one_digest_a_week(moves: list[tuple[Slot, float]], zone: ZoneInfo) -> None:
    bot = Bot(zone)
    bot.enrol(moves[0][0], FIRST)
    slot = moves[0][0]
    changes = sorted(moves, key=lambda move: move[1])
    for hour in range(int(13 * WEEK / (3 * HOUR))):
        now = FIRST + hour * 3 * HOUR
        slot = next((each for each, since in reversed(changes) if FIRST + since <= now), slot)
        bot.tick(slot, now)
    assert bot.told == sorted(set(bot.told))


@given(slots, zones, st.lists(st.floats(0, HOUR), min_size=1, max_size=30), st.integers(5, 60))
def test_a_clock_that_steps_back_an_hour_neither_repeats_nor_skips(
    slot: Slot, zone: ZoneInfo, steps: list[float], minutes: int
) -> None:
    """The clock runs for three weeks; around each slot it is set back again and again, by up to an hour."""
    bot = Bot(zone)
    bot.enrol(slot, FIRST)
    first = slot.following(FIRST)
    for week in range(3):
        due = slot.following(first + week * WEEK - 3 * HOUR)
        for step in steps:
            bot.ticks(slot, (due + minutes * 60.0, due + minutes * 60.0 - step))
        bot.tick(slot, due + 30 * HOUR)  # the week has ended for every team by then
    assert bot.told == consecutive(bot.told)
    assert len(bot.told) == 3
