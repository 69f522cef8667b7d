"""Reports to lay out: a dramatic one, a balanced one, one whose failures are unknown, and an empty one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.team_report import (
    Against,
    AllIncidents,
    Baseline,
    ChangeFailureRatePart,
    DeploymentFrequencyPart,
    Evidence,
    Factors,
    LeadTimePart,
    Metrics,
    MissingData,
    Mover,
    Net,
    NextInvestment,
    NotYet,
    ReadingPart,
    RecoveryTimePart,
    ReliabilityPart,
    ReworkRatePart,
    SourcePart,
    Span,
    Stage,
    TeamReport,
    Then,
    WeekPart,
)

HOUR, DAY = 3_600.0, 86_400.0
AS_OF = datetime(2026, 11, 1, 23, tzinfo=UTC)
FOUR_WEEKS = Span(start=AS_OF - timedelta(days=28), end=AS_OF, days=28)
TWO_YEARS = Span(start=AS_OF - timedelta(days=700), end=AS_OF - timedelta(days=147), days=553)
WHY_NO_FAILURES = "Nothing here says which deployments failed: 0 of the 3 signs that would show it. Connect incidents."


def _common(  # noqa: PLR0917  a row of a table: value, before, level, trend, n, unit
    value: float | None, before: float | None, level: str, trend: str, n: int, unit: str, *, says: str = "It holds."
) -> dict[str, Any]:
    return {
        "value": value,
        "unit": unit,
        "window": FOUR_WEEKS,
        "n": n,
        "level": level,
        "borderline": False,
        "trend": trend,
        "previous": before,
        "baseline": None if before is None else Baseline(value=before, window=TWO_YEARS),
        "says": says,
        "why_unknown": WHY_NO_FAILURES if level == "unknown" else None,
    }


def _metrics(
    frequency: dict[str, Any], lead: dict[str, Any], rate: dict[str, Any], recovery: dict[str, Any], rel: dict[str, Any]
) -> Metrics:
    review = {"review": Stage(median=20 * HOUR, share=0.61, n=140), "coding": Stage(median=HOUR, share=0.1, n=140)}
    untested = recovery["level"] == "healthy" and recovery["value"] is None
    return Metrics(
        deployment_frequency=DeploymentFrequencyPart(**frequency, active_days=18),
        lead_time=LeadTimePart(
            **lead, median=lead["value"], mean=lead["value"], p85=None, p90=None, stages=review, automated=3
        ),
        change_failure_rate=ChangeFailureRatePart(
            **rate,
            failed=round((rate["value"] or 0) * rate["n"]),
            interval=None if rate["value"] is None else (0.22, 0.43),
            inferred_share=None,
        ),
        recovery_time=RecoveryTimePart(
            **recovery,
            median=recovery["value"],
            mean=recovery["value"],
            open=1 if recovery["level"] == "poor" else 0,
            oldest_open=2 * DAY if recovery["level"] == "poor" else None,
            untested=untested,
            all_incidents=AllIncidents(median=recovery["value"], n=recovery["n"]),
            stages={},
        ),
        reliability=ReliabilityPart(
            **rel,
            basis=None if rel["value"] is None else "slo",
            objective=None if rel["value"] is None else 0.999,
            objective_name=None if rel["value"] is None else "checkout/availability",
            budget_left=None if rel["value"] is None else 1 - (1 - rel["value"]) / 0.001,
            incident_hours=None,
        ),
        rework_rate=ReworkRatePart(value=0.18, unit="ratio", n=61, window=FOUR_WEEKS, previous=0.1, why_unknown=None),
    )


def _history(failed: int | None = 4) -> tuple[WeekPart, ...]:
    first = datetime(2026, 8, 10, tzinfo=UTC).date()
    return tuple(
        WeekPart(
            week=(first + timedelta(weeks=week)).isoformat(),
            deployments=8 + week // 3,
            failed=None if failed is None else min(failed, week // 2),
            lead_time=93_600.0,
            recovery_time=20_000.0,
            failure_hours=None if failed is None else 4.5 * week,
        )
        for week in range(12)
    )


def _report(metrics: Metrics, net: Net, reading: ReadingPart, **changes: Any) -> TeamReport:
    parts: dict[str, Any] = {
        "team": "team-x",
        "name": "team-x",
        "timezone": "Europe/Berlin",
        "as_of": AS_OF,
        "metrics": metrics,
        "net": net,
        "reading": reading,
        "history": _history(),
        "watch": (),
        "movers": (),
        "sources": (
            SourcePart(source="github:acme/checkout", last_event=AS_OF - timedelta(hours=3), last_synced=None),
        ),
        "data": (),
    }
    return TeamReport(**{**parts, **changes})


def _net(says: str, verdict: str | None, ratio: float | None) -> Net:
    known = ratio is not None
    return Net(
        window=FOUR_WEEKS if known else None,
        baseline=TWO_YEARS if known else None,
        failure_hours_per_week=120.0 if known else None,
        previous=20.0 if known else None,
        ratio=ratio,
        interval=(3.1, 12.0) if known else None,
        per_deployment_ratio=3.4 if known else None,
        per_deployment_interval=(2.0, 6.0) if known else None,
        verdict=verdict,
        why_unknown=None if known else "There were no failures.",
        factors=Factors(deployment_frequency=1.8, change_failure_rate=2.0, recovery_time=1.7) if known else None,
        says=says,
    )


def _reading(rule: str, title: str, says: str, invest: tuple[str, str], **changes: Any) -> ReadingPart:
    parts: dict[str, Any] = {
        "rule": rule,
        "pattern": None,
        "diagnosis": "testing_infrastructure",
        "title": title,
        "level_pattern": None,
        "confidence": "medium",
        "confidence_says": "medium (50 deployments, 16 failures)",
        "says": says,
        "nearest": None,
        "then": (),
        "relationships": (),
        "evidence": (),
        "against": (),
        "next_investment": NextInvestment(
            key="testing_infrastructure", title=invest[0], why="Testing moves failures most.", first_step=invest[1]
        ),
        "not_yet": (),
        "would_change_our_mind": "Failures that testing could not have caught.",
    }
    return ReadingPart(**{**parts, **changes})


def dramatic() -> TeamReport:
    """Speed was bought with stability."""
    return _report(
        _metrics(
            _common(
                12.5, 7.1, "healthy", "improving", 50, "deployments/week", says="Failures, not value, arrive often."
            ),
            _common(26 * HOUR, 1.9 * DAY, "healthy", "improving", 140, "seconds"),
            _common(0.32, 0.16, "poor", "worsening", 50, "ratio"),
            _common(31 * HOUR, 18 * HOUR, "poor", "worsening", 15, "seconds"),
            _common(0.9971, 0.9993, "poor", "worsening", 28, "ratio"),
        ),
        _net("No: the index of failure hours a week is 6.1 times what it was; per deployment 3.4 times.", "worse", 6.1),
        _reading(
            "X1",
            "Checklist-style regression",
            "team-x has bought speed with stability since about 31 August: it ships more, and breaks more.",
            ("regression testing", "Cover checkout's src/payments; 9 of 16 failures came through it."),
            pattern="checklist_regression",
            level_pattern="fast_delivery_poor_reliability",
            confidence="high",
            then=(Then(rule="T1", pattern=None, diagnosis="x", next_investment="x", says="Many deployments fail."),),
            evidence=(
                Evidence(claim="Failures rose with deployments.", metric=None, value=None, events=()),
                Evidence(claim="Merges without a review went from 4% to 29%.", metric=None, value=0.29, events=()),
            ),
            against=(
                Against(claim="Change size is the same.", checked=True, supports=False),
                Against(claim="Whether the mix moved can't be told.", checked=False, supports=None),
            ),
            not_yet=(NotYet(what="Don't push deployment frequency further.", why="It brings more failures."),),
        ),
        watch=("Lead time is falling mostly in review.",),
        movers=(Mover(event="deployment:github:acme/checkout:d-812", says="checkout d-812 failed.", url=None),),
        data=(
            MissingData(
                missing="4 of 16 incidents carry no start time.",
                effect="Recovery is a lower bound.",
                fix="Record when users first felt each incident.",
            ),
        ),
    )


def balanced() -> TeamReport:
    """Nothing needs an investment."""
    return _report(
        _metrics(
            _common(7.0, 6.8, "healthy", "flat", 28, "deployments/week"),
            _common(9 * HOUR, 10 * HOUR, "healthy", "flat", 60, "seconds"),
            _common(0.04, 0.05, "healthy", "flat", 28, "ratio"),
            _common(2 * HOUR, 2 * HOUR, "healthy", "flat", 4, "seconds"),
            _common(0.9996, 0.9995, "healthy", "flat", 28, "ratio"),
        ),
        _net("No clear change: the index of failure hours a week is 1.1 times what it was.", "no_clear_change", 1.1),
        _reading(
            "OK",
            "Balanced",
            "team-x is balanced: 7 deployments a week, 4% of deployments fail, and service is back within 2 h.",
            ("keep it so", "Nothing needs an investment; the next limit would be review."),
            pattern="balanced",
            level_pattern="balanced",
        ),
    )


def failures_unknown() -> TeamReport:
    """Fast, or fast at breaking things: nothing says."""
    return _report(
        _metrics(
            _common(14.0, 13.0, "healthy", "flat", 56, "deployments/week"),
            _common(3.1 * DAY, 3.0 * DAY, "healthy", "flat", 90, "seconds"),
            _common(None, None, "unknown", "unknown", 56, "ratio"),
            _common(None, None, "unknown", "unknown", 0, "seconds"),
            _common(None, None, "unknown", "unknown", 0, "ratio"),
        ),
        _net("Can't be said: nothing here says which deployments failed.", None, None),
        _reading(
            "U1",
            "Failures are not known",
            "team-x ships often, and nothing here says which deployments failed: fast, or fast at breaking things?",
            ("records of failures", "A label on an issue is enough."),
        ),
        history=_history(failed=None),
    )


def empty() -> TeamReport:
    """Nothing is known at all."""
    nothing = (None, None, "unknown", "unknown", 0)
    return _report(
        _metrics(*(_common(*nothing, unit) for unit in ("deployments/week", "seconds", "ratio", "seconds", "ratio"))),
        _net("Can't be said: no deployment to production is known.", None, None),
        _reading(
            "U1",
            "No deployment is known",
            "team-x: no deployment of the last 26 weeks is known, so its delivery can't be read yet.",
            ("deployment data", "Connect what deploys the team's services."),
            confidence_says="medium",
        ),
        history=(),
        sources=(),
    )


EXAMPLES = {"dramatic": dramatic, "balanced": balanced, "failures unknown": failures_unknown, "empty": empty}
