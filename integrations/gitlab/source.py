"""GitLab as a source: one credential, and the projects that it may read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import SourceError
from bot.source import Probe, RuleFound, Span, Stream
from integrations.gitlab.api import Api
from integrations.gitlab.project import Project, inner
from integrations.gitlab.projects import projects
from integrations.gitlab.settings import GitLabSettings
from integrations.gitlab.streams import streams_of
from integrations.gitlab.survey import surveyed
from integrations.http import Site
from integrations.settings import Opening, services

_TRIED = 3  # projects that a probe opens; what one may read is nearly always the same for all
_SURVEYED = 20  # projects


class GitLab:
    """One GitLab server, as one credential sees it."""

    def __init__(self, settings: GitLabSettings, opening: Opening) -> None:
        self.name = settings.name or settings.kind
        self._settings = settings
        token = opening.secret(settings.token)
        self._site = Site(
            self.name,
            settings.url,
            credential=settings.token,
            secrets=(token,),
            headers={"PRIVATE-TOKEN": token},
            patience=opening.patience,
        )
        self._api = Api(self._site, token)

    @property
    def requests(self) -> int:
        return self._site.requests

    def streams(self) -> Sequence[Stream]:
        return tuple(stream for name in self._names() for stream in streams_of(self._api, self._settings, name))

    def probe(self) -> Probe:
        """Whose the credential is, and whether the first projects can be opened."""
        who = inner(self._api.get("user").data, "username")
        if who is None:
            raise SourceError(f"{self.name}: {self._site.url} answers, but not as GitLab does; is the url right?")
        names = self._names()
        for name in names[:_TRIED]:
            self._project(name).get()
        seen = f"{len(names):,} {'project' if len(names) == 1 else 'projects'}"
        return Probe(f"{self._settings.token} is {who} and reads {seen}", names)

    def survey(self, span: Span) -> Sequence[RuleFound]:
        return tuple(rule for name in self._names()[:_SURVEYED] for rule in surveyed(self._project(name), span))

    def _names(self) -> tuple[str, ...]:
        return projects(self._api, self._settings.projects)

    def _project(self, name: str) -> Project:
        return Project(name, services(self._settings.service), self._api)
