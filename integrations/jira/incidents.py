"""The stream of incidents: the issues that a query finds, read by when they last changed."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice

from bot.errors import SourceError
from bot.events import Event
from bot.source import Ask, Coverage, Page, Stream
from integrations.http import RefusedError
from integrations.items import Item, Reading
from integrations.jira import jql, values
from integrations.jira.issues import IncidentRules
from integrations.jira.server import Server
from integrations.jira.statuses import Statuses
from integrations.settings import begun

_REFUSED = 400
_LONGEST_KEYS = 6_500  # characters of an address; servers take 8,192 for it and the headers
_RECHECKED_AT_ONCE = 250  # keys that fit into one address, long ones too
# A key at the very end of what a server said may be cut in half.
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+(?=[^0-9])")


@dataclass(frozen=True, slots=True)
class Incidents:
    """One query of one Jira."""

    server: Server
    rules: IncidentRules

    def stream(self) -> Stream:
        shape = self.rules.shape
        return Stream(
            name="incidents",
            source=self.rules.source,
            kinds=("incident",),
            covers=Coverage(
                services=self.rules.services.globs,
                teams=(shape.team,) if shape.team else (),
            ),
            rule=json.dumps(shape.model_dump(exclude={"covers_from"}), sort_keys=True),
            fetch=self.fetch,
            recheck=self.recheck,
            rechecked_at_once=_RECHECKED_AT_ONCE,
            covers_from=begun(shape.covers_from),
        )

    def fetch(self, ask: Ask) -> Page:
        """One page of what last changed within the span, one request but for histories that the page shortens."""
        query = jql.within(self.rules.shape.jql, ask.span)
        with self._explained():
            found = self.server.search(query, self.rules.asked, ask.token, expand="changelog")
        inside = [issue for issue in found.issues if self._is_inside(issue, ask)]
        statuses = Statuses.of(self.server.statuses if inside else (), self.rules.shape.statuses)
        reading = Reading()
        for issue in inside:
            # What is set aside is kept, and a history names people wherever it tells of them.
            shown = {name: value for name, value in values.part(issue).items() if name != "changelog"}
            reading.read((shown,), lambda shown: shown["key"], partial(self._parsed, issue, statuses, reading))
        return replace(reading.page, token=found.token, done=found.token is None)

    def recheck(self, keys: Sequence[str], since: datetime) -> Page:
        """Those that changed since then, and are no longer found: retyped, moved to another project, or deleted.

        What is still found is yielded by the list, which is read by the same times.
        """
        asked = [self._changed(some, since) for some in _in_addresses(keys)]
        changed = [issue for issues, _ in asked for issue in issues]
        lost = [key for _, unknown in asked for key in unknown]
        if lost:
            self.check()  # a project that went out of sight is no deleted issue: then this is refused, and says so
        known = set(keys)
        there = [key for key in map(_key, changed) if key in known]
        found = self._still_found(there) if there else set[str]()
        moved = (old for issue in changed for old in _former_keys(issue) if _key(issue) not in known)
        gone = (*lost, *(key for key in there if key not in found), *(key for key in moved if key in known))
        return Page(gone=tuple(dict.fromkeys(gone)))

    def _parsed(self, issue: Item, statuses: Statuses, reading: Reading, _shown: Item) -> Iterator[Event]:
        yield self.rules.incident(issue, self.server.histories(issue), statuses, reading.note)

    def check(self) -> None:
        """SourceError where Jira does not accept the query."""
        with self._explained():
            self.server.search(jql.condition(self.rules.shape.jql), ("status",), size=1)

    @contextmanager
    def _explained(self) -> Generator[None]:
        """A query that Jira refuses is that of the settings: all that is added to it is known to be well."""
        try:
            yield
        except RefusedError as refused:
            if refused.status != _REFUSED:
                raise
            why = refused.why or "it gives no reason"
            raise SourceError(f"{self.server.site.name}: Jira refuses incidents.jql: {why}.") from None

    def _still_found(self, keys: Sequence[str]) -> set[str]:
        query = jql.still(self.rules.shape.jql, keys)
        with self._explained():
            return set(map(_key, self.server.every(query, ("status",))))

    def _changed(self, keys: Sequence[str], since: datetime) -> tuple[list[Item], list[str]]:
        """The issues that changed, and the keys that Jira does not know any more: it refuses a query that names one."""
        if not keys:
            return [], []
        try:
            query = jql.changed(keys, since)
            return list(self.server.every(query, ("status",), expand="changelog")), []
        except RefusedError as refused:
            if refused.status != _REFUSED:
                raise
            named = set(_KEY.findall(refused.why))
        if lost := [key for key in keys if key in named]:
            changed, others = self._changed([key for key in keys if key not in named], since)
            return changed, [*lost, *others]
        return self._changed_by_halves(keys, since)

    def _changed_by_halves(self, keys: Sequence[str], since: datetime) -> tuple[list[Item], list[str]]:
        """Jira does not say which one it does not know."""
        if len(keys) == 1:
            if self.server.exists(keys[0]):
                raise SourceError(f"{self.server.site.name}: Jira refuses to look for {keys[0]}, which is there.")
            return [], list(keys)
        rest = iter(keys)
        halves = list(islice(rest, len(keys) // 2)), list(rest)
        (changed, lost), (others, more) = (self._changed(half, since) for half in halves)
        return [*changed, *others], [*lost, *more]

    @staticmethod
    def _is_inside(issue: Item, ask: Ask) -> bool:
        """The query is a minute wider at both ends. An issue without a time is read, so that it is set aside."""
        try:
            return ask.span.start <= values.time(issue["fields"]["updated"]) < ask.span.end
        except (KeyError, TypeError, ValueError):
            return True


def _in_addresses(keys: Sequence[str]) -> Iterator[list[str]]:
    """As many at once as fit into the address of a request: some five hundred."""
    some: list[str] = []
    length = 0
    for key in keys:
        length += len(key) + len("%2C+")
        if some and length > _LONGEST_KEYS:
            yield some
            some, length = [], len(key)
        some.append(key)
    if some:
        yield some


def _key(issue: Item) -> str:
    """Empty where it has none, which is nobody's."""
    return str(values.part(issue).get("key") or "")


def _former_keys(issue: Item) -> Iterator[str]:
    """The keys that an issue had before it was moved to another project."""
    for history in values.part(values.part(issue).get("changelog")).get("histories") or ():
        for item in map(values.part, values.part(history).get("items") or ()):
            if item.get("field") == "Key" and item.get("fromString"):
                yield item["fromString"]
