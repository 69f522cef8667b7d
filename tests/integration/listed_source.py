"""A source that serves lists honestly from memory, in each of the ways that real servers have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from bot.errors import SourceError
from bot.events import Deployment, Event, Incident
from bot.jobs.sync import HISTORY, sync
from bot.source import Ask, Coverage, Page, Probe, RuleFound, SetAside, Source, Span, SpanTooLargeError, Stream
from bot.store.database import Database
from bot.store.events import stored_bodies
from bot.sync_report import SyncReport

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


class KilledError(BaseException):
    """The process ends here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An item on a server: listed by `at`; `event` None does not parse."""

    id: str
    at: datetime
    edited: int = 0
    kind: str = "deployment"
    status: str = "success"
    readable: bool = True
    open: bool = False

    def event(self, source: str) -> Event:
        updated_at = self.at + timedelta(minutes=self.edited)
        if self.kind == "incident":
            return Incident(
                kind="incident",
                source=source,
                id=self.id,
                service="shop",
                started_at=self.at,
                status="open" if self.open else "resolved",
                updated_at=updated_at,
                title=f"edit {self.edited}",
            )
        return Deployment(
            kind="deployment",
            source=source,
            id=self.id,
            service="shop",
            started_at=self.at,
            finished_at=None if self.open else self.at,
            status="running" if self.open else "success",
            updated_at=updated_at,
            version=f"edit {self.edited}",
        )


@dataclass(slots=True)
class ListedStream:
    """One list. `newest_first`: without a date filter, in pages from the top; else by span, at most `cap` items."""

    name: str = "deployments"
    items: list[Listed] = field(default_factory=list)
    newest_first: bool = False
    page_size: int = 3
    cap: int = 1_000_000
    rule: str = "{}"
    counts: Callable[[Listed], bool] = lambda _item: True
    kind: str = "deployment"
    rechecks: bool = False
    rechecked_at_once: int = 0
    overlap: timedelta = timedelta(hours=1)
    has_validator: bool = False
    failure: Exception | None = None
    event_source: str = "test:shop"
    tokens_live: bool = True
    """Whether a token of an earlier source is still taken."""


class ListedSource:
    """Its requests are counted; before each, `before` is called with its number and may raise."""

    def __init__(
        self, *lists: ListedStream, name: str = "shop", before: Callable[[int], object] = lambda _: None
    ) -> None:
        self.name, self.lists, self.requests = name, lists, 0
        self.asks: list[tuple[str, Ask]] = []
        self.rechecked: list[tuple[str, tuple[str, ...], datetime]] = []
        self._before = before

    def streams(self) -> Sequence[Stream]:
        return [self._stream(each) for each in self.lists]

    def probe(self) -> Probe:
        return Probe("is there")

    def survey(self, _span: Span) -> Sequence[RuleFound]:
        return ()

    def _stream(self, listed: ListedStream) -> Stream:
        return Stream(
            name=listed.name,
            source=listed.event_source,
            kinds=(listed.kind,),
            covers=Coverage(services=("shop",)),
            rule=listed.rule,
            fetch=lambda ask: self._fetch(listed, ask),
            recheck=(lambda ids, since: self._recheck(listed, ids, since)) if listed.rechecks else None,
            rechecked_at_once=listed.rechecked_at_once,
            overlap=listed.overlap,
        )

    def _request(self, listed: ListedStream) -> None:
        self.requests += 1
        self._before(self.requests)
        if listed.failure:
            raise listed.failure

    def _fetch(self, listed: ListedStream, ask: Ask) -> Page:
        self._request(listed)
        self.asks.append((listed.name, ask))
        if ask.token and not listed.tokens_live and self.requests == 1:
            raise SourceError(f"{self.name}: the server refuses the page (400).")
        return self._from_the_top(listed, ask) if listed.newest_first else self._of_the_span(listed, ask)

    def _of_the_span(self, listed: ListedStream, ask: Ask) -> Page:
        within = sorted((item for item in listed.items if ask.span.start <= item.at < ask.span.end), key=_newest)
        if len(within) > listed.cap:
            raise SpanTooLargeError
        after = [item for item in within if ask.token is None or _place(item) > ask.token]
        shown = after[: listed.page_size]
        more = len(after) > len(shown)
        return replace(self._page(listed, shown), done=not more, token=_place(shown[-1]) if more else None)

    def _from_the_top(self, listed: ListedStream, ask: Ask) -> Page:
        everything = sorted(listed.items, key=_newest)
        first = int(ask.token or 0)
        validator = f'"{hash(tuple(everything[: listed.page_size]))}"' if listed.has_validator and not first else None
        if validator and validator == ask.validator:
            return Page(unchanged=True, validator=validator)
        items = everything[first : first + listed.page_size]
        more = first + listed.page_size < len(everything)
        page = replace(self._page(listed, items), validator=validator)
        if not more or any(item.at < ask.span.start for item in items):
            return replace(page, done=True, token=str(first))
        return replace(page, done=False, token=str(first + listed.page_size))

    def _page(self, listed: ListedStream, items: Iterable[Listed]) -> Page:
        shown = list(items)
        counted = [item for item in shown if listed.counts(item)]
        passed_over = len(shown) - len(counted)
        return Page(
            events=tuple(item.event(listed.event_source) for item in counted if item.readable),
            set_aside=tuple(SetAside(item.id, item.id, "is odd", "{}") for item in counted if not item.readable),
            noted={"not counted": passed_over} if passed_over else {},
            open_since=min((item.at for item in counted if item.open and item.kind != "incident"), default=None),
        )

    def _recheck(self, listed: ListedStream, ids: Sequence[str], since: datetime) -> Page:
        self._request(listed)
        self.rechecked.append((listed.name, tuple(ids), since))
        there = {item.id: item for item in listed.items if listed.counts(item)}
        page = self._page(listed, [there[each] for each in ids if each in there])
        return replace(page, gone=tuple(each for each in ids if each not in there))


def _newest(item: Listed) -> tuple[float, str]:
    return (-item.at.timestamp(), item.id)


def _place(item: Listed) -> str:
    """Where a list goes on, as a server says it that lets no page slip when an item leaves the list."""
    return f"{10**11 - item.at.timestamp():020.6f} {item.id}"


def deployments(count: int, every: timedelta = DAY, before: datetime = NOW) -> list[Listed]:
    return [Listed(id=f"d-{number}", at=before - every * number - timedelta(minutes=30)) for number in range(count)]


def unreachable() -> SourceError:
    return SourceError("shop: https://shop.example can't be reached (no connection), 5 times in a row.")


def synced(
    database: Database,
    *sources: ListedSource,
    at: datetime = NOW,
    clock: Callable[[], datetime] | None = None,
    openers: Mapping[str, Callable[[], Source]] = MappingProxyType({}),
    since: datetime = NOW - HISTORY,
    **how: Any,
) -> SyncReport:
    opened = {source.name: partial(_same, source) for source in sources}
    return sync(database, {**openers, **opened}, now=clock or (lambda: at), since=since, **how)


def _same(source: ListedSource) -> ListedSource:
    return source


def counting(database: Database) -> dict[str, int]:
    """The ids of the events that count, and which edit of each is stored."""
    with database.reading() as connection:
        bodies = [json.loads(body) for body in stored_bodies(connection, None, None)]
    edits = {body["id"]: body.get("version") or body["title"] for body in bodies if not body.get("retracted")}
    return {event: int(said.removeprefix("edit ")) for event, said in edits.items()}
