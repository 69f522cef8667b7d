"""Whether a message stands in a channel: its key is looked for in what Slack keeps beside each message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any, cast

from slack_sdk import WebClient

from bot.jobs.outcome import Found, InDoubt, NotThere, Posted, Refused, Unreached, Unreadable
from bot.slack.posting import EVENT_TYPE, failure, payload, refusal
from bot.slack.web_api import Answer, asked
from bot.store.outbox_claims import Claim, Place

# Slack's clock and ours may differ; by more than five minutes, and it takes no request of ours.
_SKEW_SECONDS = 600.0
_PAGE = 200
_ID = re.compile(r"[CDG][A-Z0-9]{8,}")

Item = Mapping[str, Any]


class _NotReadError(Exception):
    """Slack said no to a page."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.error)
        self.answer = answer


def find(client: WebClient, claim: Claim, channel: str) -> Found:
    """Look for a post in the history of the channel, which goes by its id or its name, or in that of its thread."""
    try:
        return _found(client, claim, claim.thread.channel if claim.thread else _id(client, channel))
    except _NotReadError as problem:
        said = refusal(problem.answer)
        return Unreadable(said.reason) if isinstance(said, Refused) else said
    except (OSError, HTTPException) as error:
        said = failure(error)
        return InDoubt(said.reason) if isinstance(said, Unreached) else said


def _found(client: WebClient, claim: Claim, channel: str) -> Found:
    wanted = payload(claim)
    for message in _messages(client, claim, channel):
        told, ts = _told(message), message.get("ts")
        if (told.get("key"), told.get("part")) == (wanted["key"], wanted["part"]) and isinstance(ts, str):
            revision = told.get("revision")
            return Posted(Place(channel, ts), revision if isinstance(revision, int) else claim.revision)
    return NotThere()


def _told(message: Item) -> Item:
    """What stands beside a message, if it is ours."""
    metadata = _item(message.get("metadata"))
    return _item(metadata.get("event_payload")) if metadata.get("event_type") == EVENT_TYPE else {}


def _item(value: object) -> Item:
    return cast("Item", value) if isinstance(value, dict) else {}


def _messages(client: WebClient, claim: Claim, channel: str) -> Iterator[Item]:
    since = {"channel": channel, "oldest": f"{claim.created_at - _SKEW_SECONDS:.6f}", "include_all_metadata": True}
    if claim.thread:
        return _pages(client, "conversations.replies", "messages", {**since, "ts": claim.thread.ts})
    return _pages(client, "conversations.history", "messages", since)


def _id(client: WebClient, channel: str) -> str:
    """A channel's id: its history goes by that alone. A name that can't be told is left for Slack to refuse."""
    if _ID.fullmatch(channel):
        return channel
    name = channel.removeprefix("#")
    for kind in ("public_channel", "private_channel"):  # one may be allowed without the other
        for each in _of_the_bot(client, kind):
            if each.get("name") == name and isinstance(each.get("id"), str):
                return each["id"]
    return channel


def _of_the_bot(client: WebClient, kind: str) -> Iterator[Item]:
    """The channels that it is in, as far as it may list them."""
    try:
        yield from _pages(client, "users.conversations", "channels", {"types": kind, "exclude_archived": True})
    except _NotReadError as problem:
        if not isinstance(refusal(problem.answer), Refused):
            raise


def _pages(client: WebClient, method: str, key: str, arguments: Item) -> Iterator[Item]:
    cursor = ""
    while True:
        answer = asked(client, method, {**arguments, "limit": _PAGE, **({"cursor": cursor} if cursor else {})})
        if not answer.ok:
            raise _NotReadError(answer)
        yield from map(_item, answer.body.get(key) or ())
        cursor = str(_item(answer.body.get("response_metadata")).get("next_cursor") or "")
        if not cursor:
            return
