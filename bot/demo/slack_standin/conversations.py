"""What a channel holds, for an app that may read it (https://docs.slack.dev/reference/methods/conversations.history)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.demo.slack_standin.post import Payload, RefusedError
from bot.demo.slack_standin.record import Message
from bot.demo.slack_standin.state import State
from bot.demo.slack_standin.verdict import Verdict

_MOST = 200


def history(state: State, payload: Payload) -> dict[str, Any]:
    """The newest first, without the replies in threads."""
    shown = [message for message in _standing(state, payload) if message.thread_ts is None]
    return _page([_drawn(message, payload) for message in reversed(shown)], "messages", payload)


def replies(state: State, payload: Payload) -> dict[str, Any]:
    """A thread: the message that it hangs on, however old, then its replies in order."""
    ts = payload.get("ts")
    parent = [message for message in _standing(state, {**payload, "oldest": ts}) if message.ts == ts]
    if not parent:
        raise RefusedError(Verdict("thread_not_found"))
    shown = [*parent, *(message for message in _standing(state, payload) if ts == message.thread_ts)]
    return _page([_drawn(message, payload) for message in shown], "messages", payload)


def of_the_bot(state: State, payload: Payload) -> dict[str, Any]:
    """The channels that the app is in: all of them, and all of them are public."""
    public = "public_channel" in payload.get("types", "public_channel")
    return _page([asdict(channel) for channel in state.workspace.channels if public], "channels", payload)


def about(state: State, payload: Payload) -> dict[str, Any]:
    """A channel, and whether the app is in it; one that it is not in is one that it may not post to."""
    where = state.workspace.channel(str(payload.get("channel")))
    if where is None:
        raise RefusedError(Verdict("channel_not_found"))
    return {"channel": {**asdict(where), "is_member": state.script.error(where.id) != "not_in_channel"}}


def _standing(state: State, payload: Payload) -> Sequence[Message]:
    """The newest form of each message in the channel, which goes by its id alone."""
    channel, oldest = payload.get("channel"), float(payload.get("oldest") or 0)
    if channel not in {each.id for each in state.workspace.channels}:
        raise RefusedError(Verdict("channel_not_found"))
    if error := state.script.error(str(channel)):
        raise RefusedError(Verdict(error))
    standing: dict[str, Message] = {}
    for message in state.record.messages:
        if message.channel == channel and not message.ephemeral and float(message.ts) >= oldest:
            # An update says nothing of the thread that its message stands in.
            thread = message.thread_ts or standing.get(message.ts, message).thread_ts
            standing[message.ts] = replace(message, thread_ts=thread)
    return list(standing.values())


def _drawn(message: Message, payload: Payload) -> dict[str, Any]:
    drawn = {"type": "message", "ts": message.ts, "text": message.text, "blocks": list(message.blocks)}
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    metadata = {"metadata": message.metadata} if message.metadata and payload.get("include_all_metadata") else {}
    return {**drawn, **thread, **metadata}


def _page(items: Sequence[dict[str, Any]], key: str, payload: Payload) -> dict[str, Any]:
    start, most = int(payload.get("cursor") or 0), min(int(payload.get("limit") or 100), _MOST)
    following = str(start + most) if len(items) > start + most else ""
    return {key: list(items[start : start + most]), "response_metadata": {"next_cursor": following}}
