"""How every source talks to its server: one transport policy, below whatever client library asks through it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import requests
from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter

from bot.errors import CredentialError, SourceError

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0  # between two pieces of an answer; large pages of slow servers take most of it
_TRIES = 5
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_MOST_SHOWN = 200  # characters of a server's own explanation
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
_BROKEN = (
    exceptions.ConnectionError,
    exceptions.Timeout,
    exceptions.ChunkedEncodingError,
    exceptions.ContentDecodingError,
)
_LARGEST_ANSWER = 64 * 2**20  # bytes; the largest pages seen have a few megabytes


class RefusedError(SourceError):
    """A server refuses a request."""

    def __init__(self, message: str, status: int, why: str) -> None:
        """`why` are the server's own words, empty where it gave none."""
        super().__init__(message)
        self.status, self.why = status, why


@dataclass(frozen=True, slots=True)
class Patience:
    """Time, as the policy sees it: tests bring their own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform
    seconds: float = 3_900.0  # how long one source may wait in all; a rate limit of an hour ends within it


class Site(HTTPAdapter):
    """One server with one credential. `session` may be handed to a client library: the policy goes with it."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        credential: str,
        secrets: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """`name` and `credential` (env:GITHUB_TOKEN) are what sentences say; `secrets` are what they never show."""
        super().__init__(max_retries=0)
        self.name, self.url, self.credential = name, url.rstrip("/"), credential
        self.requests = 0
        self._origin = _origin(self.url)
        self._secrets = tuple(sorted((secret for secret in secrets if secret), key=len, reverse=True))
        self._patience = patience or Patience()
        self._waited = 0.0
        self.session = requests.Session()
        self.session.trust_env = True  # a company's proxy and certificates
        self.session.headers.update({"User-Agent": "quintet", "Accept": "application/json", **(headers or {})})
        # A credential of ~/.netrc would win over none: only the configured one is ever sent.
        self.session.auth = auth or _no_other_credential
        self.session.adapters.clear()
        self.session.mount("https://", self)
        self.session.mount("http://", self)

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:  # noqa: ANN401  as requests has it
        """Ask until there is an answer worth having; SourceError where there is none."""
        self._check_host(str(request.url))
        options["timeout"] = options.get("timeout") or (_CONNECT_SECONDS, _READ_SECONDS)
        failure = ""
        for attempt in range(_TRIES):
            self.requests += 1
            try:
                response = self._whole(super().send(request, *args, **options))
            except exceptions.SSLError:
                raise SourceError(
                    f"{self.name}: the certificate of {self._origin} is not trusted; if it is your own, set "
                    "REQUESTS_CA_BUNDLE to the file of its authority."
                ) from None
            except _BROKEN as error:
                failure, told = f"can't be reached ({_kind(error)})", None
            else:
                told = self._asked_to_wait(response)
                if response.status_code not in _WORTH_ANOTHER_TRY and told is None:
                    return response
                failure = f"answered {response.status_code} {response.reason or ''}".rstrip()
            if attempt + 1 < _TRIES:
                self._wait(told if told is not None else self._backoff(attempt), failure)
        raise SourceError(
            f"{self.name}: {self._origin} {failure}, {_TRIES} times in a row; the next sync goes on from here."
        )

    def get(self, path: str, *, etag: str | None = None, **params: object) -> Answer:
        """Ask for a path below the url, or for a whole address on the same server, like the next page's."""
        headers = {"If-None-Match": etag} if etag else {}
        return self._asked("GET", path, headers=headers, params=params or None)

    def post(self, path: str, body: object) -> Answer:
        return self._asked("POST", path, json=body)

    def explained(self, response: Response) -> SourceError:
        """Why the server refused, and what to do about it."""
        path = urlsplit(str(response.url)).path
        if response.status_code == 401:
            return CredentialError(
                f"{self.name}: {self._origin} does not accept {self.credential} (401); it is wrong, or has expired."
            )
        why = self.redacted(_explanation(response))
        says = {
            403: f"{self.credential} may not read {path} (403)",
            404: f"{path} is not there, or {self.credential} may not see it (404)",
            410: f"{path} is there no longer (410)",
        }.get(response.status_code, f"{self._origin} refuses {path} ({response.status_code})")
        return RefusedError(f"{self.name}: {says}{': ' + why if why else ''}.", response.status_code, why)

    def redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    def _asked(self, method: str, path: str, **how: Any) -> Answer:  # noqa: ANN401  handed on to requests
        address = path if "://" in path else f"{self.url}/{path.lstrip('/')}"
        for attempt in range(_TRIES):
            response = self._response(method, address, **how)
            if response.status_code == 304:
                return Answer(None, response.headers, unchanged=True)
            if not response.ok:
                raise self.explained(response)
            try:
                return Answer(response.json(), response.headers)
            except ValueError:
                if attempt + 1 < _TRIES:
                    self._wait(self._backoff(attempt), "sent an answer that is no JSON")
        raise SourceError(
            f"{self.name}: {self._origin} answers {urlsplit(address).path} with something that is no JSON; "
            "is the url right?"
        )

    def _response(self, method: str, address: str, **how: Any) -> Response:  # noqa: ANN401  handed on to requests
        try:
            return self.session.request(method, address, **how)
        except (exceptions.RequestException, ValueError) as error:  # redirects in a circle, or to what is no address
            raise SourceError(
                f"{self.name}: {self._origin} leads nowhere ({type(error).__name__}); is the url right?"
            ) from None

    def _whole(self, response: Response) -> Response:
        """Read the answer within the tries: most broken connections break in the middle of one."""
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_content(2**16):
            size += len(piece)
            if size > _LARGEST_ANSWER:
                response.close()
                raise SourceError(f"{self.name}: {self._origin} sent more than {_LARGEST_ANSWER // 2**20} MB at once.")
            pieces.append(piece)
        response._content = b"".join(pieces)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  as requests itself keeps it
        return response

    def _check_host(self, address: str) -> None:
        if _origin(address) != self._origin:
            raise SourceError(
                f"{self.name}: {self._origin} leads to {_origin(address)}, which is not configured; "
                "if that is where it lives now, change its url."
            )

    def _asked_to_wait(self, response: Response) -> float | None:
        """Seconds until the server wants to be asked again, where its headers say so."""
        if response.status_code not in (403, 429, 503):
            return None
        headers = response.headers
        if (after := headers.get("Retry-After")) is not None:
            return self._until(after)
        if headers.get("X-RateLimit-Remaining") == "0" and (reset := headers.get("X-RateLimit-Reset")) is not None:
            at = _number(reset)
            return None if at is None else max(0.0, at - self._patience.now() if at > 1e9 else at)
        return None

    def _until(self, after: str) -> float:
        seconds = _number(after)
        if seconds is not None:
            return max(0.0, seconds)
        try:
            at = parsedate_to_datetime(after)
        except ValueError:
            return _LONGEST_WAIT
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, at.timestamp() - self._patience.now())

    def _backoff(self, attempt: int) -> float:
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        return self._patience.jitter(longest / 2, longest)

    def _wait(self, seconds: float, failure: str) -> None:
        if self._waited + seconds > self._patience.seconds:
            until = datetime.fromtimestamp(self._patience.now() + seconds, UTC)
            raise SourceError(
                f"{self.name}: {self._origin} {failure} and is to be asked again at {until:%Y-%m-%d %H:%M} UTC; "
                "the next sync goes on from here."
            )
        self._waited += seconds
        self._patience.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer as JSON; `unchanged` where it is as it was under the ETag that was sent."""

    data: Any
    headers: Mapping[str, str]
    unchanged: bool = False

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag")

    @property
    def following(self) -> str | None:
        """The address of the next page, by the Link header."""
        links = requests.utils.parse_header_links(self.headers.get("Link", ""))
        return next((link["url"] for link in links if link.get("rel") == "next"), None)


def _no_other_credential(request: PreparedRequest) -> PreparedRequest:
    return request


def _origin(address: str) -> str:
    """Scheme, host and port in one spelling."""
    parts = urlsplit(urljoin(address, "/"))
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    usual = (parts.scheme, port) in (("https", 443), ("http", 80))
    return f"{parts.scheme}://{(parts.hostname or '').lower()}{'' if usual else f':{port}'}"


def _kind(error: Exception) -> str:
    if isinstance(error, exceptions.Timeout):
        return "no answer in time"
    return "the connection broke" if isinstance(error, exceptions.ChunkedEncodingError) else "no connection"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _explanation(response: Response) -> str:
    """The server's own words, wherever its kind puts them; at most a line of them."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return " ".join(_said(body).split())[:_MOST_SHOWN].rstrip(".")


def _said(body: object) -> str:
    if isinstance(body, list):
        return "; ".join(filter(None, map(_said, cast("list[object]", body))))
    if isinstance(body, dict):
        found = cast("dict[str, object]", body)
        errors = found.get("errors")  # by field, or a list
        fields = list(cast("dict[str, object]", errors).values()) if isinstance(errors, dict) else errors
        return _said(found.get("errorMessages") or found.get("message") or fields or found.get("error"))
    return body if isinstance(body, str) else ""
