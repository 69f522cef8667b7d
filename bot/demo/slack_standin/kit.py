"""The blocks that the stand-in takes, each with Slack's limits (https://docs.slack.dev/reference/block-kit/blocks)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from bot.demo.slack_standin.chart import DataVisualization
from bot.demo.slack_standin.rich_text import RichText
from bot.demo.slack_standin.shape import (
    BlockId,
    ButtonText,
    HeaderText,
    ImageTitle,
    Mrkdwn,
    PlainText,
    SectionField,
    Shape,
    Text,
    Url,
    words,
)
from bot.demo.slack_standin.table import Table


class ImageElement(Shape):
    type: Literal["image"]
    image_url: Url
    alt_text: Annotated[str, words(2000)]


class Button(Shape):
    type: Literal["button"]
    text: ButtonText
    action_id: BlockId | None = None
    url: Url | None = None
    value: Annotated[str, words(2000)] | None = None
    style: Literal["primary", "danger"] | None = None
    accessibility_label: Annotated[str, words(75)] | None = None


class Header(Shape):
    type: Literal["header"]
    text: HeaderText
    block_id: BlockId | None = None


class Section(Shape):
    type: Literal["section"]
    text: Text | None = None
    fields: Annotated[tuple[SectionField, ...], Field(min_length=1, max_length=10)] | None = None
    accessory: Annotated[Button | ImageElement, Field(discriminator="type")] | None = None
    expand: bool = False
    block_id: BlockId | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise ValueError("must have text or fields")
        return self


class Divider(Shape):
    type: Literal["divider"]
    block_id: BlockId | None = None


class Context(Shape):
    type: Literal["context"]
    elements: Annotated[
        tuple[Annotated[PlainText | Mrkdwn | ImageElement, Field(discriminator="type")], ...],
        Field(min_length=1, max_length=10),
    ]
    block_id: BlockId | None = None


class Actions(Shape):
    type: Literal["actions"]
    elements: Annotated[tuple[Button, ...], Field(min_length=1, max_length=25)]
    block_id: BlockId | None = None


class Image(Shape):
    type: Literal["image"]
    image_url: Url
    alt_text: Annotated[str, words(2000)]
    title: ImageTitle | None = None
    block_id: BlockId | None = None


class Markdown(Shape):
    type: Literal["markdown"]
    text: Annotated[str, StringConstraints(min_length=1)]
    block_id: BlockId | None = None


Block = Annotated[
    Header | Section | Divider | Context | Actions | Image | RichText | Table | Markdown | DataVisualization,
    Field(discriminator="type"),
]
BLOCKS: TypeAdapter[tuple[Block, ...]] = TypeAdapter(tuple[Block, ...])
