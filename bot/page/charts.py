"""The last weeks as charts, and the same figures in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.team_report import WeekPart
from bot.words import figures

CHART_WEEKS = 12
# Two points are a line, not a course.
LEAST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values, one for each of the chart's weeks."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures by week, oldest first; at least one series, each with a value for every week."""

    title: str
    unit: str
    weeks: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def highest(self) -> float:
        return max(value for series in self.series for value in series.values)

    @property
    def says(self) -> str:
        """The chart in words."""
        told = "; ".join(f"{each.name} {_listed(each.values)}" for each in self.series)
        return f"{self.title}, {self.weeks[0]} to {self.weeks[-1]}: {told}."


def charts(history: Sequence[WeekPart]) -> tuple[Chart, ...]:
    """Of the last 12 weeks. A week that a series does not know is left out of them all."""
    weeks = history[-CHART_WEEKS:]
    hours = [(week, week.failure_hours) for week in weeks if week.failure_hours is not None]
    failed = [(week, week.failed) for week in weeks if week.failed is not None]
    return tuple(
        chart
        for chart in (
            _chart("Failure hours a week", "hours", hours, {"Failure hours": [amount for _, amount in hours]}),
            _chart(
                "Deployments and failed deployments a week",
                "deployments",
                failed,
                {
                    "Deployments": [float(week.deployments) for week, _ in failed],
                    "Failed": [float(amount) for _, amount in failed],
                },
            ),
        )
        if chart is not None
    )


def _chart(
    title: str, unit: str, points: Sequence[tuple[WeekPart, float]], series: dict[str, list[float]]
) -> Chart | None:
    if len(points) < LEAST_POINTS or not any(map(any, series.values())):
        return None
    weeks = tuple(_week(week.week) for week, _ in points)
    return Chart(title, unit, weeks, tuple(Series(name, tuple(values)) for name, values in series.items()))


def _week(iso: str) -> str:
    """A week by its Monday: 26 Oct."""
    monday = date.fromisoformat(iso)
    return f"{monday.day} {figures.MONTHS[monday.month - 1][:3]}"


def _listed(values: Sequence[float]) -> str:
    return ", ".join(figures.number(value) for value in values)
