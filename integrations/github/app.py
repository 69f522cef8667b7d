"""A GitHub App as a credential: a signed assertion is exchanged for a token of an hour, again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import CredentialError, SourceError
from integrations.github.site import GitHubSite
from integrations.http import Patience

_BEFORE_ITS_END = 300.0  # seconds; a request that was begun in time is answered in time
_CLOCKS_DIFFER = 60  # seconds, as GitHub advises
_ASSERTION_LASTS = 540  # seconds; GitHub takes 600 at most


@dataclass(slots=True)
class InstallationToken:
    """The token of one installation, renewed before it ends."""

    name: str
    url: str
    app: str
    installation: int
    private_key: str
    reference: str
    """The way to the private key, which sentences name."""
    patience: Patience
    site: GitHubSite = field(init=False)
    _token: str = ""
    _ends: float = 0.0

    def __post_init__(self) -> None:
        self.site = GitHubSite(
            self.name, self.url, credential=self.reference, bearer=self._assertion, patience=self.patience
        )

    def __call__(self) -> str:
        if self.patience.now() > self._ends - _BEFORE_ITS_END:
            data = self.site.post(f"app/installations/{self.installation}/access_tokens", {}).data
            self._token, self._ends = data["token"], datetime.fromisoformat(data["expires_at"]).timestamp()
        return self._token

    def _assertion(self) -> str:
        encode = _encoder(self.name)
        now = int(self.patience.now())
        claims = {"iat": now - _CLOCKS_DIFFER, "exp": now + _ASSERTION_LASTS, "iss": self.app}
        try:
            return encode(claims, self.private_key, algorithm="RS256")
        except Exception:  # noqa: BLE001  each version of the library names this in another way, and may quote the key
            raise CredentialError(f"{self.name}: {self.reference} holds no private key as PEM.") from None


def _encoder(name: str) -> Callable[..., str]:
    try:
        import jwt  # noqa: PLC0415  an extra
    except ImportError:
        raise SourceError(f"{name}: a GitHub App needs one more package; install quintet[github-app].") from None
    return jwt.encode
