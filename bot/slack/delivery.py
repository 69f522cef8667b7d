"""Answers to a slash command's response_url: where Slack refuses a message, the same in simpler form."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from http.client import HTTPException
from threading import Event
from time import monotonic
from typing import IO, Any, cast
from urllib.error import HTTPError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog

from bot.blocks.message import Message, in_words
from bot.errors import DeliveryError

# https://docs.slack.dev/interactivity/handling-user-interaction: five messages within 30 minutes.
URL_LIVES_SECONDS = 30 * 60
MOST_POSTS = 5
# A connection that failed, or a Slack that is broken, gets one more try.
MOST_FAILURES = 1
TIMEOUT_SECONDS = 10
RETRY_SECONDS = 1.0
# Slack answers in a few words; more is not read.
LARGEST_REPLY = 64 * 1024

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, seen by who asked alone, or `openly` by the channel.

    `instead`: it takes the place of the message whose button was pressed, or must not; for a command there is none.
    """

    message: Message
    openly: bool = False
    instead: bool | None = None


class _Outcome(Enum):
    TAKEN = "taken"
    REFUSED = "refused"  # this message; a simpler one may be taken
    LATER = "later"  # Slack is busy, and says for how long
    FAILED = "failed"  # no answer, or none that says anything about the message
    OVER = "over"  # no message will be taken at this address


@dataclass(frozen=True, slots=True)
class _Reply:
    outcome: _Outcome
    reason: str = ""
    wait: float = 0.0


class _NoRedirects(HTTPRedirectHandler):
    """Where an answer may go was checked for the address itself, not for one that it points to."""

    def redirect_request(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - ignores all
        return None


# Not slack_sdk's WebhookClient: it follows redirects, and turns the post into a bare look at another address.
_opener = build_opener(_NoRedirects)


class Responder:
    """Posts answers to the addresses that came with commands, if they are Slack's."""

    def __init__(
        self, api_url: str, pause: Callable[[float], object] | None = None, elapsed: Callable[[], float] = monotonic
    ) -> None:
        """`pause` waits so many seconds, unless the responder is closed; `elapsed` counts them."""
        self._api = urlsplit(api_url)
        self._closing = Event()
        self._pause = pause or self._closing.wait
        self._elapsed = elapsed

    def close(self) -> None:
        """End every wait: what Slack puts off now is tried at once, and then given up."""
        self._closing.set()

    def respond(self, url: str, said: Said) -> None:
        """Post the message, seen by whom it is for; DeliveryError where Slack takes no form of it."""
        if not _is_trusted(url, self._api):
            raise DeliveryError("The address to answer to is not Slack's; nothing was sent there.")
        last = self._post_until_taken(url, _forms(said))
        if last.outcome is not _Outcome.TAKEN:
            raise DeliveryError(f"Slack did not take the answer: {last.reason}.")

    def _post_until_taken(self, url: str, forms: Iterator[Said]) -> _Reply:
        ends = self._elapsed() + URL_LIVES_SECONDS
        seen: Counter[_Outcome] = Counter()
        form = next(forms)
        while True:
            reply = _post(url, form)
            if reply.outcome is _Outcome.TAKEN:
                return reply
            _log.warning("Slack did not take an answer.", action="answer_refused", reason=reply.reason)
            seen[reply.outcome] += 1
            if _is_last(reply, seen) or self._elapsed() + reply.wait > ends:
                return reply
            if reply.outcome is _Outcome.REFUSED and (form := next(forms, None)) is None:
                return reply
            self._pause(reply.wait)


def _is_last(reply: _Reply, seen: Counter[_Outcome]) -> bool:
    return reply.outcome is _Outcome.OVER or seen[_Outcome.FAILED] > MOST_FAILURES or seen.total() >= MOST_POSTS


def _forms(said: Said) -> Iterator[Said]:
    """The message, then without charts, whose figures stand beside them in words, then all of it in words."""
    yield said
    message = said.message
    chartless = tuple(block for block in message.blocks if block["type"] != "data_visualization")
    if chartless != message.blocks:
        yield replace(said, message=replace(message, blocks=chartless))
    if message.blocks:
        yield replace(said, message=in_words(message))


def _is_trusted(url: str, api: SplitResult) -> bool:
    """Whether an address is Slack's, or that of the server that stands in for it."""
    if not url.isascii() or not url.isprintable() or any(odd in url for odd in "\\@ "):
        return False
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:
        return False
    if address.scheme == "https" and host.endswith(".slack.com"):
        return True
    return address.scheme in {"https", api.scheme} and host != "" and host == api.hostname


def _post(url: str, said: Said) -> _Reply:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = Request(url, json.dumps(_body(said)).encode(), headers, method="POST")  # noqa: S310  https, or as the API's address
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _reply(answer.status, _said(answer), answer.headers.get("Retry-After", ""))
    except HTTPError as error:
        with error:
            return _reply(error.code, _said(error), error.headers.get("Retry-After", ""))
    except (OSError, HTTPException) as error:
        return _Reply(_Outcome.FAILED, f"the connection failed ({type(error).__name__})", RETRY_SECONDS)


def _body(said: Said) -> dict[str, Any]:
    message = said.message
    blocks = {"blocks": list(message.blocks)} if message.blocks else {}
    instead = {} if said.instead is None else {"replace_original": said.instead}
    return {"response_type": "in_channel" if said.openly else "ephemeral", "text": message.text, **blocks, **instead}


def _said(answer: IO[bytes]) -> str:
    return answer.read(LARGEST_REPLY).decode(errors="replace")


def _reply(status: int, body: str, retry_after: str) -> _Reply:
    error = _named_error(body)
    if status == 429:
        return _Reply(_Outcome.LATER, "it asked for a pause", _seconds(retry_after))
    if status in (404, 410) or error in {"expired_url", "used_url"}:
        return _Reply(_Outcome.OVER, f"the address has expired ({error or status})")
    if 300 <= status < 400:
        return _Reply(_Outcome.OVER, f"it pointed to another address ({status}), which was not followed")
    if status >= 500 and not error:
        return _Reply(_Outcome.FAILED, f"it answered {status}", RETRY_SECONDS)
    if status >= 400 or error:
        return _Reply(_Outcome.REFUSED, error or f"it answered {status}")
    return _Reply(_Outcome.TAKEN)


def _named_error(body: str) -> str | None:
    """Slack's name for what is wrong: from `{"ok": false, "error": "invalid_blocks"}`, or the bare name."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return next((name for name in _BARE_ERRORS if name in body), None)
    if isinstance(answer, dict) and cast("dict[str, Any]", answer).get("ok") is False:
        return str(cast("dict[str, Any]", answer).get("error") or "no reason given")[:80]
    return None


_BARE_ERRORS = ("invalid_blocks", "msg_blocks_too_long", "msg_too_long", "no_text", "expired_url", "used_url")


def _seconds(told: str) -> float:
    return float(told) if told.isascii() and told.isdigit() else RETRY_SECONDS
