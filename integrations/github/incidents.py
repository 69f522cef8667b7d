"""Incidents: issues with a label, with what their timeline tells of who took them on and what was said when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from bot.errors import SourceError
from bot.events import Event, Incident
from bot.source import Ask, Page
from integrations.github.graph import ask_repository, inner, listed
from integrations.github.listing import newest_first, page, read
from integrations.github.repository import Repository
from integrations.github.reviews import is_bot
from integrations.github.site import GitHubSite
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.labels import Owners

PAGE = 50
_OVERLAP = timedelta(hours=1)
RECHECKED_AT_ONCE = 50
_NO_LONGER_THERE = "NOT_FOUND"
_NOT_ONE = frozenset({"NOT_PLANNED", "DUPLICATE"})

_ISSUE = """
fragment Incident on Issue {
  number url title createdAt updatedAt closedAt state stateReason
  repository { nameWithOwner }
  author { __typename login }
  labels(first: 50) { nodes { name } }
  timelineItems(first: 100, itemTypes: [ASSIGNED_EVENT, UNASSIGNED_EVENT, LABELED_EVENT]) {
    nodes {
      __typename
      ... on AssignedEvent { createdAt }
      ... on UnassignedEvent { createdAt }
      ... on LabeledEvent { createdAt label { name } }
    }
  }
}
"""
_LIST = (
    """
query($owner: String!, $name: String!, $first: Int!, $after: String, $labels: [String!]) {
  repository(owner: $owner, name: $name) {
    issues(labels: $labels, first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage }
      edges { cursor node { ...Incident } }
    }
  }
}
"""
    + _ISSUE
)
_SINGLY = (
    """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    id
    %s
  }
}
"""
    + _ISSUE
)


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents of one repository."""

    site: GitHubSite
    repository: Repository
    labels: Sequence[str]
    severity: Globs
    mitigated: Globs
    owners: Owners
    bots: Globs
    overlap: ClassVar[timedelta] = _OVERLAP

    def fetch(self, ask: Ask) -> Page:
        reply = ask_repository(
            self.site, self.repository.name, _LIST, first=PAGE, after=ask.token, labels=list(self.labels)
        )
        issues = listed(self.site, self.repository.name, reply, "issues", "issues")
        cut = newest_first(ask, issues, reply.problems, "updatedAt")
        reading = Reading()
        read(cut, reading, self._id, lambda item: self._parse(item, reading))
        return page(reading, cut)

    def recheck(self, ids: Sequence[str], since: datetime) -> Page:
        """What became of known issues: deleted, moved away, or without the label any more, they are gone."""
        reading = Reading()
        gone: list[str] = []
        for first in range(0, len(ids), RECHECKED_AT_ONCE):
            some = ids[first : first + RECHECKED_AT_ONCE]
            found = self._singly(some)
            still = [item for item in found if item is not None and self._is_incident(item)]
            there = {self._id(item) for item in still}
            gone.extend(each for each in some if each not in there)
            changed = [item for item in still if datetime.fromisoformat(item["updatedAt"]) >= since]
            reading.read(changed, self._id, lambda item: self._parse(item, reading))
        return replace(reading.page, gone=tuple(gone))

    def _singly(self, ids: Sequence[str]) -> Sequence[Item | None]:
        numbers = [int(each.rsplit("#", 1)[-1]) for each in ids]
        asked = "\n    ".join(f"i{number}: issue(number: {number}) {{ ...Incident }}" for number in numbers)
        reply = ask_repository(self.site, self.repository.name, _SINGLY % asked)
        if unsaid := next((problem for problem in reply.problems if problem.kind != _NO_LONGER_THERE), None):
            raise SourceError(
                f"{self.site.name}: GitHub could not say what became of the incidents of {self.repository.name}: "
                f"{unsaid.says}; the next sync asks again."
            )
        return [reply.data.get(f"i{number}") for number in numbers]

    def _is_incident(self, item: Item) -> bool:
        wanted = {label.casefold() for label in self.labels}
        return item["repository"]["nameWithOwner"].casefold() == self.repository.name.casefold() and any(
            label.casefold() in wanted for label in _labels(item)
        )

    def _id(self, item: Item) -> str:
        """As people write it, and as a pull request that closes it names it."""
        return f"{self.repository.name}#{item['number']}"

    def _parse(self, item: Item, reading: Reading) -> Iterator[Event]:
        if not self._is_incident(item):
            raise PassedOverError("an issue without a label of `incidents.labels`")
        labels, timeline = _labels(item), item["timelineItems"]["nodes"]
        services, team = self.owners.owning(labels, self.repository.of_the_whole)
        status = _status(item)
        opened_at = datetime.fromisoformat(item["createdAt"])
        yield Incident(
            kind="incident",
            source=self.repository.source,
            id=self._id(item),
            url=item["url"],
            updated_at=datetime.fromisoformat(item["updatedAt"]),
            service=services[0] if len(services) == 1 else None,
            services=services if len(services) > 1 else None,
            team=team,
            opened_at=opened_at,
            acknowledged_at=_first(timeline, "AssignedEvent"),
            mitigated_at=self._mitigated_at(labels, timeline),
            resolved_at=_resolved_at(item, opened_at, reading) if status == "resolved" else None,
            severity=self.severity.first(labels),
            status=status,
            detected_by="alert" if is_bot(item["author"], self.bots) else None,
            reassignments=_reassignments(timeline),
            title=item["title"] or None,
        )

    def _mitigated_at(self, labels: Sequence[str], timeline: Sequence[Item]) -> datetime | None:
        """When the label that says so was set for the last time, if it is still there."""
        if self.mitigated.first(labels) is None:
            return None
        set_at = [
            event["createdAt"]
            for event in timeline
            if event["__typename"] == "LabeledEvent" and self.mitigated.fit(event["label"]["name"])
        ]
        return datetime.fromisoformat(max(set_at)) if set_at else None


def _labels(item: Item) -> list[str]:
    return [label["name"] for label in inner(item, "labels", "nodes") or ()]


def _status(item: Item) -> Literal["open", "resolved", "cancelled"]:
    if item["state"] == "OPEN":
        return "open"
    return "cancelled" if item["stateReason"] in _NOT_ONE else "resolved"


def _resolved_at(item: Item, opened_at: datetime, reading: Reading) -> datetime | None:
    """GitHub's own, which is the last closing where it was opened again."""
    if item["closedAt"] is None:
        return None
    closed_at = datetime.fromisoformat(item["closedAt"])
    if closed_at < opened_at:
        reading.note("closed before it was opened; when it was closed is left out")
        return None
    return closed_at


def _first(timeline: Sequence[Item], kind: str) -> datetime | None:
    found = [event["createdAt"] for event in timeline if event["__typename"] == kind]
    return datetime.fromisoformat(min(found)) if found else None


def _reassignments(timeline: Sequence[Item]) -> int:
    """It changed hands as often as someone was taken off it and someone else put on, in either order."""
    kinds = [event["__typename"] for event in timeline]
    return max(0, min(kinds.count("UnassignedEvent"), kinds.count("AssignedEvent") - 1))
