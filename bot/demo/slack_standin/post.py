"""One door for a message, whatever its route: judge it, then record it as taken or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.demo.slack_standin.record import Message, Refusal
from bot.demo.slack_standin.script import Script
from bot.demo.slack_standin.shape import Json
from bot.demo.slack_standin.state import State
from bot.demo.slack_standin.verdict import MOST_TEXT, Verdict, verdict
from bot.demo.slack_standin.workspace import Channel

Payload = dict[str, Any]


class RefusedError(Exception):
    """Slack refused the message."""

    def __init__(self, why: Verdict) -> None:
        super().__init__(why.error)
        self.why = why


def take(state: State, payload: Payload, message: Message, channel: str) -> Message:
    """Record the message with the payload's text and blocks, or record its refusal and raise RefusedError."""
    text, blocks = payload.get("text") or "", payload.get("blocks")
    where = state.workspace.channel(channel)
    why = _why_not(state, where, payload) or _judge(state.script, text, blocks)
    if where is None or why.error:
        state.record.refuse(Refusal(message.route, channel, why.error or "", why.messages, text, blocks))
        raise RefusedError(why)
    said = replace(message, channel=where.id, text=text[:MOST_TEXT], blocks=tuple(blocks or ()), warnings=why.warnings)
    return state.record.keep(replace(said, thread_ts=payload.get("thread_ts"), metadata=payload.get("metadata")))


def _why_not(state: State, where: Channel | None, payload: Payload) -> Verdict | None:
    """What keeps any message from there, whatever is in it."""
    if where is None:
        return Verdict("channel_not_found")
    if error := state.script.error(where.id):
        return Verdict(error)
    thread = payload.get("thread_ts")
    return Verdict("thread_not_found") if thread and not state.record.has(where.id, str(thread)) else None


def _judge(script: Script, text: Json, blocks: Json) -> Verdict:
    if not isinstance(text, str):
        return Verdict("invalid_arguments", ("[ERROR] text must be a string",))
    if blocks is not None and not isinstance(blocks, list):
        return Verdict("invalid_blocks_format")
    why = verdict(text, blocks)
    objections = script.objections(blocks) if blocks and not why.error else ()
    return Verdict("invalid_blocks", objections) if objections else why
