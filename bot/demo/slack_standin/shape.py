"""What the shapes of Block Kit share: nothing extra, nothing converted, lengths as Slack counts them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


class Shape(BaseModel):
    """A JSON object of Block Kit; Slack refuses a key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


BlockId = Annotated[str, StringConstraints(max_length=255)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=3000)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def words(most: int) -> StringConstraints:
    """At least one character and at most so many; Slack refuses an empty text."""
    return StringConstraints(min_length=1, max_length=most)


class PlainText(Shape):
    type: Literal["plain_text"]
    text: Annotated[str, words(3000)]
    emoji: bool = True


class Mrkdwn(Shape):
    type: Literal["mrkdwn"]
    text: Annotated[str, words(3000)]
    verbatim: bool = False


class HeaderText(PlainText):
    text: Annotated[str, words(150)]


class ButtonText(PlainText):
    text: Annotated[str, words(75)]


class ImageTitle(PlainText):
    text: Annotated[str, words(2000)]


class PlainField(PlainText):
    text: Annotated[str, words(2000)]


class MrkdwnField(Mrkdwn):
    text: Annotated[str, words(2000)]


Text = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]
SectionField = Annotated[PlainField | MrkdwnField, Field(discriminator="type")]


def kinds(blocks: Sequence[Json]) -> list[Json]:
    """The type of each block, none where there is none."""
    return [block.get("type") if isinstance(block, dict) else None for block in blocks]
