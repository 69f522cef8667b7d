"""Digests to lay out, of the reports that answers are laid out with."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.digest_report import Course, Digest, Figure, Figures
from bot.metrics.measure import Metric
from bot.team_report import ChangeFailureRatePart, Mover, TeamReport
from tests.unit.answers.report_examples import EXAMPLES, balanced, dramatic, failures_unknown

WEEK = date(2026, 10, 26)
STILL = Course(changed="still", earlier=None, streak_weeks=6, streak_whole=True)
GAPS = ("4 of 16 incidents carry no start time. Recovery is a lower bound. Record when users first felt each.",)
MOVERS = (
    Mover(
        event="deployment:github:acme/checkout:d-812",
        says="checkout d-812 failed, 29 h to recover.",
        url="https://github.example/acme/checkout/deployments/d-812",
    ),
    Mover(event="deployment:jenkins:d-815", says="checkout d-815 was a rollback.", url=None),
)


def figures(report: TeamReport) -> dict[str, Figures]:
    """The report's values for four weeks, and a week with one deployment in four."""

    def of(metric: Metric) -> Figures:
        part = getattr(report.metrics, metric.value)
        failed = part.failed if isinstance(part, ChangeFailureRatePart) else None
        why = "failures_not_visible" if part.value is None else None
        four_weeks = Figure(value=part.value, n=part.n, days=28, failed=failed, why=why)
        week = Figure(value=part.value, n=part.n // 4, days=7, failed=None if failed is None else failed // 4, why=why)
        return Figures(week=week, four_weeks=four_weeks)

    return {metric.value: of(metric) for metric in Metric}


def digest_of(report: TeamReport, **changes: Any) -> Digest:
    parts: dict[str, Any] = {
        "team": report.team,
        "name": report.name,
        "channel": "#team-x",
        "zone": report.timezone,
        "week": WEEK,
        "course": STILL,
        "figures": figures(report),
        "movers": MOVERS,
        "watch": (),
        "said": (),
        "corrections": (),
        "precision": None,
        "gaps": GAPS,
        "quiet": False,
        "report": report,
    }
    return Digest(**{**parts, **changes})


def investing(report: TeamReport, key: str) -> TeamReport:
    investment = report.reading.next_investment.model_copy(update={"key": key})
    return report.model_copy(update={"reading": report.reading.model_copy(update={"next_investment": investment})})


def full() -> Digest:
    return digest_of(dramatic(), watch=("Unreviewed merges rose from 4% to 17%.",))


def quiet() -> Digest:
    course = STILL.model_copy(update={"streak_weeks": 13})
    return digest_of(investing(balanced(), "keep"), quiet=True, course=course, movers=(), gaps=())


def unknown() -> Digest:
    return digest_of(investing(failures_unknown(), "failure_records"))


DIGESTS = {name: lambda example=example: digest_of(example()) for name, example in EXAMPLES.items()} | {
    "full": full,
    "quiet": quiet,
}
