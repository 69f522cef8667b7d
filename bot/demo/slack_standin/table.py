"""Tables (https://docs.slack.dev/reference/block-kit/blocks/table-block)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.demo.slack_standin.rich_text import RichText
from bot.demo.slack_standin.shape import BlockId, Number, Shape

# A cell without a character is refused: https://github.com/getnao/nao/issues/1143
_CellText = Annotated[str, StringConstraints(min_length=1)]


class RawText(Shape):
    type: Literal["raw_text"]
    text: _CellText


class RawNumber(Shape):
    type: Literal["raw_number"]
    value: Number
    text: _CellText | None = None


Cell = Annotated[RawText | RawNumber | RichText, Field(discriminator="type")]
Row = Annotated[tuple[Cell, ...], Field(min_length=1, max_length=20)]


class ColumnSetting(Shape):
    align: Literal["left", "center", "right"] | None = None
    is_wrapped: bool | None = None


class Table(Shape):
    type: Literal["table"]
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=100)]
    column_settings: Annotated[tuple[ColumnSetting | None, ...], Field(max_length=20)] = ()
    block_id: BlockId | None = None

    @model_validator(mode="after")
    def _rows_are_equally_long(self) -> Self:
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("all rows must have the same number of cells")
        return self
