"""What is known of a stream between two syncs, and what a sync makes of it; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cursor import Cursor
from bot.source import Coverage, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """One list of one configured source, as the database has it."""

    source: str
    """The configured source's name."""
    stream: str
    event_source: str
    kinds: tuple[str, ...]
    covers: Coverage
    covers_from: datetime | None
    rule: str
    reading: int = 1
    """Which reading of the whole window this is."""
    since: datetime
    """How far back it is to be read."""
    cursor: Cursor = field(default_factory=Cursor)
    reached: datetime | None = None
    """How far back reports may look."""
    reread_to: datetime | None = None
    """The window is being read again, down to here."""
    rule_before: str | None = None
    """By which rule it was read before, where that is why it is read again."""
    synced_at: datetime | None = None
    failure: str | None = None
    is_listed: bool = True
    """Its source has it, as far as it was ever able to say."""

    @classmethod
    def of(cls, source: str, stream: Stream, since: datetime) -> StreamState:
        """Nothing is read yet."""
        return cls(
            source=source,
            stream=stream.name,
            event_source=stream.source,
            kinds=stream.kinds,
            covers=stream.covers,
            covers_from=stream.covers_from,
            rule=stream.rule,
            since=since,
        )

    def asked(self, stream: Stream, since: datetime, *, rebuild: bool) -> StreamState:
        """As the settings have it now: another rule reads the window again, and so does a rebuild that is asked for."""
        now = replace(
            self,
            event_source=stream.source,
            kinds=stream.kinds,
            covers=stream.covers,
            covers_from=stream.covers_from,
            rule=stream.rule,
            since=min(since, self.since),
            is_listed=True,
        )
        if (stream.rule, stream.source) != (self.rule, self.event_source):
            again = now.begun_again()
            return replace(again, rule_before=self.rule if again.is_read_again else None, reached=None)
        return now.begun_again() if rebuild and not self.is_read_again else now

    @property
    def is_read_again(self) -> bool:
        return self.reread_to is not None

    @property
    def is_read_again_whole(self) -> bool:
        """What the reading before yielded and this one did not is not there any more."""
        oldest = self.cursor.oldest
        return self.reread_to is not None and oldest is not None and oldest <= self.reread_to

    def moved(self, cursor: Cursor, until: datetime) -> StreamState:
        """With the cursor past a page; a stream that is read up to `until` is synced."""
        is_synced = cursor.newest is not None and cursor.newest >= until
        return replace(
            self,
            cursor=cursor,
            reached=self._reached(cursor.oldest),
            synced_at=until if is_synced else self.synced_at,
            failure=None,
        )

    def settled(self) -> StreamState:
        """After what the reading before had in excess was taken back."""
        return replace(self, reread_to=None, rule_before=None)

    def begun_again(self) -> StreamState:
        """From the newest page on; what is read so far, and what was to be read again, is to be read again."""
        span = self.cursor.span
        depth = _earliest([self.reread_to, self.cursor.oldest, span.start if span else None])
        return replace(self, reading=self.reading + 1, cursor=Cursor(), reread_to=depth)

    def _reached(self, oldest: datetime | None) -> datetime | None:
        """A rebuild reads by the same rule what is there already, so nothing falls behind meanwhile."""
        rebuilt = self.reread_to is not None and self.rule_before is None
        return _earliest([self.reached, oldest]) if rebuilt else oldest


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    return min(filter(None, times), default=None)
