"""How far a stream has been read, and which span comes next: the newest weeks first, and never a hole; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.source import Ask, Page, Span, SpanTooLargeError

SLICE = timedelta(weeks=4)  # of history first, so that all streams of a team get there in step
LONGEST_SLICE = timedelta(weeks=26)  # what follows may be longer: most lists are short, and each slice is a request
SHORTEST = timedelta(minutes=1)  # a list that is too long for this has another trouble than its length
LONGEST_OPEN = timedelta(days=35)  # a rollout that waits longer is not asked after any more; hosts give up after 30


def horizon(until: datetime, rounds: int) -> datetime:
    """How far back all streams are read in that many rounds, each twice as long as the one before."""
    slices = (min(LONGEST_SLICE, SLICE * 2**number) for number in range(rounds))
    return until - sum(slices, timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Everything from `oldest` up to `newest` is read; `span` is in work and goes on at `token`."""

    newest: datetime | None = None
    oldest: datetime | None = None
    span: Span | None = None
    rest_to: datetime | None = None
    """Where that which is new ends, if the span in work is only the beginning of it."""
    token: str | None = None
    older_token: str | None = None
    """Where a list that is sorted newest first goes on before `oldest`."""
    validator: str | None = None
    open_since: datetime | None = None

    @property
    def ask(self) -> Ask:
        """The request that the span in work is at."""
        assert self.span is not None  # noqa: S101  only a begun cursor asks
        whole = self.rest_to is None and self.open_since is None and not self._reaches_back
        first = self.token is None and whole
        return Ask(span=self.span, token=self.token, validator=self.validator if first else None)

    def begun(self, until: datetime, since: datetime, overlap: timedelta, stride: timedelta = SLICE) -> Cursor | None:
        """With a span in work, of history at most `stride`; None where everything from `since` to `until` is read."""
        if self.span is not None:
            return self
        if self.newest is None or self.oldest is None:
            return replace(self, span=Span(max(since, until - stride), until))
        if self.newest < until:
            return replace(self, span=Span(self._again_from(until, overlap), until), open_since=None)
        if self.oldest > since:
            return replace(self, span=Span(max(since, self.oldest - stride), self.oldest), token=self.older_token)
        return None

    def after(self, page: Page) -> Cursor:
        """Past a page of the span in work; at the end of the span it joins what was read before."""
        span = self.span
        assert span is not None  # noqa: S101  a page answers an ask
        read = replace(
            self,
            validator=page.validator or self.validator,
            open_since=min(filter(None, (self.open_since, page.open_since)), default=None),
        )
        if not page.done:
            return replace(read, token=page.token)
        newest = max(filter(None, (self.newest, span.end)))
        oldest = min(filter(None, (self.oldest, span.start)))
        older = page.token if self._reaches_back else self.older_token
        rest = Span(span.end, self.rest_to) if self.rest_to and self.rest_to > span.end else None
        return replace(
            read,
            newest=newest,
            oldest=oldest,
            span=rest,
            rest_to=self.rest_to if rest else None,
            token=None,
            older_token=older,
        )

    def shortened(self) -> Cursor:
        """With half the span: the half that joins what is read already, so that no hole is left between."""
        span = self.span
        assert span is not None  # noqa: S101  a page answers an ask
        half = (span.end - span.start) / 2
        if half < SHORTEST:
            raise SpanTooLargeError
        middle = span.start + half
        if self._reaches_back:
            return replace(self, span=Span(middle, span.end), token=None)
        return replace(self, span=Span(span.start, middle), rest_to=self.rest_to or span.end, token=None)

    def restarted(self) -> Cursor:
        """At the first page of the span in work: servers forget where a list that was begun long ago goes on."""
        return replace(self, token=None)

    @property
    def _reaches_back(self) -> bool:
        """Whether the span in work leads to older history, not to what is new."""
        return self.span is not None and (self.oldest is None or self.span.end <= self.oldest)

    def _again_from(self, until: datetime, overlap: timedelta) -> datetime:
        """Late edits are caught by the overlap, what had not ended by its own time; nothing reaches before `oldest`."""
        assert self.newest is not None  # noqa: S101  asked only where something was read
        assert self.oldest is not None  # noqa: S101  the same
        begin = self.newest - overlap
        if self.open_since is not None:
            begin = min(begin, max(self.open_since, until - LONGEST_OPEN))
        return max(begin, self.oldest)
