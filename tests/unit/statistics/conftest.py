"""Facts made by hand: what attribution would have found, without the events that it would need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from bot.calendar import DAY, HOUR, WEEK
from bot.events import Change, Definition, Deployment, Incident, SloWindow
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
from bot.metrics.level import LevelVerdict
from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.reading.levels import settle_levels
from bot.teams import Team

MONDAY = datetime(2026, 11, 2, tzinfo=UTC).timestamp()  # 00:00
AT = datetime(2026, 1, 5, tzinfo=UTC)

EVENT = Deployment(kind="deployment", service="checkout", id="d", status="success", finished_at=AT)
CHANGE = Change(kind="change", service="checkout", id="c", merged_at=AT)
TEAM = Team("team-x", "Team X", ("checkout",))
SEEN = Visibility(visible=True)
INCIDENT = Incident(kind="incident", service="checkout", id="i", status="resolved", started_at=AT)


@dataclass(frozen=True)
class Made:
    """Builders of facts; times are POSIX seconds, `hours` durations."""

    monday: float = MONDAY
    team: Team = TEAM
    seen: Visibility = SEEN

    def deployment(
        self, at: float, *, failed: bool = False, inferred: bool = False, planned: bool = True
    ) -> TeamDeployment:
        failure = Failure(FailureReason.INCIDENT, inferred=inferred, known_at=at) if failed else None
        fact = DeploymentFact(EVENT, f"deployment:file:{at}", "checkout", None, at, True, planned, failure)
        return TeamDeployment((fact,), at, planned)

    def change(self, at: float, hours: float | None) -> ChangeFact:
        return ChangeFact(CHANGE, f"change:file:{at}", at, at, lead_time=None if hours is None else hours * HOUR)

    def recovery(self, ended: float, hours: float | None, deployment: str = "d") -> RecoveryFact:
        seconds = None if hours is None else hours * HOUR
        started = ended if seconds is None else ended - seconds
        return RecoveryFact(deployment, None, started, ended if seconds else None, open=False, seconds=seconds)

    def lasting(self, hours: float) -> RecoveryFact:
        return RecoveryFact("d", "i", self.monday - hours * HOUR, None, open=True, seconds=hours * HOUR)

    def incident(self, start: float, hours: float | None, *, lasts: bool = False) -> IncidentFact:
        ended = None if hours is None else start + hours * HOUR
        return IncidentFact(INCIDENT, f"incident:file:{start}", start, ended, open=lasts)

    def slo(
        self, end: float, burnt: float, days: float = 7, objective: float = 0.99, name: str = "availability"
    ) -> SloWindow:
        return SloWindow(
            kind="slo",
            service="checkout",
            name=name,
            id=f"{name}-{end}-{days}",
            window_start=datetime.fromtimestamp(end, UTC) - timedelta(days=days),
            window_end=datetime.fromtimestamp(end, UTC),
            good=1e6 * (1 - burnt * (1 - objective)),
            total=1e6,
            objective=objective,
        )

    def definition(self, at: float, *metrics: str) -> Definition:
        return Definition(kind="definition", id=f"x-{at}", at=datetime.fromtimestamp(at, UTC), metrics=tuple(metrics))

    def nothing_before(self, at: float, _: object) -> Facts:
        return self.facts(at)

    def facts(
        self,
        as_of: float,
        deployments: Iterable[TeamDeployment] = (),
        *,
        changes: Iterable[ChangeFact] = (),
        recoveries: Iterable[RecoveryFact] = (),
        incidents: Iterable[IncidentFact] = (),
        slo_windows: Iterable[SloWindow] = (),
        definitions: Iterable[Definition] = (),
    ) -> Facts:
        """In the order that attribution promises, and without what lies at or after `as_of`."""
        team_deployments = tuple(sorted((d for d in deployments if d.finished_at < as_of), key=lambda d: d.finished_at))
        return Facts(
            as_of=as_of,
            deployments=tuple(part for each in team_deployments for part in each.parts),
            team_deployments=team_deployments,
            changes=tuple(sorted((c for c in changes if c.merged_at < as_of), key=lambda c: c.merged_at)),
            recoveries=tuple(
                sorted((r for r in recoveries if (r.ended_at or 0) < as_of), key=lambda r: (r.open, r.ended_at or 0))
            ),
            incidents=tuple(sorted(incidents, key=lambda i: i.started_at)),
            slo_windows=tuple(
                sorted((s for s in slo_windows if s.window_end.timestamp() <= as_of), key=lambda s: s.window_end)
            ),
            definitions=tuple(definitions),
        )

    def evenly(self, count: int, end: float, days: float) -> list[float]:
        """So many instants, evenly over the days before an instant."""
        return [end - (each + 0.5) * days * DAY / count for each in reversed(range(count))]

    def history(
        self,
        seed: int,
        *,
        weeks: int = 78,
        a_week: float = 10,
        failing: float = 0.10,
        lead_hours: float = 40,
        recovery_hours: float = 2,
        since: int = 0,
        times: tuple[float, float, float, float] = (1, 1, 1, 1),
    ) -> Facts:
        """A team drawn at random; in the last `since` weeks its four figures are multiplied with `times`."""
        draw = np.random.default_rng(seed)
        deployments, changes, recoveries = [], [], []
        for week in range(weeks):
            start = self.monday - (weeks - week) * WEEK
            factor = times if week >= weeks - since else (1, 1, 1, 1)
            for offset in np.sort(draw.uniform(0, WEEK, draw.poisson(a_week * factor[0]))):
                at = start + float(offset)
                fails = bool(draw.random() < failing * factor[2])
                deployments.append(self.deployment(at, failed=fails))
                changes.append(self.change(at, lead_hours * factor[1] * float(np.exp(draw.normal()))))
                if fails:
                    lasted = recovery_hours * factor[3] * float(np.exp(1.1 * draw.normal()))
                    recoveries.append(self.recovery(at + lasted * HOUR, lasted, deployments[-1].parts[0].key))
        return self.facts(self.monday, deployments, changes=changes, recoveries=recoveries)


@pytest.fixture(scope="session")
def made() -> Made:
    return Made()


@pytest.fixture
def level(made: Any) -> Any:
    """One metric's level; nothing was known before today unless `known_at` says so."""

    def settled(
        metric: Metric,
        known_at: Callable[[float], Facts] = made.facts,
        *,
        team: Team = made.team,
        seen: Visibility = made.seen,
        window_days: int | None = None,
        **facts: Any,
    ) -> LevelVerdict:
        at = made.facts(facts.pop("as_of", made.monday), **facts)
        return settle_levels(at, team, seen, lambda end, _: known_at(end), window_days)[metric]

    return settled


@pytest.fixture
def out(made: Any) -> Any:
    """So many deployments in so many days, of which so many failed, spread evenly."""

    def deployments(count: Any, days: Any, failed: Any = 0, inferred: Any = 0, end: Any = made.monday) -> Any:
        times = made.evenly(count, end, days)
        failures = [at for index, at in enumerate(times) if (index + 1) * failed // count > index * failed // count]
        return [made.deployment(at, failed=at in failures, inferred=at in failures[:inferred]) for at in times]

    return deployments


@pytest.fixture
def recovered(made: Any) -> Any:
    """Recoveries of so many hours each, evenly over so many days."""

    def recoveries(hours: Any, days: Any) -> Any:
        return [
            made.recovery(at, each) for at, each in zip(made.evenly(len(hours), made.monday, days), hours, strict=True)
        ]

    return recoveries


@pytest.fixture
def delivered(made: Any) -> Any:
    """Changes of so many hours each, evenly over so many days, each with its deployment."""

    def changes(hours: Any, days: Any) -> Any:
        times = made.evenly(len(hours), made.monday, days)
        return {
            "changes": [made.change(at, each) for at, each in zip(times, hours, strict=True)],
            "deployments": [made.deployment(at) for at in times],
        }

    return changes
