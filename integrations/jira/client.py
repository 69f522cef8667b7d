"""The client library `jira`, with the transport policy below it; loaded only by a source that is opened.

The library knows Jira's paths, parameters and ways of paging. It makes no request of its own: its session tries again
by rules of its own, logs what a server answers, and puts it into its errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from jira import JIRA

from bot.errors import CredentialError
from integrations.answer import Answer, on_one_line
from integrations.http import Site
from integrations.items import Item

Edition = Literal["cloud", "data_center"]
_MOST_SAID = 100  # characters of its reason
_NOT_LOGGED_IN = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")


class Client(JIRA):
    """One server of one edition."""

    def __init__(self, site: Site, edition: Edition) -> None:
        self._site = site
        self.is_logged_in = False
        """An answer said that it was given to somebody."""
        super().__init__(
            options={"server": site.url, "rest_api_version": "3" if edition == "cloud" else "2"},
            get_server_info=False,  # nothing is asked before the session is ours
            max_retries=0,
            logging=False,
        )
        # Left unsaid, the library would take any server for Data Center, and ask Cloud for a search that was removed.
        self.deploymentType = "Cloud" if edition == "cloud" else "Data Center"
        self._session = site.session  # pyright: ignore[reportAttributeAccessIssue]  whatever is not asked below goes by it

    @property
    def _fields_cache(self) -> dict[str, str]:
        """Ids of fields are sent as they are: the library would ask for all fields first, and take a name for an id."""
        return {}

    def _get_json(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        base: str = JIRA.JIRA_BASE_URL,
        use_post: bool = False,  # noqa: FBT001, FBT002  as the library has it
    ) -> Any:  # noqa: ANN401  JSON
        """Every request that the library is asked for here; all of them read."""
        assert not use_post  # noqa: S101  the policy may send a request again
        answer = self._site.get(self._get_url(path, base), **(params or {}))
        self._check_login(answer)
        return answer.data

    def _check_login(self, answer: Answer) -> None:
        """Cloud answers a wrong token as it answers a stranger: with 200, and with what strangers may see."""
        self.is_logged_in = self.is_logged_in or "X-AAccountId" in answer.headers
        reason = on_one_line(answer.headers.get("X-Seraph-LoginReason", ""))
        if any(word in reason for word in _NOT_LOGGED_IN):
            raise CredentialError(
                f"{self._site.name}: {self._site.url} does not accept {self._site.credential} "
                f"({self._site.redacted(reason)[:_MOST_SAID]}); "
                "it is wrong, or has expired."
            )

    def page_by_token(self, jql: str, fields: Sequence[str], expand: str | None, size: int, token: str | None) -> Item:
        """A page of Cloud's search."""
        untyped = cast("Any", self)  # the library wraps this method in a way that loses its types
        found = untyped.enhanced_search_issues(
            jql, nextPageToken=token, maxResults=size, fields=list(fields), expand=expand, json_result=True
        )
        return cast("Item", found)

    def page_by_offset(self, jql: str, fields: Sequence[str], expand: str | None, size: int, start: int) -> Item:
        """A page of Data Center's search."""
        found = self.search_issues(
            jql, startAt=start, maxResults=size, fields=list(fields), expand=expand, json_result=True
        )
        return cast("Item", found)

    def issue_json(self, key: str, **params: object) -> Item:
        """The library's own `issue` asks by its session."""
        return cast("Item", self._get_json(f"issue/{key}", params))

    def changelog_json(self, key: str, start: int, size: int) -> Item:
        """A page of an issue's history, oldest first; Cloud alone has it."""
        return cast("Item", self._get_json(f"issue/{key}/changelog", {"startAt": start, "maxResults": size}))

    def versions_json(self, project: str, start: int, size: int) -> Item:
        """A page of a project's versions, the last released one first; the library knows only the whole list."""
        params = {"startAt": start, "maxResults": size, "orderBy": "-releaseDate"}
        return cast("Item", self._get_json(f"project/{project}/version", params))

    def statuses_json(self) -> Any:  # noqa: ANN401  JSON
        """All statuses; the library's own `statuses` wants each of them whole."""
        return self._get_json("status")

    def projects_json(self, start: int, size: int) -> Item:
        """A page of the projects that the credential sees; Cloud alone has it."""
        return cast("Item", self._get_json("project/search", {"startAt": start, "maxResults": size}))
