"""One configured Jira."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.source import Probe, RuleFound, Span, Stream
from integrations.http import Site
from integrations.jira.incidents import Incidents
from integrations.jira.issues import IncidentRules
from integrations.jira.releases import Releases
from integrations.jira.server import Server
from integrations.jira.settings import JiraSettings, ReleasesShape
from integrations.settings import Opening, services

_MOST_SURVEYED = 50  # projects; each is a request or a few
_EDITIONS = {"cloud": "Jira Cloud", "data_center": "Jira Data Center"}


def opened(settings: JiraSettings, opening: Opening) -> Jira:
    token = opening.secret(settings.token)
    user = opening.secret(settings.user) if settings.user else None
    site = Site(
        settings.name or settings.kind,
        settings.url,
        credential=settings.token,
        secrets=(token, *((user,) if user else ())),
        headers={} if user else {"Authorization": f"Bearer {token}"},
        auth=(user, token) if user else None,
        patience=opening.patience,
    )
    guess = "cloud" if settings.is_on_cloud else "data_center"
    return Jira(
        settings, Server(site, settings.edition or guess, is_sure=settings.edition is not None), opening.patience.now
    )


@dataclass(frozen=True, slots=True)
class Jira:
    """Its streams are the incidents of one query, and the releases of each named project."""

    settings: JiraSettings
    server: Server
    now: Callable[[], float]

    @property
    def name(self) -> str:
        return self.server.site.name

    @property
    def requests(self) -> int:
        return self.server.site.requests

    def streams(self) -> Sequence[Stream]:
        incidents, releases = self._incidents, self.settings.releases
        named = (self._releases(project, releases) for project in dict.fromkeys(releases.projects)) if releases else ()
        return (*((incidents.stream(),) if incidents else ()), *(each.stream() for each in named))

    def probe(self) -> Probe:
        """Whether the query and the projects of the settings are there, besides who may see what."""
        edition = _EDITIONS[self.server.told_edition()]
        projects = self.server.projects()
        if self._incidents:
            self._incidents.check()
        if releases := self.settings.releases:
            for project in releases.projects:
                self.server.versions(project, 0, 1)
        many = f"{len(projects):,} project{'' if len(projects) == 1 else 's'}"
        return Probe(f"{self.settings.token} sees {many} of {edition}", tuple(projects))

    def survey(self, span: Span) -> Sequence[RuleFound]:
        """The released versions of each project; of the first ones where there are many."""
        found = (self._releases(project, None).survey(span) for project in self.server.projects()[:_MOST_SURVEYED])
        return tuple(rule for rule in found if rule.count)

    @property
    def _web(self) -> str:
        return self.settings.web or self.settings.url

    @property
    def _incidents(self) -> Incidents | None:
        shape = self.settings.incidents
        if shape is None:
            return None
        return Incidents(self.server, IncidentRules.of(shape, self.settings.event_source, self._web))

    def _releases(self, project: str, shape: ReleasesShape | None) -> Releases:
        mapping = shape.service if shape else "{project}"
        rule = mapping if isinstance(mapping, str) else [each.model_dump() for each in mapping]
        return Releases(
            self.server,
            project,
            self.settings.event_source,
            self._web,
            services(mapping),
            json.dumps({"service": rule}, sort_keys=True),
            self.now,
        )
