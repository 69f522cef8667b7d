"""Messages that come unasked: posted or changed through Slack's Web API, each with the key that it is known by."""

from __future__ import annotations

import re
import ssl
from http.client import HTTPException
from socket import gaierror
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient

from bot.jobs.outcome import InDoubt, Limited, Outcome, Posted, Refused, Unreached
from bot.slack.web_api import Answer, told
from bot.store.outbox_claims import Claim, Place

# What a message carries, so that it is known again in a channel's history.
EVENT_TYPE = "quintet_message"
# Slack's names for a request that may have been carried out all the same.
_DOUBTFUL = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_LIMIT_SECONDS = 30.0  # where Slack does not say for how long
_NAME = re.compile(r"[a-z0-9_]{1,80}")
# Anything else may have happened after the request was sent.
_NEVER_SENT = (ConnectionRefusedError, gaierror, ssl.SSLCertVerificationError)


def send(client: WebClient, claim: Claim) -> Outcome:
    """Post it, or change what it edits."""
    try:
        answer = told(client, "chat.update" if claim.edited else "chat.postMessage", _arguments(claim))
    except (OSError, HTTPException) as error:
        return failure(error)
    if not answer.ok:
        return refusal(answer)
    match answer.body:
        case {"channel": str(channel), "ts": str(ts)}:
            return Posted(Place(channel, ts), claim.revision)
        case _:
            return InDoubt("no_place")


def payload(claim: Claim) -> dict[str, Any]:
    """What tells a message from every other one."""
    return {"key": claim.key, "part": claim.part, "revision": claim.revision}


def refusal(answer: Answer) -> Refused | Limited | InDoubt:
    """What an answer means that is no yes."""
    if answer.status == 429 or answer.error in _LIMITED:
        # That status holds for the method, wherever it is used; the bare word comes for one channel.
        return Limited(_seconds(answer.retry_after), everywhere=answer.status == 429)
    if not _NAME.fullmatch(answer.error):  # not Slack's own words
        return InDoubt(f"http_{answer.status}")
    if answer.status >= 500 or answer.error in _DOUBTFUL:
        return InDoubt(answer.error)
    return Refused(answer.error)


def failure(error: Exception) -> Unreached | InDoubt:
    """What it means that there was no answer."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, _NEVER_SENT):
        return Unreached("unreachable")
    return InDoubt("timeout" if isinstance(cause, TimeoutError) else "connection_lost")


def _arguments(claim: Claim) -> dict[str, Any]:
    message = claim.message
    content: dict[str, Any] = {
        "text": message.text,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": payload(claim)},
        "unfurl_links": False,
        "unfurl_media": False,
        **({"blocks": list(message.blocks)} if message.blocks else {}),
    }
    if claim.edited:  # one without blocks must not leave those that stand there
        return {"blocks": [], **content, "channel": claim.edited.channel, "ts": claim.edited.ts}
    if claim.thread:
        return {**content, "channel": claim.thread.channel, "thread_ts": claim.thread.ts}
    return {**content, "channel": claim.channel}


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else _LIMIT_SECONDS
