"""Times as Jenkins tells them: milliseconds since 1970, and how long it took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span(begun: float, took: float) -> tuple[datetime, datetime]:
    """When it began and when it ended; ValueError where no calendar has such a time."""
    try:
        start = _EPOCH + timedelta(milliseconds=begun)
        return start, start + timedelta(milliseconds=took)
    except OverflowError:
        raise ValueError(f"{begun} and {took} are no times in milliseconds") from None
