"""Releases as deployments, where a team releases so: published is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Deployment, Event
from bot.source import Ask, Page
from integrations.github.graph import ask_repository, inner, listed
from integrations.github.listing import newest_first, page, read
from integrations.github.repository import Repository
from integrations.github.site import GitHubSite
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.services import id_of_part

PAGE = 50
_OVERLAP = timedelta(days=35)  # a release is listed by its creation, and may be published much later

_QUERY = """
query($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    releases(first: $first, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage }
      edges {
        cursor
        node {
          id databaseId url tagName isDraft isPrerelease createdAt publishedAt updatedAt
          tagCommit { oid }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of one repository."""

    site: GitHubSite
    repository: Repository
    tags: Globs
    prereleases: bool
    overlap: ClassVar[timedelta] = _OVERLAP

    def fetch(self, ask: Ask) -> Page:
        reply = ask_repository(self.site, self.repository.name, _QUERY, first=PAGE, after=ask.token)
        cut = newest_first(
            ask, listed(self.site, self.repository.name, reply, "releases", "contents"), reply.problems, "createdAt"
        )
        reading = Reading()
        read(cut, reading, lambda item: f"release {item['tagName']}", self._parse, _own_id)
        return page(reading, cut)

    def _parse(self, item: Item) -> Iterator[Event]:
        if not self.tags.fit(item["tagName"]):
            raise PassedOverError("a release whose tag `deployments.tags` leaves out")
        if item["isDraft"] or item["publishedAt"] is None:
            raise PassedOverError("a release that is not published")
        if item["isPrerelease"] and not self.prereleases:
            raise PassedOverError("a pre-release")
        services = self.repository.of_deployment(item["tagName"])
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.repository.source,
                id=id_of_part(_own_id(item), service, services),
                url=item["url"],
                updated_at=datetime.fromisoformat(item["updatedAt"]),
                service=service,
                status="success",
                finished_at=datetime.fromisoformat(item["publishedAt"]),
                sha=inner(item, "tagCommit", "oid"),
                version=item["tagName"],
            )


def _own_id(item: Item) -> str:
    """Not to be taken for a deployment of the same number, which a server of one's own may have."""
    return f"release {item['databaseId'] or item['id']}"
