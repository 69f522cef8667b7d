"""The stream of a project's releases: each released version is a deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter

from bot.events import Deployment, Event
from bot.source import Ask, Coverage, Page, RuleFound, Span, Stream
from integrations.items import Item, PassedOverError, Reading
from integrations.jira.place import Place
from integrations.jira.server import Server
from integrations.jira.values import part
from integrations.services import Services

_PAGE = 50  # what Cloud gives at most
_LATE = timedelta(days=14)  # a version is released, and dated, by hand: often days after the day it names
_NOON = 12
_MOST_SHOWN = 5
_END = "end"


@dataclass(frozen=True, slots=True)
class Releases:
    """The versions of one project."""

    server: Server
    project: str
    source: str
    web: str
    services: Services
    rule: str
    now: Callable[[], float]

    def stream(self) -> Stream:
        return Stream(
            name=f"{self.project} releases",
            source=self.source,
            kinds=("deployment",),
            covers=Coverage(services=self.services.globs),
            rule=self.rule,
            fetch=self.fetch,
            overlap=_LATE,
        )

    def fetch(self, ask: Ask) -> Page:
        """One page of the versions, the last released one first; all of it is read, whatever its dates.

        The list can't be asked for by date. So a span ends where a version is older than its start, and the span before
        it goes on with the next page.
        """
        if ask.token == _END:
            return Page(token=_END)
        place = Place.of(ask.token)
        page = self.server.versions(self.project, place.start, _PAGE)
        versions = page.items
        reading = Reading()
        reading.read(
            versions, itemgetter("name"), lambda version: self._released(version, ask.span.end), itemgetter("id")
        )
        following = place.after(len(versions), page.total)
        return replace(
            reading.page,
            gone=tuple(str(each["id"]) for each in map(part, versions) if "id" in each and not each.get("released")),
            token=following.token if following else _END,
            done=following is None or any(_is_before(version, ask.span.start) for version in versions),
        )

    def survey(self, span: Span) -> RuleFound:
        """What it would count within the span."""
        events: list[Event] = []
        ask = Ask(span=span)
        while True:
            page = self.fetch(ask)
            events.extend(event for event in page.events if span.start <= event.at < span.end)
            if page.done:
                break
            ask = Ask(span=span, token=page.token)
        last = sorted(events, key=lambda event: event.at, reverse=True)[:_MOST_SHOWN]
        return RuleFound(
            where=f"{self.project} versions",
            setting={"releases": {"projects": [self.project]}},
            count=len(events),
            last=tuple(f"{event.version} on {event.at:%Y-%m-%d}" for event in last if isinstance(event, Deployment)),
        )

    def _released(self, version: Item, until: datetime) -> Iterator[Event]:
        if not version.get("released"):
            raise PassedOverError("not released")
        at = _released_at(version)
        if at is None:
            raise PassedOverError("released without a date")
        if at >= until and at.timestamp() >= self.now():
            raise PassedOverError("its release date is still to come")
        named = self.services.of(version["name"], {"project": self.project, "version": version["name"]})
        if not named:
            raise PassedOverError("no rule of releases.service matches its name")
        yield Deployment(
            kind="deployment",
            source=self.source,
            id=version["id"],
            url=f"{self.web}/projects/{self.project}/versions/{version['id']}",
            service=named[0],
            status="success",
            finished_at=at,
            version=version["name"],
        )


def _is_before(version: Item, start: datetime) -> bool:
    try:
        at = _released_at(part(version))
    except (TypeError, ValueError):  # read, and set aside, by itself
        return False
    return at is not None and at < start


def _released_at(version: Item) -> datetime | None:
    """Jira knows the day alone. Noon in UTC is the same day in nearly all zones."""
    day = version.get("releaseDate")
    if not day:
        return None
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, _NOON, tzinfo=UTC)
