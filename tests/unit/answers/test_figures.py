from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import figures

BERLIN = ZoneInfo("Europe/Berlin")
amounts = st.floats(min_value=0, max_value=1e12)
shares = st.floats(min_value=0, max_value=1)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (0.042, "0.042"),
        (0.607, "0.61"),
        (7.14, "7.1"),
        (12.5, "12.5"),
        (140, "140"),
        (1234, "1,230"),
        (-0.5, "-0.5"),
    ],
)
def test_a_number_has_three_significant_digits_at_most(value: float, said: str) -> None:
    assert figures.number(value) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0%"),
        (1e-6, "under 0.01%"),
        (0.004, "0.4%"),
        (0.035, "3.5%"),
        (0.32, "32%"),
        (0.9999999, "99.9%"),
        (1, "100%"),
    ],
)
def test_only_nothing_is_0_percent_and_only_all_is_100(share: float, said: str) -> None:
    assert figures.percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.9971, "99.71%"), (0.9993, "99.93%"), (0.999, "99.9%"), (1, "100%"), (0.5, "50%")]
)
def test_availability_is_told_by_what_is_missing(share: float, said: str) -> None:
    assert figures.availability(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.2, "under 1 s"),
        (45, "45 s"),
        (59.6, "1 min"),
        (3_599, "1 h"),
        (18_600, "5 h 10 min"),
        (31 * 3_600, "31 h"),
        (1.9 * 86_400, "1.9 days"),
        (12.4 * 86_400, "12 days"),
    ],
)
def test_a_duration_reads_as_people_say_it(seconds: float, said: str) -> None:
    assert figures.duration(seconds) == said


def test_a_count_is_never_rounded_and_knows_its_plural() -> None:
    assert figures.count(1, "deployment") == "1 deployment"
    assert figures.count(1_240, "deployment") == "1,240 deployments"
    assert figures.count(2, "recovery", "recoveries") == "2 recoveries"


def test_a_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 8, 30, 23, 30, tzinfo=UTC)
    assert figures.short_day(late, BERLIN) == "31 Aug"
    assert figures.short_day(late.timestamp(), BERLIN) == "31 Aug"
    assert figures.clock(datetime(2026, 11, 1, 23, tzinfo=UTC), BERLIN) == "Mon 2 Nov 2026, 00:00 Berlin"


def test_factors_read_alone_and_within_a_sentence() -> None:
    assert figures.ratio(1.75) == "× 1.8"
    assert figures.times(6.14) == "6.1 times"


@given(amounts)
def test_no_number_shows_more_than_three_digits_that_mean_something(value: float) -> None:
    digits = figures.number(value).replace(",", "").replace(".", "").strip("0")
    assert len(digits) <= 3


@given(amounts, amounts)
def test_a_larger_number_never_reads_smaller(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert _read(figures.number(low)) <= _read(figures.number(high))


@given(shares)
def test_a_percentage_is_within_its_rounding(share: float) -> None:
    said = figures.percent(share)
    assert said.endswith("%")
    assert _read(said) == pytest.approx(share * 100, abs=0.51)


@given(amounts)
def test_a_duration_is_never_empty_and_never_zero_unless_it_is(seconds: float) -> None:
    said = figures.duration(seconds)
    assert (said == "0 s") == (seconds == 0)
    assert re.fullmatch(r"(under 1 s|[\d.,]+ (s|min|days|h( \d+ min)?))", said)


def _read(said: str) -> float:
    found = re.search(r"-?[\d,.]+", said)
    assert found
    return float(found[0].replace(",", ""))


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (2.1 * 86_400, 26 * 3_600, "from 2.1 to 1.1 days"),
        (15 * 3_600, 29.5 * 3_600, "from 15 to 30 h"),
        (7 * 3_600 + 780, 2 * 3_600 + 1_980, "from 7 h 13 min to 2 h 33 min"),
        (31 * 3_600, 2.7 * 86_400, "from 1.3 to 2.7 days"),
        (30.0, 12 * 3_600, "from 30 s to 12 h"),
    ],
)
def test_a_move_between_two_durations_is_told_in_one_unit(before: float, now: float, said: str) -> None:
    assert figures.move(before, now) == said


def test_a_factor_of_one_is_told_as_a_factor() -> None:
    assert (figures.ratio(1.0), figures.ratio(2.0), figures.times(1.0)) == ("× 1.0", "× 2", "1.0 times")
