"""Deployments told by releases, where a project's release is what brings it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Deployment, Event
from bot.source import Ask, Page
from integrations.gitlab.environments import PRODUCTION
from integrations.gitlab.listing import by_creation, paged
from integrations.gitlab.project import Project, inner, time_of
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.services import id_of_part

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of one project; a release is a moment, so when its rollout began is unknown."""

    project: Project
    tags: Globs
    overlap: ClassVar[timedelta] = timedelta(days=1)

    def fetch(self, ask: Ask) -> Page:
        listed = by_creation(
            self.project, "releases", ask, released_at, per_page=_PAGE, order_by="released_at", sort="desc"
        )
        return paged(listed, Reading(), _own_id, self._parse, event_id=_own_id)

    def _parse(self, item: Item) -> Iterator[Event]:
        if not self.tags.fit(item["tag_name"]):
            raise PassedOverError("another tag than `tags` names")
        at = released_at(item)
        if item.get("upcoming_release") or at is None:
            raise PassedOverError("announced, not released yet")
        services = self.project.of_deployment(item["tag_name"])
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.project.source,
                id=id_of_part(_own_id(item), service, services),
                url=inner(item, "_links", "self"),
                service=service,
                environment=PRODUCTION,
                status="success",
                finished_at=at,
                sha=inner(item, "commit", "id"),
                version=item["tag_name"],
            )


def _own_id(item: Item) -> str:
    return f"release {item['tag_name']}"


def released_at(item: Item) -> datetime | None:
    return time_of(item.get("released_at"))
