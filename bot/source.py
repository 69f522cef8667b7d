"""The contract of what feeds Quintet: a source has streams, and a stream yields its items page by page.

A stream knows how to ask its server and how to read the answer. When to ask, how far back, and what becomes of the
answer is decided elsewhere, once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import EventError
from bot.events import Event
from bot.events.problems import Problem


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` on, up to and without `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request for a page of a stream's items, listed by the time that the server lists them by."""

    span: Span
    token: str | None = None
    """Where the page before ended: of this span, or of the one just after it, which was read earlier."""
    validator: str | None = None
    """What an earlier first page was marked with (an ETag); an unchanged one need not be sent again."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item that could not be read: kept with its reason, without what names a person."""

    id: str
    """What a person would look for, like `run 12`."""
    event_id: str
    """The id that its event would have; where it would be several, each may go on after that with a slash."""
    reason: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request yielded. Whatever the list held is in `events` or `set_aside`, or counted in `noted`."""

    events: tuple[Event, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    noted: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many items were passed over, or taken with something left out, by the reason in words."""
    gone: tuple[str, ...] = ()
    """Ids of events of this stream that the server no longer has, or no longer counts as such."""
    token: str | None = None
    done: bool = True
    """Whether the span is finished; otherwise `token` says where it goes on."""
    validator: str | None = None
    unchanged: bool = False
    """The server says that nothing changed since `Ask.validator`."""
    open_since: datetime | None = None
    """The earliest listed time of an item that has not ended: from there on it will be asked for again."""


class SpanTooLargeError(Exception):
    """The server would cut the list of this span short; a shorter span has to be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a stream may speak of: names or globs of services, and teams by their keys."""

    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One list of one source: the deployments of a repository, the incidents of a query."""

    name: str
    """Unique within the source, like `acme/checkout deployments`."""
    source: str
    """The `source` of the events that it yields, like `github:acme/checkout`."""
    kinds: tuple[str, ...]
    """The kinds of events that it yields."""
    covers: Coverage
    rule: str
    """All that the settings say about what it yields: another text means that its window has to be read again."""
    fetch: Callable[[Ask], Page]
    recheck: Callable[[Sequence[str], datetime], Page] | None = None
    """What became of known events, by id, that changed since then: those that left the list are `gone`."""
    rechecked_at_once: int = 0
    """How many one request of `recheck` asks after: so many always are, however long ago they ended."""
    overlap: timedelta = timedelta(hours=1)
    """How far before the last reading the next one begins, because edits come late and clocks differ."""
    covers_from: datetime | None = None
    """Since when its records are kept there, where that is later than the history that is read."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a credential turned out to be good for: a sentence, and the names of what it can see."""

    says: str
    visible: tuple[str, ...] = ()
    is_complete: bool = True
    """Whether it sees all that the settings ask for; where it does not, the sentence says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFound:
    """What one rule for "a deployment" would have counted in a survey's span, and its last ones in words."""

    where: str
    setting: Mapping[str, object]
    """What to write for it: keys of the source's entry, or else those of its `deployments:`."""
    count: int
    last: tuple[str, ...] = ()


class Source(Protocol):
    """One configured system. Everything that it raises is a SourceError that says what to do."""

    @property
    def name(self) -> str: ...

    @property
    def requests(self) -> int:
        """How many requests were made so far."""
        ...

    def streams(self) -> Sequence[Stream]:
        """Its lists as they are now; the server may be asked which ones a pattern matches."""
        ...

    def probe(self) -> Probe:
        """Whether it can be reached, and what the credential may see."""
        ...

    def survey(self, span: Span) -> Sequence[RuleFound]:
        """What each rule for a deployment would count; empty where the system has no deployments."""
        ...


class BodyError(EventError):
    """What was pushed in can't be read; nothing of it is stored."""

    def __init__(self, problems: Sequence[Problem], unsaid: int = 0) -> None:
        """The first problems, and how many there are besides."""
        super().__init__(*map(str, problems), unsaid=unsaid)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was pushed in at once: stored whole, or not at all."""

    events: tuple[tuple[int, Event], ...] = ()
    """Each with the number of its line."""
    in_parts: bool = False
    """Whether they add to what earlier ones told, instead of replacing it (bot/events/parts.py)."""
    noted: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many were well, and no event by the rules, by the reason in words."""


class Receiver(Protocol):
    """One configured sender of what is pushed in. The names of headers are in lower case."""

    @property
    def name(self) -> str: ...

    def accepts(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        """Whether the credential or the signature is the sender's; nothing of the body is read for it."""
        ...

    def receive(self, headers: Mapping[str, str], body: bytes) -> Received:
        """Headers and body become events, all or none; BodyError says what is wrong."""
        ...
