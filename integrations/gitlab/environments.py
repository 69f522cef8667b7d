"""Which environments are production: by their tier, and by their names where the server tells no tier."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from integrations.gitlab.listing import items_of
from integrations.gitlab.project import Project
from integrations.globs import Globs

PRODUCTION = "production"
_BY_NAME = Globs.of(["production", "prod", "live", "production/*", "prod/*", "live/*"])
_MOST_PAGES = 10  # of 100 environments; beyond them are review apps


@dataclass(slots=True)
class Environments:
    """The environments of one project; their tiers are asked for when the first deployment is read."""

    project: Project
    tiers: tuple[str, ...]
    globs: Globs | None
    _tiers: dict[int, str] | None = field(default=None, init=False)

    def called(self, environment_id: int, name: str) -> str:
        """`production` for what is production, else its own name."""
        if self._is_production(environment_id, name):
            return PRODUCTION
        return "production, which is none by the settings" if name == PRODUCTION else name

    def _is_production(self, environment_id: int, name: str) -> bool:
        if self.globs is not None:
            return self.globs.fit(name)
        if self._tiers is None:
            self._tiers = self._listed()
        tier = self._tiers.get(environment_id)
        return _BY_NAME.fit(name) if tier is None else tier in self.tiers

    def _listed(self) -> dict[int, str]:
        """Those that are still there: a deleted one is known by its name alone."""
        tiers: dict[int, str] = {}
        query: dict[str, object] = {"per_page": 100, "states": "available"}
        for _ in range(_MOST_PAGES):
            answer = self.project.get("environments", **query)
            found = items_of(self.project.api, f"environments of {self.project.name}", answer)
            tiers |= {each["id"]: each["tier"] for each in found if each.get("tier")}
            if not answer.following:
                break
            query = dict(parse_qsl(urlsplit(answer.following).query))
        return tiers
