"""Times as rows have them: exactly the POSIX seconds, whatever zone a time is told in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.events.event import Time
from bot.metrics.rows import seconds

_TIME: TypeAdapter[datetime] = TypeAdapter(Time)

moments = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 29))  # noqa: DTZ001  the strategies below add the zone
offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timedelta(minutes=minutes))
zones = st.timezones() | st.just(UTC)


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 29), timezones=zones))  # noqa: DTZ001  hypothesis adds it
def test_the_seconds_of_a_time_are_its_timestamp(at: datetime) -> None:
    assert seconds(at) == at.timestamp()


@given(moments, offsets)
def test_the_seconds_of_a_time_as_an_event_tells_it_are_its_timestamp(at: datetime, offset: timedelta) -> None:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "-" if offset < timedelta() else "+"
    for ending in ("Z", f"{sign}{hours:02}:{minutes:02}"):
        told = _TIME.validate_json(f'"{at.isoformat()}{ending}"')
        assert seconds(told) == told.timestamp()
