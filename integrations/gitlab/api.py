"""The client library `python-gitlab`, with the transport policy below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests import RequestException, Response

from bot.errors import SourceError
from integrations.http import Answer, RefusedError, Site

if TYPE_CHECKING:
    from gitlab import Gitlab


class Api:
    """One GitLab server. Every request of the library goes by the session of the site."""

    def __init__(self, site: Site, token: str) -> None:
        self.site = site
        self._library = _library(site, token)
        site.session.hooks["response"].append(self._check)  # its errors would hold the answer, and no advice

    def get(self, path: str, **params: object) -> Answer:
        """Ask for a path below /api/v4."""
        try:
            response = self._library.http_request("get", f"/{path}", query_data=params)
        except RequestException as error:
            raise SourceError(
                f"{self.site.name}: {self.site.url} leads nowhere ({type(error).__name__}); is the url right?"
            ) from None
        try:
            return Answer(response.json(), response.headers)
        except ValueError:
            return self.site.get(str(response.url))  # which asks again, and says so in the end

    def of_project(self, project: str, path: str, **params: object) -> Answer:
        """Ask for a list of a project; a project that is gone is said to be, by its name."""
        try:
            return self.get(path, **params)
        except RefusedError as refused:
            if refused.status == 404 and "Project" in refused.why:
                raise _gone(self.site, project) from None
            raise

    def _check(self, response: Response, **_options: object) -> Response:
        if response.status_code >= 400:
            raise self.site.explained(response)
        return response


def _gone(site: Site, project: str) -> SourceError:
    return SourceError(
        f"{site.name}: the project {project} is not there, or {site.credential} may not see it (404); "
        "correct `projects`, or give the token read access there."
    )


def _library(site: Site, token: str) -> Gitlab:
    """Without its own tries, and without the address that the server believes to have."""
    try:
        from gitlab import Gitlab  # noqa: PLC0415  an extra
    except ImportError:
        raise SourceError(f"{site.name}: GitLab needs one more package: pip install 'quintet[gitlab]'.") from None
    options: dict[str, Any] = {"session": site.session}
    return Gitlab(
        site.url,
        private_token=token,
        retry_transient_errors=False,
        keep_base_url=True,
        user_agent="quintet",
        **options,
    )
