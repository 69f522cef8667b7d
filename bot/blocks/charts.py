"""A chart as Slack's own block: every series has one point for each category."""

from __future__ import annotations

from bot.blocks import limits
from bot.blocks.block import Block, fitted
from bot.page import Chart, Series


def bars(chart: Chart) -> Block:
    """Bars by week. Bars begin at zero, lines need not."""
    labels = [fitted(week, limits.CHART_LABEL) for week in chart.weeks]
    kept = list({label: place for place, label in enumerate(labels)}.values())[-limits.CHART_POINTS :]
    categories = [labels[place] for place in kept]
    return {
        "type": "data_visualization",
        "title": fitted(chart.title, limits.CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": [_points(series, labels, kept) for series in chart.series[: limits.CHART_SERIES]],
            "axis_config": {
                "categories": categories,
                "x_label": "Week from",
                "y_label": fitted(chart.unit, limits.AXIS_LABEL),
            },
        },
    }


def _points(series: Series, labels: list[str], kept: list[int]) -> Block:
    points = [{"label": labels[place], "value": _drawn(series.values[place])} for place in kept]
    return {"name": fitted(series.name, limits.CHART_LABEL), "data": points}


def _drawn(value: float) -> float:
    """Three significant digits, as everywhere."""
    return float(f"{value:.3g}")
