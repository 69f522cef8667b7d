"""One repository: what it is called, and which services it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from integrations.items import PassedOverError
from integrations.services import Services

_NO_SERVICE = "no rule of `service` names a service for it"


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
        return self.services.of(self.name, self.fields)

    def of_change(self, paths: Iterable[str]) -> tuple[str, ...]:
        return _some(self.services.of_change(self.name, self.fields, paths))

    def of_deployment(self, what: str) -> tuple[str, ...]:
        """`what` is the environment, workflow or tag that rolls out."""
        return _some(self.services.of_deployment(self.name, self.fields, what))

    def of_the_whole(self) -> tuple[str, ...]:
        """The services that a build or an incident of the repository is about."""
        return _some(self.all_services)


def _some(services: tuple[str, ...]) -> tuple[str, ...]:
    if not services:
        raise PassedOverError(_NO_SERVICE)
    return services
