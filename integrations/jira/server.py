"""What is asked of a Jira, alike for Cloud and Data Center."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from bot.errors import SourceError
from integrations.http import RefusedError, Site
from integrations.items import Item
from integrations.jira.client import Client, Edition
from integrations.jira.place import Place
from integrations.jira.values import part

_PAGE = 100  # issues, or entries of the history of one; Cloud gives no more where more than keys are asked for
_PAGE_OF_PROJECTS = 50
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search."""

    issues: Sequence[Item]
    token: str | None
    """Where the search goes on; None at its end."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list that is read by offsets, and how long the list is."""

    items: Sequence[Item]
    total: int


class Server:
    """One Jira, asked with one credential."""

    def __init__(self, site: Site, edition: Edition, *, is_sure: bool) -> None:
        """Not sure of the edition, it is asked for as soon as it turns out to be another one."""
        self.site, self.edition = site, edition
        self._is_sure = is_sure
        self._client = Client(site, edition)
        self._statuses: Sequence[Mapping[str, Any]] | None = None

    @property
    def statuses(self) -> Sequence[Mapping[str, Any]]:
        """All statuses, with their categories; asked once, when there is an issue that needs them."""
        if self._statuses is None:
            listed = map(part, self._of({"statuses": self._client.statuses_json()}, "statuses"))
            self._statuses = [status for status in listed if "id" in status]
        return self._statuses

    def search(
        self, jql: str, fields: Sequence[str], token: str | None = None, *, expand: str | None = None, size: int = _PAGE
    ) -> Found:
        """A page of the issues; RefusedError where Jira does not accept the query."""
        try:
            found = self._searched(jql, fields, token, expand, size)
        except RefusedError as refused:
            if refused.status in _GONE and self._is_another_edition():
                return self.search(jql, fields, token, expand=expand, size=size)
            self._explain(refused)
        if not found.issues and self.edition == "cloud" and not self._client.is_logged_in:
            self._log_in()  # a stranger finds nothing, and is told no more
        return found

    def every(self, jql: str, fields: Sequence[str], *, expand: str | None = None) -> Iterator[Item]:
        """The issues of all pages."""
        found = self.search(jql, fields, expand=expand)
        yield from found.issues
        while found.token is not None:
            found = self.search(jql, fields, found.token, expand=expand)
            yield from found.issues

    def histories(self, issue: Item) -> Sequence[Item]:
        """An issue's history; where the search cut it short, it is asked for by itself."""
        log = part(issue.get("changelog"))
        listed = log.get("histories")
        if listed is not None and len(listed) >= log.get("total", 0):
            return listed
        if self.edition == "cloud":
            return list(self._listed(partial(self._client.changelog_json, issue["key"]), _PAGE))
        whole = self._client.issue_json(issue["key"], expand="changelog", fields="status")
        return self._of(part(whole.get("changelog")), "histories")

    def exists(self, key: str) -> bool:
        """Whether there is an issue of that key, as far as the credential sees."""
        try:
            self._client.issue_json(key, fields="status")
        except RefusedError as refused:
            if refused.status in _GONE:
                return False
            raise
        return True

    def versions(self, project: str, start: int, size: int) -> Listed:
        """A page of a project's versions, the last released one first."""
        try:
            page = self._client.versions_json(project, start, size)
        except RefusedError as refused:
            if refused.status not in _GONE:
                raise
            self._log_in()
            raise SourceError(
                f"{self.site.name}: releases.projects names {project}, which is not there, or "
                f"{self.site.credential} may not see it."
            ) from None
        return Listed(self._of(page, "values"), self._of(page, "total", int))

    def projects(self) -> Sequence[str]:
        """The keys of those that the credential sees; CredentialError where nobody asks."""
        self._log_in()
        if self.edition == "cloud":
            return [project["key"] for project in self._listed(self._client.projects_json, _PAGE_OF_PROJECTS)]
        return [str(project.key) for project in self._client.projects()]

    def _searched(self, jql: str, fields: Sequence[str], token: str | None, expand: str | None, size: int) -> Found:
        if self.edition == "cloud":
            page = self._client.page_by_token(jql, fields, expand, size, token)
            issues = self._of(page, "issues")
            following = self._of(page, "nextPageToken", str) if page.get("nextPageToken") is not None else None
            if following is not None and following == token:
                raise SourceError(
                    f"{self.site.name}: {self.site.url} leads from a page of its search to the same page."
                )
            return Found(issues, following)
        place = Place.of(token)
        page = self._client.page_by_offset(jql, fields, expand, size, place.start)
        issues = self._of(page, "issues")
        onward = place.after(len(issues), self._of(page, "total", int))
        return Found(issues, onward.token if onward else None)

    def _listed(self, ask: Callable[[int, int], Item], size: int) -> Iterator[Item]:
        """All items of a list that is read by offsets."""
        start, total = 0, 1
        while start < total:
            page = ask(start, size)
            items, total = self._of(page, "values"), self._of(page, "total", int)
            yield from items
            start += len(items) or total

    def _explain(self, refused: RefusedError) -> NoReturn:
        if refused.status in _GONE:
            raise SourceError(f"{refused} It was asked for as edition: {self.edition}; is that right?") from None
        self._log_in()  # to a stranger, Jira says of every project that it does not exist
        raise refused from None

    def told_edition(self) -> str:
        """Which one it says it is, unless the settings do."""
        self._is_another_edition()
        return self.edition

    def _is_another_edition(self) -> bool:
        """Whether the server says that it is another one than its address let expect; asked once."""
        if self._is_sure:
            return False
        self._is_sure = True
        told = self._of(self._client.server_info(), "deploymentType", str)
        edition: Edition = "cloud" if told == "Cloud" else "data_center"
        if edition == self.edition:
            return False
        self.edition, self._client = edition, Client(self.site, edition)
        return True

    def _log_in(self) -> None:
        """CredentialError where the credential is nobody's. Whose it is goes no further."""
        self._client.myself()

    def _of(self, answer: Any, name: str, shape: type = list) -> Any:  # noqa: ANN401  JSON
        """A part of an answer in the shape that Jira gives it."""
        found = part(answer).get(name)
        if not isinstance(found, shape) or (isinstance(found, str) and not found.isprintable()):
            raise SourceError(
                f"{self.site.name}: {self.site.url} answers, but not as Jira does ({name} is missing); "
                "is the url right?"
            )
        return found
