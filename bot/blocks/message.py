"""What is sent to Slack, and the same in words where Slack refuses its blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.blocks.block import Block


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the whole answer in a few sentences (notifications, screen readers); `words` all of it as text."""

    text: str
    blocks: tuple[Block, ...] = ()
    words: str = ""


def in_words(message: Message) -> Message:
    """The message without blocks, charts and tables told as words: for when Slack refused them."""
    return replace(message, text=message.words or message.text, blocks=())
