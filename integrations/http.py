"""How every source talks to its server: one transport policy, below whatever client library asks through it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import PreparedRequest, Response, exceptions
from urllib3.exceptions import NameResolutionError

from bot.errors import CredentialError, SourceError
from integrations.answer import Answer, explanation, on_one_line
from integrations.wire import Patience, Wire

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
_NEVER = 1e11  # seconds; what claims to be that far away is no time


class RefusedError(SourceError):
    """A server refuses a request."""

    def __init__(self, message: str, status: int, why: str) -> None:
        """`why` are the server's own words, empty where it gave none."""
        super().__init__(message)
        self.status, self.why = status, why


class Site(Wire):
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
        self.origin, self.patience = _origin(spelled(self.url)), patience or Patience()
        basic = b64encode(":".join(auth).encode()).decode() if auth else ""
        known = {secret for secret in (*secrets, basic) if secret}
        self._secrets = tuple(sorted(known, key=len, reverse=True))
        self._waited = 0.0
        if not all(text.isascii() and text.isprintable() for text in (headers or {}).values()):
            raise self._unsendable()
        self.session = _Session()
        self.session.trust_env = True  # a company's proxy and certificates
        self.session.headers.update({"User-Agent": "quintet", "Accept": "application/json", **(headers or {})})
        if basic:
            self.session.headers["Authorization"] = f"Basic {basic}"
        # A credential of ~/.netrc would win over none: only the configured one is ever sent.
        self.session.auth = _no_other_credential
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
                response = super().send(request, *args, **options)
            except _BROKEN as error:
                failure, told = f"can't be reached ({_kind(error)})", None
                if isinstance(error, exceptions.SSLError):
                    raise self._untrusted() from None
            except exceptions.RequestException:
                raise
            except OSError as error:  # what requests says of REQUESTS_CA_BUNDLE, before it asks
                raise SourceError(f"{self.name}: no certificates to trust: {error}.") from None
            except ValueError:
                raise self._unsendable() from None
            else:
                told = self._asked_to_wait(response)
                if response.status_code not in _WORTH_ANOTHER_TRY and told is None:
                    return response
                reason = self.redacted(on_one_line(response.reason or ""))[:_MOST_SHOWN]
                failure = f"answered {response.status_code} {reason}".rstrip()
            if attempt + 1 < _TRIES:
                # Where our clock is ahead of the server's, what it tells has passed already.
                self._wait(max(told or 0.0, self._backoff(attempt)), failure)
        raise SourceError(
            f"{self.name}: {self.origin} {failure}, {_TRIES} times in a row; the next sync goes on from here."
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
                f"{self.name}: {self.origin} does not accept {self.credential} (401); it is wrong, or has expired."
            )
        why = self.redacted(explanation(response))[:_MOST_SHOWN].rstrip(".")
        says = {
            403: f"{self.credential} may not read {path} (403)",
            404: f"{path} is not there, or {self.credential} may not see it (404)",
            410: f"{path} is there no longer (410)",
        }.get(response.status_code, f"{self.origin} refuses {path} ({response.status_code})")
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
            except (RecursionError, ValueError):
                if attempt + 1 < _TRIES:
                    self._wait(self._backoff(attempt), "sent an answer that is no JSON")
        raise SourceError(
            f"{self.name}: {self.origin} answers {urlsplit(address).path} with something that is no JSON; "
            "is the url right?"
        )

    def _response(self, method: str, address: str, **how: Any) -> Response:  # noqa: ANN401  handed on to requests
        try:
            return self.session.request(method, address, **how)
        except (exceptions.RequestException, ValueError) as error:  # redirects in a circle, or to what is no address
            raise SourceError(
                f"{self.name}: {self.origin} leads nowhere ({type(error).__name__}); is the url right?"
            ) from None

    def _untrusted(self) -> SourceError:
        return SourceError(
            f"{self.name}: the certificate of {self.origin} is not trusted; if it is your own, set "
            "REQUESTS_CA_BUNDLE to the file of its authority."
        )

    def _unsendable(self) -> CredentialError:
        return CredentialError(
            f"{self.name}: {self.credential} holds a line break or another character that no request can carry; "
            "copy it again."
        )

    def _check_host(self, address: str) -> None:
        if _origin(address) != self.origin:
            raise SourceError(
                f"{self.name}: {self.origin} leads to {_origin(address)}, which is not configured; "
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
            return None if at is None else max(0.0, at - self.patience.now() if at > 1e9 else at)
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
        return max(0.0, at.timestamp() - self.patience.now())

    def _backoff(self, attempt: int) -> float:
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        return self.patience.jitter(longest / 2, longest)

    def _wait(self, seconds: float, failure: str) -> None:
        if self._waited + seconds > self.patience.seconds:
            until = datetime.fromtimestamp(self.patience.now() + seconds, UTC)
            raise SourceError(
                f"{self.name}: {self.origin} {failure} and is to be asked again at {until:%Y-%m-%d %H:%M} UTC; "
                "the next sync goes on from here."
            )
        self._waited += seconds
        self.patience.sleep(seconds)


class _Session(requests.Session):
    def rebuild_auth(self, prepared_request: PreparedRequest, response: Response) -> None:
        """A redirect keeps the credential, because it can lead to no other host; ~/.netrc puts none in its place."""


def _no_other_credential(request: PreparedRequest) -> PreparedRequest:
    return request


def spelled(address: str) -> str:
    """As it is asked: a host in ASCII. ValueError where it is no address of the web."""
    return str(requests.Request("GET", address).prepare().url)


def _origin(address: str) -> str:
    """Scheme, host and port in one spelling."""
    parts = urlsplit(urljoin(address, "/"))
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _kind(error: Exception) -> str:
    if isinstance(error, exceptions.Timeout):
        return "no answer in time"
    if isinstance(getattr(next(iter(error.args), None), "reason", None), NameResolutionError):
        return "no host of that name is known"
    return "the connection broke" if isinstance(error, exceptions.ChunkedEncodingError) else "no connection"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < _NEVER else None
