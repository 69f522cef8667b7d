"""Deployments told by the runs of one job, where a project has no environments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Deployment, Event
from bot.source import Ask, Page
from integrations.gitlab.environments import PRODUCTION
from integrations.gitlab.listing import by_creation, paged
from integrations.gitlab.project import Project, time_of
from integrations.gitlab.rollout import ENDED, RUNNING, SKIPPED, ended, trigger
from integrations.globs import Globs
from integrations.items import Item, PassedOverError, Reading
from integrations.services import id_of_part

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Jobs:
    """The runs of the job of one project; every job of the project is listed for them."""

    project: Project
    job: Globs
    branches: Globs
    overlap: ClassVar[timedelta] = timedelta(hours=1)

    def fetch(self, ask: Ask) -> Page:
        """The list is sorted by creation, so what has not ended is asked for again by `open_since`."""
        listed = by_creation(self.project, "jobs", ask, created_at, per_page=_PAGE, **KEYSET)
        reading = Reading()
        still_open: list[datetime] = []
        return paged(
            listed,
            reading,
            _name,
            lambda item: self._parse(item, reading, still_open),
            event_id=_own_id,
            still_open=still_open,
        )

    def _parse(self, item: Item, reading: Reading, still_open: list[datetime]) -> Iterator[Event]:
        if not self.job.fit(item["name"]):
            raise PassedOverError("another job than the one that deploys")
        if not self.branches.fit(item["ref"]):
            raise PassedOverError("on another branch than `branches` names")
        word = item["status"]
        if word == SKIPPED:
            raise PassedOverError("skipped, because an earlier job failed")
        if word not in ENDED:
            still_open.append(datetime.fromisoformat(item["created_at"]))
            if word not in RUNNING:
                raise PassedOverError("has not begun")
        course = ended(word, item["started_at"], item["finished_at"], reading) if word in ENDED else None
        if course is not None and course.started_at is None:
            raise PassedOverError("ended before it began to run")
        services = self.project.of_deployment(item["name"])
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.project.source,
                id=id_of_part(_own_id(item), service, services),
                url=item.get("web_url"),
                updated_at=course.finished_at if course else time_of(item["started_at"]),
                service=service,
                environment=PRODUCTION,
                status=course.status if course else "running",
                started_at=course.started_at if course else time_of(item["started_at"]) or created_at(item),
                finished_at=course.finished_at if course else None,
                sha=item["commit"]["id"],
                version=item["ref"] if item["tag"] else None,
                trigger=trigger(item.get("pipeline")),
            )


KEYSET: dict[str, object] = {"pagination": "keyset", "order_by": "id", "sort": "desc"}


def created_at(item: Item) -> datetime | None:
    return time_of(item.get("created_at"))


def _name(item: Item) -> str:
    return f"{_own_id(item)} {item['name']}"


def _own_id(item: Item) -> str:
    return f"job {item['id']}"
