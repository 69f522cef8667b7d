"""GitHub as a source: one credential, and the repositories that it may read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.source import Probe, RuleFound, Span, Stream
from integrations.github.app import InstallationToken
from integrations.github.graph import understood
from integrations.github.probe import probed
from integrations.github.repositories import Found, repositories
from integrations.github.settings import GitHubSettings
from integrations.github.site import GitHubSite
from integrations.github.streams import streams_of
from integrations.github.survey import surveyed
from integrations.settings import Opening


class GitHub:
    """One GitHub server, as one credential sees it."""

    def __init__(self, settings: GitHubSettings, opening: Opening) -> None:
        self.name = settings.name or settings.kind
        self._settings = settings
        self._installation = _installation(self.name, settings, opening)
        self._site = self._installation_site(opening) if self._installation else self._token_site(opening)

    @property
    def requests(self) -> int:
        return self._site.requests + (self._installation.site.requests if self._installation else 0)

    def streams(self) -> Sequence[Stream]:
        return tuple(stream for name in self._found().names for stream in streams_of(self._site, self._settings, name))

    def probe(self) -> Probe:
        with understood(self._site):
            return probed(self._site, self._found(), self._settings)

    def survey(self, span: Span) -> Sequence[RuleFound]:
        with understood(self._site):
            return surveyed(self._site, self._found().names, span)

    def _found(self) -> Found:
        with understood(self._site):
            return repositories(self._site, self._settings.repositories)

    def _token_site(self, opening: Opening) -> GitHubSite:
        reference = self._settings.token or ""
        token = opening.secret(reference)
        return GitHubSite(
            self.name, self._settings.url, credential=reference, bearer=lambda: token, patience=opening.patience
        )

    def _installation_site(self, opening: Opening) -> GitHubSite:
        assert self._installation is not None  # noqa: S101  asked only where there is one
        return GitHubSite(
            self.name,
            self._settings.url,
            credential=self._installation.reference,
            bearer=self._installation,
            patience=opening.patience,
        )


def _installation(name: str, settings: GitHubSettings, opening: Opening) -> InstallationToken | None:
    app = settings.app
    if app is None:
        return None
    return InstallationToken(
        name=name,
        url=settings.url,
        app=str(app.id),
        installation=app.installation,
        private_key=opening.secret(app.private_key),
        reference=app.private_key,
        patience=opening.patience,
    )
