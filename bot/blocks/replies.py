"""A message that came unasked, with the buttons that answer it, and with what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.blocks import limits
from bot.blocks.block import Block, small_print
from bot.blocks.buttons import About, Act, row
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn, whole_lines
from bot.reply import Reply
from bot.schedule import Kind
from bot.words import buttons, replies

# What a person may type is longer than what a message shows.
REASON = 300
_ANSWERED = "quintet-answered"


def ping_actions(team: str, week: date) -> tuple[Block, ...]:
    """Below a ping."""
    about = About(team=team, week=week, kind=Kind.PING)
    return row(
        [
            (Act.WHY, buttons.WHY, about),
            (Act.RIGHT, replies.ON_IT, about),
            (Act.KNOWN, replies.KNOWN, about),
            (Act.SNOOZE, replies.SNOOZE, about),
            (Act.WRONG, replies.WRONG, about),
        ]
    )


def digest_actions(team: str, week: date) -> tuple[Block, ...]:
    """Below a digest."""
    about = About(team=team, week=week, kind=Kind.DIGEST)
    return row([(Act.WHY, buttons.WHY, about), (Act.RIGHT, replies.ON_IT, about), (Act.SNOOZE, replies.SNOOZE, about)])


def with_reply(message: Message, reply: Reply, zone: ZoneInfo, revision: int) -> Message:
    """The message with what was answered last; Slack wants another id for a block that has changed."""
    said = replies.said(reply, zone)
    kept = tuple(block for block in message.blocks if not _is_answer(block))
    if not said or not kept:
        return replace(message, blocks=kept)
    line = {**small_print([said], REASON), "block_id": f"{_ANSWERED}-{revision}"}
    words = whole_lines((mrkdwn(said, limits.FIRST_STEP), *_lines(message)), limits.FALLBACK_TEXT)
    return replace(message, blocks=(*_above(kept), line, *_buttons(kept)), words=words)


def _lines(message: Message) -> Iterable[str]:
    return (message.words or message.text).split("\n")


def _is_answer(block: Block) -> bool:
    return str(block.get("block_id", "")).startswith(_ANSWERED)


def _above(blocks: tuple[Block, ...]) -> Iterable[Block]:
    return (block for block in blocks if block["type"] != "actions")


def _buttons(blocks: tuple[Block, ...]) -> Iterable[Block]:
    return (block for block in blocks if block["type"] == "actions")
