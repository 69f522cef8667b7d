"""One repository: what it is called, and which services it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from integrations.services import Services, some


@dataclass(frozen=True, slots=True)
class Repository:
    """`name` is owner/name."""

    name: str
    services: Services

    @property
    def source(self) -> str:
        return f"github:{self.name}"

    @property
    def fields(self) -> dict[str, str]:
        owner, repository = self.name.split("/", 1)
        return {"repository": repository, "owner": owner}

    @property
    def all_services(self) -> tuple[str, ...]:
        """Whatever its items may belong to."""
        return self.services.every(self.name, self.fields)

    def of_change(self, paths: Iterable[str]) -> tuple[str, ...]:
        return some(self.services.of_change(self.name, self.fields, paths))

    def of_deployment(self, what: str) -> tuple[str, ...]:
        """`what` is the environment, workflow or tag that rolls out."""
        return some(self.services.of_deployment(self.name, self.fields, what))

    def of_the_whole(self) -> tuple[str, ...]:
        """The services that a build or an incident of the repository is about."""
        return some(self.services.of(self.name, self.fields))
