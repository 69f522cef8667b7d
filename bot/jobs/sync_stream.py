"""One stream during one sync: it is asked page by page, and each page is stored with where the next one begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot.cursor import LONGEST_OPEN, LONGEST_SLICE, SLICE, Cursor
from bot.errors import CredentialError, QuintetError, SourceError
from bot.events import Event
from bot.events.ndjson import canonical
from bot.ingest import ingest_page, settle_reading
from bot.jobs.sync_plan import Plan
from bot.source import Page, SetAside, SpanTooLargeError, Stream
from bot.store.streams import save_stream
from bot.store.yielded import incidents_to_recheck
from bot.stream_state import StreamState

_CLOCKS_DIFFER = timedelta(hours=1)  # an event may be that far in the future before something is wrong with it
_RECHECKED = 500  # incidents asked after by id in one sync; those without an end come first, then the newest
_IN_THE_FUTURE = "it is dated in the future: a clock is wrong, or a field means something else"
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Tally:
    """What a sync did to a stream."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    taken_back: int = 0
    noted: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class StreamPull:
    """The stream, its state as it is stored, and what was done to it so far."""

    stream: Stream
    state: StreamState
    plan: Plan
    tally: Tally = field(default_factory=Tally)
    failure: str | None = None
    requests: int = 0
    rule_before: str | None = None
    """By which rule that was read which was taken back, where another one is the reason."""
    _stored: StreamState = field(init=False)
    _stride: timedelta = SLICE
    _is_rechecked: bool = False
    _pages: int = 0
    _pages_of_span: int = 0

    def __post_init__(self) -> None:
        self._stored = self.state

    @property
    def name(self) -> str:
        return f"{self.state.source} {self.stream.name}"

    @property
    def is_whole(self) -> bool:
        """Everything is read that this sync was to read."""
        return self._begun(self.state.since) is None and not self.state.is_read_again_whole

    def read_to(self, connection: Connection, back_to: datetime, goes_on: Callable[[], bool]) -> None:
        """Read what is new, then what was until `back_to`; `goes_on` is asked before each page."""
        if not self._is_rechecked:
            self._recheck(connection)
            self._is_rechecked = True
        while goes_on() and (begun := self._begun(max(back_to, self.state.since))) is not None:
            self._read_page(connection, begun)
        if self.state.is_read_again_whole:
            self._settle(connection)
            self.state = self._stored = self.state.settled()

    def fail(self, connection: Connection, problem: SourceError) -> None:
        """Keep what went wrong with where the stream stands."""
        self.failure = str(problem)
        failed = replace(self._stored, failure=self.failure)
        with suppress(SourceError), self.plan.database.writing_on(connection):
            save_stream(connection, failed, self._stored)  # unless another sync is further by now

    def _begun(self, since: datetime) -> Cursor | None:
        return self.state.cursor.begun(self.plan.until, since, self.stream.overlap, self._stride)

    def _read_page(self, connection: Connection, begun: Cursor) -> None:
        try:
            asked, page = self._fetched(begun)
        except SpanTooLargeError:
            self._shorten(begun)
            return
        if not page.done and page.token == asked.token:
            raise SourceError(f"{self.name}: the list leads back to the page that was just read.")
        self._keep(connection, self.state.moved(asked.after(page), self.plan.until), page)
        self._pages += 1
        self._pages_of_span += 1
        if page.done:
            # A span that fits on one page was too short rather than too long.
            self._stride = min(LONGEST_SLICE, self._stride * 2) if self._pages_of_span == 1 else self._stride
            self._pages_of_span = 0
            if self.state.rule_before is not None and not self.state.is_read_again_whole:
                self._settle(connection)

    def _settle(self, connection: Connection) -> None:
        """What the reading before yielded and this one did not, as far as this one has come, counts no more."""
        self.rule_before = self.state.rule_before
        self.tally.taken_back += settle_reading(self.plan.database, connection, self.state)

    def _fetched(self, begun: Cursor) -> tuple[Cursor, Page]:
        """The page, and the cursor that asked for it."""
        try:
            return begun, answered(self.name, lambda: self.stream.fetch(begun.ask))
        except CredentialError:
            raise
        except SourceError:
            if self._pages or begun.token is None:
                raise
            again = begun.restarted()  # the token of an earlier sync may be what is refused
            return again, answered(self.name, lambda: self.stream.fetch(again.ask))

    def _shorten(self, begun: Cursor) -> None:
        try:
            shorter = begun.shortened()
        except SpanTooLargeError:
            raise SourceError(f"{self.name}: the server lists less than one minute of it has.") from None
        assert shorter.span is not None  # noqa: S101  it has half of one
        self._stride = min(self._stride, shorter.span.end - shorter.span.start)
        self.state = replace(self.state, cursor=shorter)

    def _recheck(self, connection: Connection) -> None:
        """Before what is new is read: only then does the cursor still say what has been seen of the known ones."""
        recheck, newest = self.stream.recheck, self.state.cursor.newest
        if recheck is None or newest is None or newest >= self.plan.until:
            return
        with connection.begin():
            least, since = self.stream.rechecked_at_once, self.plan.until - LONGEST_OPEN
            ids = incidents_to_recheck(connection, self.state, since, least, _RECHECKED)
        if ids:
            page = answered(self.name, lambda: recheck(ids, newest - self.stream.overlap))
            self._keep(connection, self.state, page)

    def _keep(self, connection: Connection, state: StreamState, page: Page) -> None:
        now = self.plan.now()
        dated = without_future(page, now)
        counts = ingest_page(self.plan.database, connection, self._stored, state, dated, at=now)
        self.state = self._stored = state
        self.tally.new += counts.merged.new
        self.tally.updated += counts.merged.updated
        self.tally.unchanged += counts.merged.unchanged
        self.tally.taken_back += counts.taken_back
        self.tally.noted.update(dated.noted)


def answered(who: str, ask: Callable[[], _Answer]) -> _Answer:
    """What the source answers; whatever goes wrong in it is a SourceError that names it."""
    try:
        return ask()
    except (SourceError, SpanTooLargeError):
        raise
    except QuintetError as problem:
        raise SourceError(f"{who}: {problem}") from problem
    except Exception as bug:
        raise SourceError(
            f"{who}: this version can't make sense of the answer ({type(bug).__name__}); "
            "--debug shows where. The other sources go on."
        ) from bug


def without_future(page: Page, now: datetime) -> Page:
    """Events that are yet to happen are set aside: a clock is wrong, or a field means something else."""
    latest = now + _CLOCKS_DIFFER
    future = [event for event in page.events if event.at > latest]
    if not future:
        return page
    return replace(
        page,
        events=tuple(event for event in page.events if event.at <= latest),
        set_aside=(*page.set_aside, *(_aside(event) for event in future)),
    )


def _aside(event: Event) -> SetAside:
    known_as = f"{event.kind} of {event.at:%Y-%m-%d %H:%M} UTC, {event.id}"
    return SetAside(known_as, event.id, _IN_THE_FUTURE, canonical(event))
