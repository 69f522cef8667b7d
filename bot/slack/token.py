"""Whether Slack accepts the bot's token, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.errors import DeliveryError
from bot.slack.web_api import silent, unreached

NEEDED_SCOPES = ("commands", "chat:write")  # those of deploy/slack-manifest.yaml
# The optional ones: without any, no message of unknown outcome can be looked up.
_HISTORY_SCOPES = frozenset({"channels:history", "groups:history"})
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Accepted:
    """The workspace that the token opens. No `scopes` where Slack does not tell them."""

    workspace: str
    scopes: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What the bot needs and the token lacks, as far as Slack tells."""
        return tuple(scope for scope in NEEDED_SCOPES if scope not in self.scopes) if self.scopes else ()

    @property
    def reads_no_history(self) -> bool:
        """As far as Slack tells."""
        return bool(self.scopes) and not _HISTORY_SCOPES.intersection(self.scopes)


def accepted(token: str, api_url: str) -> Accepted:
    """Ask Slack; DeliveryError says what it answers. No sentence repeats the token."""
    client = WebClient(token, base_url=api_url, timeout=_SECONDS, logger=silent())
    try:
        answer = client.auth_test()  # pyright: ignore[reportUnknownMemberType] - the SDK leaves its keywords' types open
    except SlackApiError as error:
        reason = cast("SlackResponse", error.response).get("error", "no reason given")
        raise DeliveryError(
            f"Slack does not accept SLACK_BOT_TOKEN ({reason}); copy it again from the app's page."
        ) from None
    except OSError as error:
        raise DeliveryError(unreached(api_url, error)) from None
    headers = cast("Mapping[str, object]", answer.headers)
    told = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return Accepted(str(answer.get("team", "a workspace")), _scopes(told))


def _scopes(header: object) -> tuple[str, ...]:
    """A comma-separated list; the SDK hands a header over as text or as a list of texts."""
    text = ",".join(map(str, cast("list[object]", header))) if isinstance(header, list) else str(header)
    return tuple(filter(None, (scope.strip() for scope in text.split(","))))
