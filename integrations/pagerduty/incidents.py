"""PagerDuty's incidents -> incidents: the list by the time they were opened, and what became of known ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from bot.events import Incident
from bot.source import Ask, Page, SpanTooLargeError
from integrations.http import RefusedError, Site
from integrations.items import Item, PassedOverError, Reading
from integrations.pagerduty.answers import PAGE, IncidentList, OneIncident, answered, log_entries, part, time_of
from integrations.pagerduty.course import Entry, acknowledged_at, detected_by, reassignments, resolved_at
from integrations.services import Services, some

_MOST_LISTED = 10_000  # incidents of one list, as the server limits it
_LONGEST_SPAN = timedelta(days=180)  # of one list: six months
_MOST_ENTRIES = 1_000  # of one incident's log; nobody hands one over more often
_CHANGES_LOOKED_THROUGH = 2_000  # lines of the account's log; where there are more, each known incident is asked for
_GONE = frozenset({404, 410})
_KEPT = (
    "id", "incident_number", "title", "created_at", "status", "service", "teams", "priority", "urgency",
    "last_status_change_at", "resolved_at", "resolve_reason", "html_url",
)  # fmt: skip
_STATUS: dict[str, Literal["open", "resolved"]] = {
    "triggered": "open",
    "acknowledged": "open",
    "resolved": "resolved",
}


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents of an account, of the services and teams that the settings name."""

    site: Site
    source: str
    services: Services
    names: Sequence[str]
    teams: Sequence[str]
    urgencies: Sequence[str]

    def fetch(self, ask: Ask) -> Page:
        """One page of the list, oldest first, and the log of each incident on it."""
        offset = int(ask.token or 0)
        if ask.span.end - ask.span.start > _LONGEST_SPAN or offset + PAGE > _MOST_LISTED:
            raise SpanTooLargeError
        query = {
            "since": ask.span.start.isoformat(),
            "until": ask.span.end.isoformat(),
            "time_zone": "UTC",
            "sort_by": "created_at:asc",
            "limit": PAGE,
            "offset": offset,
        }
        if len(self.urgencies) == 1:
            query["urgencies[]"] = self.urgencies[0]
        listed = answered(self.site, IncidentList, "incidents", **query)
        found = _Found(self)
        found.read(listed.incidents)
        done = not (listed.more and listed.incidents)
        return found.page(token=None if done else str(offset + len(listed.incidents)), done=done)

    def recheck(self, ids: Sequence[str], since: datetime) -> Page:
        """The known incidents that the account's log names since then; all of them where the log is too long."""
        found = _Found(self)
        for each in self._changed(ids, since):
            try:
                item = answered(self.site, OneIncident, f"incidents/{each}").incident
            except RefusedError as refused:
                if refused.status not in _GONE:
                    raise
                found.gone.append(each)
            else:
                found.read_again(each, item)
        return found.page()

    def log_of(self, incident: str) -> Iterator[Item]:
        """One request for most incidents."""
        for listed in log_entries(self.site, f"incidents/{incident}/log_entries", _MOST_ENTRIES):
            yield from listed.log_entries

    def _changed(self, ids: Sequence[str], since: datetime) -> Sequence[str]:
        changed: set[str] = set()
        for listed in log_entries(self.site, "log_entries", _CHANGES_LOOKED_THROUGH, since=since.isoformat()):
            changed.update(str(part(entry, "incident").get("id")) for entry in listed.log_entries)
            if not listed.more:
                return [each for each in ids if each in changed]
        return ids


@dataclass(slots=True)
class _Found:
    """What one request for incidents yielded so far."""

    incidents: Incidents
    reading: Reading = field(default_factory=Reading)
    gone: list[str] = field(default_factory=list[str])

    def read(self, items: Iterable[Item]) -> None:
        kept = ({name: item[name] for name in _KEPT if name in item} for item in items)
        self.reading.read(kept, lambda item: str(item["id"]), self._parsed)

    def read_again(self, known_as: str, item: Item) -> None:
        """One that is known already: where it is no incident by the settings any more, it is gone."""
        before = len(self.reading.events), len(self.reading.set_aside)
        self.read([item])
        if (len(self.reading.events), len(self.reading.set_aside)) == before:
            self.gone.append(known_as)

    def page(self, *, token: str | None = None, done: bool = True) -> Page:
        return replace(self.reading.page, gone=tuple(self.gone), token=token, done=done)

    def _parsed(self, item: Item) -> Iterator[Incident]:
        name = self._service_name(item)
        if item["status"] not in _STATUS:
            raise ValueError(f"the status {item['status']} is none that PagerDuty documents")
        services = some(self.incidents.services.of(name, {"service": name}))
        log, opened_at = self._log(str(item["id"])), time_of(item["created_at"])
        is_merged = part(item, "resolve_reason").get("type") == "merge_resolve_reason"
        yield Incident(
            kind="incident",
            source=self.incidents.source,
            id=str(item["id"]),
            url=item.get("html_url") or None,
            service=services[0] if len(services) == 1 else None,
            services=services if len(services) > 1 else None,
            opened_at=opened_at,
            acknowledged_at=acknowledged_at(log),
            resolved_at=self._resolved_at(item, log, opened_at),
            severity=part(item, "priority").get("summary") or item.get("urgency") or None,
            status="cancelled" if is_merged else _STATUS[item["status"]],
            detected_by=detected_by(log),
            reassignments=reassignments(log) if log else None,
            title=item.get("title") or None,
        )

    def _log(self, incident: str) -> Sequence[Entry]:
        """A line that can't be read is no reason to lose the incident."""
        entries: list[Entry] = []
        for item in self.incidents.log_of(incident):
            try:
                entries.append(Entry.of(item))
            except (AttributeError, KeyError, TypeError, ValueError):
                self.reading.note("an incident with a line in its log that can't be read")
        return entries

    def _resolved_at(self, item: Item, log: Sequence[Entry], opened_at: datetime) -> datetime | None:
        if _STATUS[item["status"]] == "open":
            return None
        ended_at = resolved_at(log) or _time(item.get("resolved_at")) or _time(item.get("last_status_change_at"))
        if ended_at is not None and ended_at < opened_at:
            self.reading.note("an incident that was resolved before it was opened, taken without its end")
            return None
        return ended_at

    def _service_name(self, item: Item) -> str:
        """PassedOverError where the settings do not mean it."""
        name = str(item["service"]["summary"])
        teams = [str(team["summary"]) for team in item.get("teams") or ()]
        if not _fits([name], self.incidents.names):
            raise PassedOverError("an incident of another service")
        if self.incidents.teams and not _fits(teams, self.incidents.teams):
            raise PassedOverError("an incident of another team")
        if item.get("urgency") not in (*self.incidents.urgencies, None):
            raise PassedOverError("an incident of another urgency")
        return name


def _time(text: str | None) -> datetime | None:
    return None if text is None else time_of(text)


def _fits(names: Iterable[str], globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in names for glob in globs)
