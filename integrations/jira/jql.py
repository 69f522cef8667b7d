"""The query of the settings, narrowed to what is asked for; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.source import Span

# Text in quotes is passed over, so that an "order by" within it is no order.
_ORDER = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\border\s+by\b""", re.IGNORECASE)
# Jira's index keeps seconds, its answers milliseconds. What comes from outside the span is left out later.
_COARSE = timedelta(minutes=1)


def condition(jql: str) -> str:
    """The query without its own order."""
    order = next((found for found in _ORDER.finditer(jql) if found[1] is None), None)
    return (jql if order is None else jql[: order.start()]).strip()


def within(jql: str, span: Span) -> str:
    """What was last changed within the span, the last one first.

    The times are milliseconds since 1970: a date in JQL is read in the time zone that the credential's owner has set.
    """
    start, end = _milliseconds(span.start - _COARSE), _milliseconds(span.end + _COARSE)
    return f"({condition(jql)}) AND updated >= {start} AND updated < {end} ORDER BY updated DESC, key DESC"


def changed(keys: Iterable[str], since: datetime) -> str:
    """Those of the issues that changed since then."""
    return f"key in ({', '.join(keys)}) AND updated >= {_milliseconds(since)} ORDER BY key ASC"


def still(jql: str, keys: Iterable[str]) -> str:
    """Those of the issues that the query still finds."""
    return f"({condition(jql)}) AND key in ({', '.join(keys)}) ORDER BY key ASC"


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000)
