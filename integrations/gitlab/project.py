"""One project: what it is called, where its lists are, and which services it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integrations.gitlab.api import Api
from integrations.http import Answer
from integrations.items import Item
from integrations.services import Services, some


@dataclass(frozen=True, slots=True)
class Project:
    """`name` is its full path, with all of its groups."""

    name: str
    services: Services
    api: Api

    @property
    def source(self) -> str:
        return f"gitlab:{self.name}"

    @property
    def fields(self) -> dict[str, str]:
        group, _, project = self.name.rpartition("/")
        return {"project": project, "group": group}

    @property
    def all_services(self) -> tuple[str, ...]:
        """Whatever its items may belong to."""
        return self.services.every(self.name, self.fields)

    def get(self, path: str = "", **params: object) -> Answer:
        """Ask for what lies below the project."""
        below = f"projects/{quote(self.name, safe='')}"
        return self.api.of_project(self.name, f"{below}/{path}" if path else below, **params)

    def of_change(self, paths: Iterable[str]) -> tuple[str, ...]:
        return some(self.services.of_change(self.name, self.fields, paths))

    def of_deployment(self, what: str) -> tuple[str, ...]:
        """`what` is the environment, job, branch or tag that rolls out."""
        return some(self.services.of_deployment(self.name, self.fields, what))

    def of_the_whole(self) -> tuple[str, ...]:
        """The services that a build or an incident of the project is about."""
        return some(self.services.of(self.name, self.fields))


def time_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def inner(item: Item, *names: str) -> Any:  # noqa: ANN401  JSON
    """What lies within objects of which each may be missing or null."""
    found: Any = item
    for name in names:
        found = found.get(name) if found else None
    return found


def own_id(item: Item) -> str:
    return str(item["id"])
