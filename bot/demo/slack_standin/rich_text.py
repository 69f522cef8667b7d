"""Rich text, which stands alone or in a table's cell (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.demo.slack_standin.shape import BlockId, Shape, Url

_Some = Annotated[str, StringConstraints(min_length=1)]


class Style(Shape):
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    code: bool = False


class TextLeaf(Shape):
    type: Literal["text"]
    text: _Some
    style: Style | None = None


class LinkLeaf(Shape):
    type: Literal["link"]
    url: Url
    text: _Some | None = None
    unsafe: bool = False
    style: Style | None = None


class EmojiLeaf(Shape):
    type: Literal["emoji"]
    name: _Some
    unicode: str | None = None
    style: Style | None = None


class UserLeaf(Shape):
    type: Literal["user"]
    user_id: _Some
    style: Style | None = None


class ChannelLeaf(Shape):
    type: Literal["channel"]
    channel_id: _Some
    style: Style | None = None


class BroadcastLeaf(Shape):
    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class DateLeaf(Shape):
    type: Literal["date"]
    timestamp: int
    format: _Some
    url: Url | None = None
    fallback: str | None = None


Leaf = Annotated[
    TextLeaf | LinkLeaf | EmojiLeaf | UserLeaf | ChannelLeaf | BroadcastLeaf | DateLeaf,
    Field(discriminator="type"),
]


class RichSection(Shape):
    type: Literal["rich_text_section"]
    elements: tuple[Leaf, ...]


class RichList(Shape):
    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: tuple[RichSection, ...]
    indent: Annotated[int, Field(ge=0, le=8)] = 0
    offset: Annotated[int, Field(ge=0)] = 0
    border: Literal[0, 1] = 0


class RichPreformatted(Shape):
    type: Literal["rich_text_preformatted"]
    elements: tuple[Leaf, ...]
    border: Literal[0, 1] = 0


class RichQuote(Shape):
    type: Literal["rich_text_quote"]
    elements: tuple[Leaf, ...]
    border: Literal[0, 1] = 0


RichPart = Annotated[RichSection | RichList | RichPreformatted | RichQuote, Field(discriminator="type")]


class RichText(Shape):
    type: Literal["rich_text"]
    elements: Annotated[tuple[RichPart, ...], Field(min_length=1)]
    block_id: BlockId | None = None
