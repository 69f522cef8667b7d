"""A team's facts, written by hand: everything is said in days before Monday 2 November 2026, 00:00 UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.calendar import DAY, HOUR, Window, window_before
from bot.events import Change, Deployment, GateWait, Incident, PipelineRun
from bot.metrics.facts import (
    ChangeFact,
    DeploymentFact,
    Facts,
    Failure,
    FailureReason,
    IncidentFact,
    RecoveryFact,
    TeamDeployment,
)
from bot.metrics.level import Effect, Level, LevelVerdict, Trend, TrendVerdict
from bot.metrics.measure import (
    ChangeFailureRate,
    DeploymentFrequency,
    LeadTime,
    Measures,
    Metric,
    RecoveryTime,
    Reliability,
    ReworkRate,
)
from bot.metrics.visibility import Visibility
from bot.reading.collect import collect
from bot.reading.picture import Picture
from bot.reading.reading import Match
from bot.regression.net import NetLine
from bot.teams import Team

NOW = datetime(2026, 11, 2, tzinfo=UTC)
AS_OF = NOW.timestamp()


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


class Scene:
    """Collects events with their attribution."""

    ago = staticmethod(ago)

    def __init__(self) -> None:
        self.team = Team("team-x", "Team X", ("*",))
        self.deployments: list[DeploymentFact] = []
        self.changes: list[ChangeFact] = []
        self.incidents: list[IncidentFact] = []
        self.recoveries: list[RecoveryFact] = []
        self.runs: list[PipelineRun] = []
        self.definitions: list[Any] = []
        self.levels: dict[Metric, Level] = dict.fromkeys(Metric, Level.HEALTHY)
        self.trends: dict[Metric, Trend] = dict.fromkeys(Metric, Trend.FLAT)
        self.ratios: dict[Metric, float] = {}
        self.untested = False
        self.visibility = Visibility(visible=True, signs=9)
        self.reliability: dict[str, Any] = {"value": None}
        self.net = NetLine()

    def deploy(self, days: float, service: str = "checkout", failed: str | None = None, **event: Any) -> str:
        """A finished production deployment; `changes` are the keys that it brings, `failed` a reason."""
        changes = event.pop("changes", ())
        planned, successful = event.pop("planned", True), event.pop("successful", True)
        waits = tuple(
            GateWait(name=name, started_at=ago(days + hours / 24), ended_at=ago(days), outcome=outcome)
            for name, hours, outcome in event.pop("gates", ())
        )
        number = f"d-{len(self.deployments)}"
        model = Deployment(
            kind="deployment",
            id=number,
            service=service,
            status="success" if successful else "failure",
            finished_at=ago(days),
            gate_waits=waits,
            **event,
        )
        reason = None if failed is None else Failure(FailureReason(failed), inferred=False, known_at=AS_OF - days * DAY)
        fact = DeploymentFact(
            model,
            model.key,
            service,
            None,
            AS_OF - days * DAY,
            successful,
            planned,
            failure=reason,
            changes=tuple(changes),
        )
        self.deployments.append(fact)
        for position, change in enumerate(self.changes):
            if change.key in changes:
                self.changes[position] = replace(change, delivered_at=fact.finished_at, delivered_by=model)
        return model.key

    def change(
        self, days: float, service: str = "checkout", stages: dict[str, float] | None = None, **event: Any
    ) -> str:
        """A change merged so many days ago; `stages` are hours of its lead time."""
        seconds = {name: hours * HOUR for name, hours in (stages or {}).items()}
        model = Change(kind="change", id=f"c-{len(self.changes)}", service=service, merged_at=ago(days), **event)
        lead = sum(seconds.values()) if seconds else None
        fact = ChangeFact(model, model.key, AS_OF - days * DAY, lead_time=lead, tell_stages=lambda: seconds)
        self.changes.append(fact)
        return model.key

    def ship(self, days: float, service: str = "checkout", **event: Any) -> str:
        """A change and the deployment that brings it, two hours after the merge."""
        deployment = {name: event.pop(name) for name in ("failed", "trigger", "gates") if name in event}
        key = self.change(days + 2 / 24, service, **event)
        return self.deploy(days, service, changes=[key], **deployment)

    def incident(self, days: float, hours: float = 1.0, service: str = "checkout", **event: Any) -> str:
        cause = event.pop("cause", None)
        model = Incident(
            kind="incident",
            id=f"i-{len(self.incidents)}",
            service=service,
            status="resolved",
            started_at=ago(days),
            resolved_at=ago(days - hours / 24),
            **event,
        )
        started = AS_OF - days * DAY
        self.incidents.append(IncidentFact(model, model.key, started, started + hours * HOUR, open=False, cause=cause))
        return model.key

    def recovery(
        self, days: float, service: str = "checkout", *, open_for: float | None = None, **hours: float
    ) -> None:
        """A recovery that ended so many days ago, with its stages in hours."""
        stages = {name: value * HOUR for name, value in hours.items()}
        seconds = sum(stages.values()) if open_for is None else open_for * HOUR
        ended = None if open_for is not None else AS_OF - days * DAY
        key = f"incident:file:r-{len(self.recoveries)}"
        self.recoveries.append(
            RecoveryFact("deployment:file:x", key, None, ended, open_for is not None, seconds or None, stages, service)
        )

    def run(self, days: float, sha: str = "s", pipeline: str = "build", status: str = "success", **event: Any) -> None:
        minutes = event.pop("minutes", 10)
        self.runs.append(
            PipelineRun(
                kind="pipeline_run",
                id=f"p-{len(self.runs)}",
                service=event.pop("service", "checkout"),
                pipeline=pipeline,
                sha=sha,
                status=status,
                started_at=ago(days + minutes / 1440),
                finished_at=ago(days),
                **event,
            )
        )

    @property
    def facts(self) -> Facts:
        deployments = sorted(self.deployments, key=lambda fact: fact.finished_at)
        return Facts(
            AS_OF,
            deployments=tuple(deployments),
            team_deployments=tuple(
                TeamDeployment((fact,), fact.finished_at, fact.planned) for fact in deployments if fact.successful
            ),
            changes=tuple(sorted(self.changes, key=lambda fact: fact.merged_at)),
            incidents=tuple(sorted(self.incidents, key=lambda fact: fact.started_at)),
            recoveries=tuple(self.recoveries),
            pipeline_runs=tuple(sorted(self.runs, key=lambda run: run.finished_at)),
            definitions=tuple(self.definitions),
        )

    @property
    def picture(self) -> Picture:
        facts, measures = self.facts, self._measures(window_before(AS_OF, 28, self.team.zone))
        levels = {
            metric: LevelVerdict(level, measures.lead_time.window, certainty=0.96)
            for metric, level in self.levels.items()
        }
        trends = {metric: self._trend(metric) for metric in Metric}
        signs = collect(facts, self.team, measures.change_failure_rate, levels, trends, self.visibility)
        return Picture(facts, self.team, self.visibility, measures, levels, trends, self.net, signs)

    def _trend(self, metric: Metric) -> TrendVerdict:
        trend, ratio = self.trends[metric], self.ratios.get(metric, 1.0)
        moved = trend in {Trend.IMPROVING, Trend.WORSENING}
        effect = Effect(ratio - 1, 0.01, ratio, (ratio * 0.8, ratio * 1.2), 0.999 if moved and ratio > 1 else 0.1, 0.1)
        recent = window_before(AS_OF, 91, self.team.zone)
        baseline = window_before(recent.start - 56 * DAY, 364, self.team.zone)
        if trend is Trend.UNKNOWN:
            return TrendVerdict(trend)
        return TrendVerdict(trend, recent, baseline, posterior=0.99, effect=effect)

    def _measures(self, window: Window) -> Measures:
        planned = [fact for fact in self.facts.team_deployments if fact.planned and fact.finished_at in window]
        failed = [fact for fact in planned if fact.failed]
        lead = [each.lead_time for each in self.facts.changes if each.lead_time and (each.delivered_at or 0) in window]
        recovered = [each.seconds for each in self.recoveries if each.seconds and not each.open]
        rate = len(failed) / len(planned) if planned else None
        return Measures(
            DeploymentFrequency(
                window,
                len(planned) / 4 if planned else None,
                len(planned),
                len(planned),
                events=tuple(key for fact in planned for key in fact.keys),
            ),
            LeadTime(window, sorted(lead)[len(lead) // 2] if lead else None, len(lead)),
            ChangeFailureRate(
                window, rate, len(planned), len(failed), events=tuple(key for fact in failed for key in fact.keys)
            ),
            RecoveryTime(
                window,
                sorted(recovered)[len(recovered) // 2] if recovered else None,
                len(recovered),
                untested=self.untested,
            ),
            Reliability(window, n=1, **self.reliability),
            ReworkRate(window, None, 0),
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def match() -> Any:
    """A match of a rule with an investment; the pattern and the diagnosis play no part here."""

    def of(rule: str = "T1", investment: str = "testing_infrastructure") -> Match:
        return Match(rule, None, "any", investment)

    return of


def spread(first: float, last: float, count: int) -> Iterable[float]:
    """So many days ago, evenly from the first to the last."""
    return (first + (last - first) * position / max(1, count - 1) for position in range(count))


@pytest.fixture
def days() -> Any:
    return spread
