"""How far a team's feeds let a report look: since when failures are seen, and how much history is loaded; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.calendar import DAY
from bot.metrics.feeds import Feed

# A pulled source whose last reading is older says nothing about the present.
SILENT_AFTER = 3 * DAY


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that was not read lately; never, where `since` is None."""

    source: str
    since: float | None


@dataclass(frozen=True, slots=True)
class Reach:
    """What a team's feeds mean for a report as of an instant; without feeds nothing is limited.

    `seen_since`: since when a configured incident source sees the team's failures; None without such a source.
    `loaded_from`: what happened before is not loaded yet; None where all is.
    `pulled`: sources of events that are asked, and so are never silent because nobody sends anything.
    """

    seen_since: float | None = None
    loaded_from: float | None = None
    silent: tuple[Silence, ...] = ()
    pulled: frozenset[str] = frozenset()


def reach(feeds: Iterable[Feed], at: float) -> Reach:
    """Everything by the feed that reaches least: what one of them does not know yet looks like nothing happened."""
    known = tuple(feeds)
    read = [feed for feed in known if feed.reached is not None]
    seen = [since for feed in read if "incident" in feed.kinds and (since := _records_since(feed)) < at]
    loading = [feed.reached for feed in read if feed.reached is not None and feed.reached > feed.to]
    return Reach(
        seen_since=max(seen, default=None),
        loaded_from=max(loading, default=None),
        silent=tuple(_silent(known, at)),
        pulled=frozenset(feed.event_source for feed in known),
    )


def _records_since(feed: Feed) -> float:
    return max(at for at in (feed.covers_from, feed.reached) if at is not None)


def _silent(feeds: Iterable[Feed], at: float) -> Iterator[Silence]:
    """By source; of several lists the one that was read longest ago speaks."""
    oldest: dict[str, float | None] = {}
    for feed in feeds:
        if feed.synced_at is None or feed.synced_at < at - SILENT_AFTER:
            first = oldest.setdefault(feed.source, feed.synced_at)
            oldest[feed.source] = None if first is None or feed.synced_at is None else min(first, feed.synced_at)
    return (Silence(source, since) for source, since in sorted(oldest.items()))
