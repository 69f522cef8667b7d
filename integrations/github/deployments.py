"""Deployments as GitHub keeps them, with their statuses in the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Deployment, Event
from bot.source import Ask, Page
from integrations.github.graph import ask_repository, listed
from integrations.github.listing import newest_first, page, read
from integrations.github.repository import Repository
from integrations.github.rollout import gate_waits, in_order, rollout
from integrations.github.site import GitHubSite
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.services import id_of_part

PAGE = 50
_OVERLAP = timedelta(days=1)  # a status that follows later than that, on a deployment that had ended, is rare
PRODUCTION = "production"
_MOST_STATUSES = 50

_QUERY = """
query($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    url
    deployments(first: $first, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage }
      edges {
        cursor
        node {
          id databaseId createdAt updatedAt state environment originalEnvironment commitOid
          ref { name prefix }
          statuses(first: 50) { totalCount nodes { state createdAt logUrl } }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Deployments:
    """The deployments of one repository; those whose environment is production by the settings are called so."""

    site: GitHubSite
    repository: Repository
    production: Globs
    overlap: ClassVar[timedelta] = _OVERLAP

    def fetch(self, ask: Ask) -> Page:
        """One page; the list is sorted by creation, so what has not ended is asked for again by `open_since`."""
        reply = ask_repository(self.site, self.repository.name, _QUERY, first=PAGE, after=ask.token)
        found = listed(self.site, self.repository.name, reply, "deployments", "deployments")
        cut = newest_first(ask, found, reply.problems, "createdAt")
        reading = Reading()
        address = f"{reply.data['url']}/deployments"
        still_open: list[datetime] = []
        read(cut, reading, _name, lambda item: self._parse(item, address, reading, still_open), _own_id)
        return page(reading, cut, open_since=min(still_open, default=None))

    def _parse(self, item: Item, address: str, reading: Reading, still_open: list[datetime]) -> Iterator[Event]:
        environment = item["originalEnvironment"] or item["environment"] or ""
        if item["state"] == "ABANDONED":
            raise PassedOverError("abandoned: no status says how it ended")
        created_at, statuses = datetime.fromisoformat(item["createdAt"]), _statuses(item, reading)
        went = rollout(created_at, statuses)
        is_production = self.production.fit(environment)
        if is_production and went.status == "running":
            still_open.append(created_at)
        services = self.repository.of_deployment(environment)
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.repository.source,
                id=id_of_part(_own_id(item), service, services),
                url=next((each["logUrl"] for each in item["statuses"]["nodes"] if each["logUrl"]), address),
                updated_at=max((datetime.fromisoformat(item["updatedAt"]), *(at for at, _ in statuses))),
                service=service,
                environment=PRODUCTION if is_production else environment or "unnamed",
                status=went.status,
                started_at=went.started_at,
                finished_at=went.finished_at,
                sha=item["commitOid"],
                version=_tag(item["ref"]),
                gate_waits=gate_waits(environment, statuses),
                failed=True if went.failed_at else None,
                failed_at=went.failed_at,
            )


def _name(item: Item) -> str:
    return f"deployment {_own_id(item)} to {item['environment']}"


def _own_id(item: Item) -> str:
    """Where a number is too large for GraphQL, the id of the node stands in."""
    return str(item["databaseId"] or item["id"])


def _tag(ref: Item | None) -> str | None:
    """The name of what was deployed, where that is a tag and no branch."""
    return ref["name"] if ref and ref["prefix"] == "refs/tags/" else None


def _statuses(item: Item, reading: Reading) -> list[tuple[datetime, str]]:
    connection = item["statuses"]
    if connection["totalCount"] > len(connection["nodes"]):
        reading.note(f"with {_MOST_STATUSES} of its statuses only")
    return in_order(connection["nodes"])
