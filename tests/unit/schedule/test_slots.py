"""A slot is an hour of every week on a zone's clocks, whatever these clocks do."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar import HOUR, WEEK, moment
from bot.schedule import Slot

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Asia/Tehran",
)

BERLIN, HOWE, APIA, JOHN = "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"
MONDAY_9, SUNDAY_2 = (0, 9), (6, 2)

slots = st.builds(Slot, st.integers(0, 6), st.integers(0, 23), st.sampled_from(ZONES).map(ZoneInfo))
instants = st.integers(1_104_537_600, 1_924_992_000).map(float)  # from 2005 to 2030


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("zone", "slot", "now", "latest", "following"),
    [
        pytest.param(*row, id=case)
        for case, *row in (
            ("an hour later", BERLIN, MONDAY_9, "2026-10-26T10:00", "2026-10-26T09:00+01:00", "2026-11-02T09:00+01:00"),
            (
                "on the instant",
                BERLIN,
                MONDAY_9,
                "2026-10-26T09:00",
                "2026-10-26T09:00+01:00",
                "2026-11-02T09:00+01:00",
            ),
            ("just before", BERLIN, MONDAY_9, "2026-10-26T08:59", "2026-10-19T09:00+02:00", "2026-10-26T09:00+01:00"),
            ("no such hour", BERLIN, SUNDAY_2, "2026-03-29T12:00", "2026-03-29T03:00+02:00", "2026-04-05T02:00+02:00"),
            ("twice an hour", BERLIN, SUNDAY_2, "2026-10-25T12:00", "2026-10-25T02:00+02:00", "2026-11-01T02:00+01:00"),
            ("no half hour", HOWE, SUNDAY_2, "2026-10-04T12:00", "2026-10-04T02:30+11:00", "2026-10-11T02:00+11:00"),
            ("no such day", APIA, (4, 9), "2012-01-01T00:00", "2011-12-31T00:00+14:00", "2012-01-06T09:00+14:00"),
            ("twice a midnight", JOHN, (6, 0), "2009-11-01T12:00", "2009-11-01T00:00-02:30", "2009-11-08T00:00-03:30"),
            ("the year's end", "UTC", (4, 0), "2026-12-31T23:59", "2026-12-25T00:00+00:00", "2027-01-01T00:00+00:00"),
        )
    ],
)
def test_a_slot_s_instants(zone: str, slot: tuple[int, int], now: str, latest: str, following: str) -> None:
    weekly, instant = Slot(*slot, ZoneInfo(zone)), at(now, zone)
    assert moment(weekly.latest(instant)) == datetime.fromisoformat(latest)
    assert moment(weekly.following(instant)) == datetime.fromisoformat(following)


@given(slots, instants)
def test_now_lies_between_two_neighbours(slot: Slot, now: float) -> None:
    latest, following = slot.latest(now), slot.following(now)
    assert latest <= now < following
    assert slot.latest(following) == following
    assert slot.following(latest) == following
    assert slot.latest(following - 1) == latest
    assert abs(following - latest - WEEK) <= 2 * HOUR


@given(slots, instants)
def test_the_clocks_show_the_slot_for_the_first_time_or_jump_past_it(slot: Slot, now: float) -> None:
    latest = slot.latest(now)
    shown, before = (moment(instant, slot.zone).replace(tzinfo=None) for instant in (latest, latest - 1))
    due = (shown if shown.hour == slot.hour else before).replace(hour=slot.hour, minute=0, second=0)
    if before.date() != shown.date() and shown.hour != slot.hour:
        due = shown.replace(hour=slot.hour, minute=0)
    assert due.weekday() == slot.weekday
    assert before < due <= shown
    earlier = (moment(latest - minutes * 60, slot.zone) for minutes in range(1, 181))
    assert due not in {each.replace(tzinfo=None) for each in earlier}


@given(slots, instants, st.integers(-3, 3))
def test_a_slot_in_utc_moves_with_whole_weeks(slot: Slot, now: float, weeks: int) -> None:
    plain = Slot(slot.weekday, slot.hour, ZoneInfo("UTC"))
    by = timedelta(weeks=weeks).total_seconds()
    assert plain.latest(now + by) == plain.latest(now) + by
