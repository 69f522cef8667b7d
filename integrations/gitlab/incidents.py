"""Incidents: issues of the type incident. GitLab's lists tell when they were opened and last closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from bot.events import Event, Incident
from bot.source import Ask, Page
from integrations.gitlab.listing import by_update, changed_at, items_of, paged, readable
from integrations.gitlab.project import Project, inner, time_of
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.labels import Owners

_PAGE = 100
RECHECKED_AT_ONCE = 100  # as many as one answer holds
_TYPE = "incident"
_UNKNOWN = "UNKNOWN"
_ALERT_BOT = "alert-bot"


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents of one project."""

    project: Project
    labels: Sequence[str]
    severity: Globs
    owners: Owners
    overlap: ClassVar[timedelta] = timedelta(minutes=10)  # an edit moves an issue to the top

    def fetch(self, ask: Ask) -> Page:
        chosen: dict[str, Any] = {"labels": ",".join(self.labels)} if self.labels else {}
        listed = by_update(self.project, "issues", ask, _PAGE, issue_type=_TYPE, scope="all", **chosen)
        reading = Reading()
        return paged(listed, reading, self._id, lambda item: self._parse(item, reading), event_id=self._id)

    def recheck(self, ids: Sequence[str], since: datetime) -> Page:
        """What became of known issues, a hundred a request: deleted, moved away or retyped, they are gone."""
        reading = Reading()
        gone: list[str] = []
        for first in range(0, len(ids), RECHECKED_AT_ONCE):
            some = ids[first : first + RECHECKED_AT_ONCE]
            numbers = [each.rsplit("#", 1)[-1] for each in some]
            answer = self.project.get("issues", scope="all", per_page=RECHECKED_AT_ONCE, **{"iids[]": numbers})
            still = [
                item
                for item in items_of(self.project.api, f"issues of {self.project.name}", answer)
                if self._is_incident(item)
            ]
            there = {self._id(item) for item in still}
            gone.extend(each for each in some if each not in there)
            changed = [item for item in still if (readable(item, changed_at) or since) >= since]
            reading.read(changed, self._id, lambda item: self._parse(item, reading))
        return replace(reading.page, gone=tuple(gone))

    def _is_incident(self, item: Item) -> bool:
        """Labels are compared as GitLab's filter does."""
        return item.get("issue_type") == _TYPE and set(self.labels) <= set(item.get("labels") or ())

    def _id(self, item: Item) -> str:
        """As people write it, and as a merge request that closes it names it."""
        return f"{self.project.name}#{item.get('iid')}"

    def _parse(self, item: Item, reading: Reading) -> Iterator[Event]:
        if not self._is_incident(item):
            raise PassedOverError("an issue that is no incident by the settings")
        labels: Sequence[str] = item["labels"]
        services, team = self.owners.owning(labels, self.project.of_the_whole)
        status = _status(item)
        opened_at = datetime.fromisoformat(item["created_at"])
        yield Incident(
            kind="incident",
            source=self.project.source,
            id=self._id(item),
            url=item.get("web_url"),
            updated_at=changed_at(item),
            service=services[0] if len(services) == 1 else None,
            services=services if len(services) > 1 else None,
            team=team,
            opened_at=opened_at,
            resolved_at=_resolved_at(item, opened_at, reading) if status == "resolved" else None,
            severity=self.severity.first(labels) or _own_severity(item),
            status=status,
            detected_by="alert" if _by_alert(item) else None,
            title=item["title"] or None,
        )


def _status(item: Item) -> Literal["open", "resolved", "cancelled"]:
    if item["state"] == "opened":
        return "open"
    is_other = item.get("moved_to_id") or inner(item, "_links", "closed_as_duplicate_of")
    return "cancelled" if is_other else "resolved"


def _resolved_at(item: Item, opened_at: datetime, reading: Reading) -> datetime | None:
    """GitLab's own, which is the last closing where it was opened again."""
    closed_at = time_of(item.get("closed_at"))
    if closed_at is not None and closed_at < opened_at:
        reading.note("closed before it was opened; when it was closed is left out")
        return None
    return closed_at


def _own_severity(item: Item) -> str | None:
    severity = item.get("severity")
    return severity if severity and severity != _UNKNOWN else None


def _by_alert(item: Item) -> bool:
    author = item.get("author")
    return author is not None and author["username"].startswith(_ALERT_BOT)
