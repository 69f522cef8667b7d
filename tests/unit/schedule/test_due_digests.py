"""Which digests are due: each reported week once, however the bot, its clock or the team's wishes move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import HOUR, WEEK, local_date, moment, week_start
from bot.schedule import Kind, Slot, Subscription, due_digests, reported_week

BERLIN, AUCKLAND, HONOLULU = map(ZoneInfo, ("Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu"))
BOTH = frozenset(Kind)
FIRST = datetime(2026, 9, 28, tzinfo=UTC).timestamp()  # a Monday

zones = st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu")).map(
    ZoneInfo
)
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


@st.composite
def moving(draw: st.DrawFn, wanted: st.SearchStrategy[Slot], weeks: int) -> dict[float, Slot]:
    """By seconds after the first Monday since when it is so, each slot of a team; there is one from the start."""
    further = draw(st.dictionaries(st.integers(1, int(weeks * WEEK)).map(float), wanted, max_size=12))
    return {0.0: draw(wanted), **further}


def in_force(moves: dict[float, Slot], now: float) -> Slot:
    return moves[max(since for since in moves if FIRST + since <= now)]


def this_week(now: float, clocks: ZoneInfo) -> date:
    """Its Monday, where it is on a zone's clocks."""
    return local_date(week_start(now, clocks), clocks)


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


@pytest.mark.parametrize(
    ("case", "before", "after", "moved", "told"),
    [
        ("Monday's was told: Friday has nothing new", (0, 9), (4, 9), "2026-11-03T12:00", {"11-02": 1, "11-13": 2}),
        ("Friday's was not yet told: it comes at once", (4, 9), (0, 9), "2026-11-03T12:00", {"11-03": 1, "11-09": 2}),
        ("Monday's hour is still to come", (0, 9), (2, 9), "2026-11-02T08:00", {"11-04": 1, "11-11": 2}),
        ("Friday's is put off to the week's end", (4, 9), (6, 23), "2026-11-05T12:00", {"11-08": 1, "11-15": 2}),
        ("to an hour of the same day that is past", (2, 15), (2, 9), "2026-11-04T12:00", {"11-04": 1, "11-11": 2}),
    ],
)
def test_a_team_moves_its_hour(
    case: str, before: tuple[int, int], after: tuple[int, int], moved: str, told: dict[str, int]
) -> None:
    """By the day on which it is told, how many weeks after the one of 19 October the told one is."""
    bot, days = Bot(BERLIN, settled={date(2026, 10, 19)}), dict[str, int]()
    for hour in range(14 * 24):
        now = at("2026-11-02T00:00") + hour * HOUR
        bot.tick(subscription(*(after if now >= at(moved) else before)).slot, now)
        for week in bot.told[len(days) :]:
            days[f"{moment(now, BERLIN):%m-%d}"] = (week - date(2026, 10, 19)).days // 7
    assert days == told, case


def test_a_move_to_where_it_is_monday_already_passes_over_the_week_whose_hour_had_not_come() -> None:
    bot = Bot(AUCKLAND, settled={date(2026, 10, 12)})
    sunday = at("2026-11-01T22:00", HONOLULU)  # Monday evening in Auckland
    bot.tick(Slot(6, 23, HONOLULU), sunday)
    bot.tick(Slot(0, 9, AUCKLAND), sunday)
    assert bot.told == [date(2026, 10, 26)]


def test_a_move_to_where_it_is_sunday_still_brings_no_older_week() -> None:
    """The bot was away for weeks, and told the newest one on Monday in Auckland; in Honolulu it is Sunday morning."""
    bot = Bot(AUCKLAND, settled={date(2026, 9, 7)})
    monday = at("2026-11-02T09:00", AUCKLAND)
    bot.tick(Slot(0, 9, AUCKLAND), monday)
    bot.tick(Slot(6, 23, HONOLULU), monday + 60)
    assert bot.told == [date(2026, 10, 26)]


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


@settings(max_examples=20)
@given(st.data(), zones, zones)
def test_however_often_its_hour_moves_on_one_zone_s_clocks_a_team_is_told_of_every_week_once(
    data: st.DataObject, clocks: ZoneInfo, zone: ZoneInfo
) -> None:
    bot = Bot(zone)
    moves = data.draw(moving(st.builds(Slot, st.integers(0, 6), st.integers(0, 23), st.just(clocks)), 6))
    bot.enrol(moves[0], FIRST)
    (known,) = bot.settled
    for hour in range(6 * 7 * 24):
        bot.tick(in_force(moves, FIRST + hour * HOUR), FIRST + hour * HOUR)
    assert [known, *bot.told] == consecutive([known, *bot.told])
    assert this_week(FIRST + 6 * WEEK - HOUR, clocks) - bot.told[-1] <= timedelta(weeks=2)


@settings(max_examples=20)
@given(moving(slots, 6), zones)
def test_however_its_zone_moves_a_week_is_passed_over_only_where_the_next_one_has_begun_on_the_new_clocks(
    moves: dict[float, Slot], zone: ZoneInfo
) -> None:
    bot, before = Bot(zone), moves[0]
    bot.enrol(before, FIRST)
    newest = max(bot.settled)
    for now in sorted({FIRST + hour * HOUR for hour in range(6 * 7 * 24)} | {FIRST + since for since in moves}):
        slot = in_force(moves, now)
        bot.tick(slot, now)
        if max(bot.settled) > newest + timedelta(weeks=1):
            assert reported_week(before, now) <= newest
            assert this_week(now, before.zone) < this_week(now, slot.zone)
        newest, before = max(bot.settled), slot
    assert bot.told == sorted(set(bot.told))


@given(moving(slots, 30), zones, st.lists(st.floats(0, 30 * WEEK), max_size=60))
def test_however_it_moves_while_the_bot_comes_and_goes_no_week_is_told_twice_or_after_a_later_one(
    moves: dict[float, Slot], zone: ZoneInfo, looks: list[float]
) -> None:
    bot = Bot(zone)
    for look in sorted(looks):
        bot.tick(in_force(moves, FIRST + look), FIRST + look)
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
