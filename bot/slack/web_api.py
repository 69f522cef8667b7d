"""One call of a method of Slack's Web API, never repeated here, and what Slack answered to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.jobs.deliver import ANSWER_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is that of HTTP, 0 where what came back was no answer at all."""

    status: int
    body: Mapping[str, Any]
    retry_after: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.body.get("ok") is True

    @property
    def error(self) -> str:
        return str(self.body.get("error") or "")


def web_client(token: str, api_url: str) -> WebClient:
    """Without the SDK's own retries: after a broken connection it would post again what may stand there already."""
    return WebClient(token, base_url=api_url, timeout=int(ANSWER_SECONDS), retry_handlers=[])


def silent() -> logging.Logger:
    """The log of a client whose failures are told in words by who asks; the SDK writes each of them as well."""
    logger = logging.getLogger("slack_sdk.told_elsewhere")
    logger.setLevel(logging.CRITICAL)
    return logger


def unreached(api_url: str, error: OSError) -> str:
    """That Slack could not be asked, why not, and where to look."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    if isinstance(cause, TimeoutError):
        why = "no answer in time"
    else:
        why = getattr(cause, "verify_message", None) or cause.strerror or "the connection broke off"
    do = "see that this machine reaches it, and that SLACK_API_URL is right"
    return f"Slack can't be reached at {api_url} ({why}); {do}."


def told(client: WebClient, method: str, arguments: Mapping[str, Any]) -> Answer:
    """Call a method that writes. OSError or HTTPException where the connection failed."""
    return _answer(client, method, {"json": dict(arguments)})


def asked(client: WebClient, method: str, arguments: Mapping[str, Any]) -> Answer:
    """Call a method that reads: not every one of them takes JSON."""
    return _answer(client, method, {"params": dict(arguments)})


def _answer(client: WebClient, method: str, arguments: dict[str, Any]) -> Answer:
    try:
        response = client.api_call(method, **arguments)  # pyright: ignore[reportUnknownMemberType] - open types
    except SlackApiError as error:
        response = cast("SlackResponse", error.response)
    except (SlackClientError, AttributeError, ValueError):  # JSON of another shape, or bytes that are no text
        return Answer(0, {})
    body = cast("object", response.data)
    return Answer(
        cast("int", response.status_code),  # pyright: ignore[reportUnknownMemberType] - the same
        cast("Mapping[str, Any]", body) if isinstance(body, dict) else {},
        _header(cast("Mapping[str, object]", response.headers), "retry-after"),
    )


def _header(headers: Mapping[str, object], wanted: str) -> str:
    """The SDK hands a header over as text or as a list of texts."""
    value = next((value for name, value in headers.items() if name.lower() == wanted), "")
    return str(next(iter(cast("list[object]", value)), "")) if isinstance(value, list) else str(value)
