"""One call of a method of Slack's Web API, never repeated here, and what Slack answered to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

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
