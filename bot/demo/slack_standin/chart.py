"""Charts (https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block).

Sources differ on some limits (6 or 12 series); the stand-in holds to the lower one.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.demo.slack_standin.shape import BlockId, Number, Shape, words

Label = Annotated[str, words(20)]
AxisLabel = Annotated[str, words(50)]


class Point(Shape):
    label: Label
    value: Number


class Series(Shape):
    name: Label
    data: Annotated[tuple[Point, ...], Field(min_length=1, max_length=20)]


class AxisConfig(Shape):
    categories: Annotated[tuple[Label, ...], Field(min_length=1, max_length=20)]
    x_label: AxisLabel | None = None
    y_label: AxisLabel | None = None


class AxisChart(Shape):
    type: Literal["line", "bar", "area"]
    series: Annotated[tuple[Series, ...], Field(min_length=1, max_length=6)]
    axis_config: AxisConfig

    @model_validator(mode="after")
    def _series_match_the_axis(self) -> Self:
        categories = sorted(self.axis_config.categories)
        if len(set(categories)) < len(categories):
            raise ValueError("categories must be unique")
        if len({series.name for series in self.series}) < len(self.series):
            raise ValueError("series names must be unique")
        if any(sorted(point.label for point in series.data) != categories for series in self.series):
            raise ValueError("each series must have exactly one point for each category")
        return self


class Segment(Shape):
    label: Label
    value: Annotated[Number, Field(gt=0)]


class PieChart(Shape):
    type: Literal["pie"]
    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=6)]


class DataVisualization(Shape):
    type: Literal["data_visualization"]
    title: Annotated[str, words(50)]
    chart: Annotated[AxisChart | PieChart, Field(discriminator="type")]
    block_id: BlockId | None = None
