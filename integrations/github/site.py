"""GitHub under the transport policy: its own ways of saying "wait" become HTTP's, and each try has a fresh token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response

from integrations.http import Patience, Site
from integrations.wire import Wire

_API_VERSION = "2022-11-28"
_ENTERPRISE = "/api/v3"
_LEAST_WAIT = "60"  # seconds, which GitHub asks for where a secondary limit names no time


class _Wire(Wire):
    """Below the policy: called once for each try."""

    bearer: Callable[[], str]
    sent = ""
    """The token of the last try."""
    status = 0
    """Of its answer; 0 where there was none."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:  # noqa: ANN401  as requests has it
        self.sent, self.status = self.bearer(), 0
        request.headers["Authorization"] = f"Bearer {self.sent}"
        response = super().send(request, *args, **options)
        self.status = response.status_code
        if _limited(response):
            response.status_code, response.reason = 429, "Too Many Requests"
            if response.headers.get("X-RateLimit-Remaining") != "0":
                response.headers.setdefault("Retry-After", _LEAST_WAIT)
        return response


class GitHubSite(Site, _Wire):
    """One GitHub server with one credential, which `bearer` gives anew for each try."""

    def __init__(
        self, name: str, url: str, *, credential: str, bearer: Callable[[], str], patience: Patience | None = None
    ) -> None:
        super().__init__(
            name,
            url,
            credential=credential,
            headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": _API_VERSION},
            patience=patience,
        )
        self.bearer = bearer

    @property
    def graph(self) -> str:
        """Where GraphQL is asked."""
        return f"{self.url.removesuffix(_ENTERPRISE)}/{'api/' if self.url.endswith(_ENTERPRISE) else ''}graphql"

    def redacted(self, text: str) -> str:
        """Without the token, which may be another one at each try."""
        text = super().redacted(text)
        return text.replace(self.sent, "…") if self.sent else text


def _limited(response: Response) -> bool:
    """Whether it is a rate limit: GraphQL says so in a 200, and a secondary limit in a 403 without a header."""
    if response.status_code == 403:
        return b"rate limit" in response.content.lower()
    spent = response.headers.get("X-RateLimit-Remaining") == "0"
    asked_graph = urlsplit(str(response.url)).path.endswith("/graphql")
    return response.status_code == 200 and spent and asked_graph and b"RATE_LIMITED" in response.content
