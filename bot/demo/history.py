"""A made-up team's history, drawn from its profile: the same seed and start give the same events, for ever on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Literal

import numpy as np

from bot.demo.profile import Profile
from bot.events import BaseEvent, Change, Deployment, GateWait, Incident, PipelineRun, SloWindow

HOUR = timedelta(hours=1)
_WEEKDAYS = np.array([0.20, 0.23, 0.23, 0.21, 0.13])
_SPREAD_LEAD, _SPREAD_RECOVERY = 0.7, 0.7  # standard deviations of the logs
_BY_SIZE = frozenset({"pickup", "review"})  # stages that take longer the larger a change is
_CERTAINTY = 14.0  # how closely a single change keeps to its team's mix of stages
_REQUESTS = 400_000  # a day and service
_LINKED = 0.85  # share of incidents whose ticket names the deployment
_FAILING_REQUESTS = 0.02  # share of requests that fail during an incident


@dataclass(frozen=True, slots=True)
class Known:
    """An event in the form in which it is known from a moment on, until there is a newer one."""

    since: datetime
    event: BaseEvent


@dataclass(slots=True)
class History:
    """Draws one team's events week by week, as far as somebody asks; what was drawn never changes."""

    profile: Profile
    start: datetime
    rng: np.random.Generator
    _errors: np.random.Generator = field(init=False)
    _known: list[Known] = field(default_factory=list[Known])
    _incidents: list[Incident] = field(default_factory=list[Incident])
    _weeks: int = 0
    _number: int = 0

    def __post_init__(self) -> None:
        self._errors = self.rng.spawn(1)[0]

    def known(self, since: datetime | None, until: datetime) -> Iterator[BaseEvent]:
        """What became known in between (`until` itself not included), each event in its newest form."""
        while (monday := self._next_monday()) <= until:
            self._draw(self.profile.at(self.profile.weeks - self._weeks), monday)
            self._weeks += 1
        news = (one for one in self._known if (since is None or one.since >= since) and one.since < until)
        yield from {one.event.key: one.event for one in sorted(news, key=attrgetter("since"))}.values()

    def _next_monday(self) -> datetime:
        day = self.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return day - timedelta(days=day.weekday()) + timedelta(weeks=self._weeks - self.profile.weeks)

    def _draw(self, week: Profile, monday: datetime) -> None:
        for finished in self._moments(monday, week.deployments):
            self._release(week, finished)
        self._outages(week, monday)
        self._objectives(week, monday)

    def _moments(self, monday: datetime, rate: float) -> Iterator[datetime]:
        for _ in range(int(self.rng.poisson(rate))):
            day = int(self.rng.choice(5, p=_WEEKDAYS))
            yield monday + timedelta(days=day, hours=9 + 8 * float(self.rng.beta(2, 2)))

    def _next(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}-{self._number}"

    def _one_of(self, names: tuple[str, ...]) -> str:
        return names[int(self.rng.integers(len(names)))]

    def _release(self, week: Profile, finished: datetime) -> None:
        service = self._one_of(week.services)
        failed = bool(self.rng.random() < week.failure_rate)
        sha, deployment = self._next("sha"), self._next("d")
        changes = [
            self._change(week, service, sha if first else self._next("sha"), finished, failed=failed)
            for first in [True] + [False] * int(self.rng.poisson(max(0.0, week.changes - 1)))
        ]
        started = finished - max(0.05, week.lead_hours * week.lead_mix["deploy"]) * HOUR
        self._tell(
            finished,
            Deployment(
                kind="deployment",
                source=f"github:acme/{service}",
                id=deployment,
                service=service,
                status="success",
                started_at=started,
                finished_at=finished,
                sha=sha,
                commits=tuple(changes),
                trigger="manual" if week.gate else "automatic",
                gate_waits=self._gate_waits(week, started),
                url=f"https://github.example/acme/{service}/deployments/{deployment}",
            ),
        )
        if failed:
            self._failure(week, service, deployment, finished)

    def _gate_waits(self, week: Profile, started: datetime) -> tuple[GateWait, ...]:
        if week.gate is None:
            return ()
        hours = max(0.2, week.lead_hours * week.lead_mix["gate"])
        return (GateWait(name=week.gate, started_at=started - hours * HOUR, ended_at=started, outcome="approved"),)

    def _change(self, week: Profile, service: str, sha: str, finished: datetime, *, failed: bool) -> str:
        lead = week.lead_hours * float(np.exp(self.rng.normal() * _SPREAD_LEAD))
        lines = min(6_000, max(3, int(week.lines * np.exp(self.rng.normal() * 0.8))))
        slower = float((lines / week.lines) ** week.size_slows_review)
        mix = np.array([share * (slower if stage in _BY_SIZE else 1.0) for stage, share in week.lead_mix.items()])
        cuts = np.cumsum(self.rng.dirichlet(mix * _CERTAINTY)) * lead
        start = finished - lead * HOUR
        opened, seen, approved, merged, built = (start + float(cut) * HOUR for cut in cuts[:5])
        reviewed = bool(self.rng.random() >= week.unreviewed)
        weak = week.weak_component is not None and failed and self.rng.random() < 0.65
        component = week.weak_component if weak else self._one_of(week.components)
        tested = bool(self.rng.random() < (0.15 if weak else week.tested))
        self._tell(
            finished,  # it is read with the deployment that brought it out
            Change(
                kind="change",
                source=f"github:acme/{service}",
                id=self._next("pr"),
                service=service,
                repository=f"acme/{service}",
                first_commit_at=start,
                opened_at=opened,
                first_review_at=seen if reviewed else None,
                approved_at=approved if reviewed else None,
                merged_at=merged,
                merge_sha=sha,
                additions=lines,
                deletions=lines // 3,
                files=1 + lines // 40,
                reviews=1 + int(self.rng.poisson(0.3)) if reviewed else 0,
                review_rounds=1 + int(self.rng.poisson(0.4)) if reviewed else 0,
                review_comments=int(self.rng.poisson(2)) if reviewed else 0,
                test_files=1 if tested else 0,
                issues=(f"SHOP-{self._number}",),
                components=(component or week.components[0],),
                url=f"https://github.example/acme/{service}/pull/{self._number}",
            ),
        )
        self._pipeline(week, service, sha, merged, built)
        return sha

    def _pipeline(self, week: Profile, service: str, sha: str, merged: datetime, built: datetime) -> None:
        middle = merged + (built - merged) / 2
        if self.rng.random() < week.flaky:
            self._run(service, sha, (merged, middle), status="failure")
            self._run(service, sha, (middle, built), status="success", attempt=2)
        else:
            self._run(service, sha, (merged, built), status="success")
        if week.gate and self.rng.random() < week.blocked:
            # What the gate stopped never went out: it was mended and came back under another sha.
            stopped = (merged - 2 * HOUR, merged - HOUR)
            self._run(service, self._next("sha"), stopped, status="failure", blocked_by=week.gate)

    def _run(
        self,
        service: str,
        sha: str,
        span: tuple[datetime, datetime],
        *,
        status: Literal["success", "failure"],
        attempt: int = 1,
        blocked_by: str | None = None,
    ) -> None:
        self._tell(
            span[1],
            PipelineRun(
                kind="pipeline_run",
                source=f"github:acme/{service}",
                id=self._next("run"),
                service=service,
                pipeline="build-and-test",
                sha=sha,
                attempt=attempt,
                started_at=span[0],
                finished_at=span[1],
                status=status,
                blocked_by=blocked_by,
                tests=800,
            ),
        )

    def _outages(self, week: Profile, monday: datetime) -> None:
        """Incidents that no change caused: a provider's outage, a certificate that ran out."""
        for _ in range(int(self.rng.poisson(week.outages)) if week.records_incidents else 0):
            began = monday + timedelta(days=float(self.rng.uniform(0, 7)))
            hours = week.recovery_hours * float(np.exp(self.rng.normal() * _SPREAD_RECOVERY))
            times = (began + 0.2 * hours * HOUR, began + 0.3 * hours * HOUR, began + hours * HOUR)
            self._incident(self._one_of(week.services), None, began, times)

    def _failure(self, week: Profile, service: str, deployment: str, finished: datetime) -> None:
        began = finished + float(self.rng.exponential(0.6)) * HOUR
        hours = week.recovery_hours * float(np.exp(self.rng.normal() * _SPREAD_RECOVERY))
        mix = np.array([week.recovery_mix[stage] for stage in week.recovery_mix]) * _CERTAINTY
        detected, acknowledged, repaired, ended = (
            began + float(cut) * HOUR for cut in np.cumsum(self.rng.dirichlet(mix)) * hours
        )
        reference = f"deployment:github:acme/{service}:{deployment}"
        rolls_back = bool(self.rng.random() < 0.4)
        if week.records_incidents:
            self._incident(service, reference, began, (detected, acknowledged, ended))
        if week.records_incidents or rolls_back:
            self._remediation(service, reference, (repaired, ended), rolls_back=rolls_back)

    def _incident(
        self, service: str, cause: str | None, began: datetime, times: tuple[datetime, datetime, datetime]
    ) -> None:
        detected, acknowledged, ended = times
        linked = bool(self.rng.random() < _LINKED)
        number = self._next(self.profile.key.upper())
        opened = Incident(
            kind="incident",
            source="jira:acme.example",
            id=number,
            service=service,
            started_at=began,
            opened_at=detected,
            detected_at=detected,
            status="open",
            severity=f"sev{1 + int(self.rng.integers(3))}",
            detected_by="alert" if self.rng.random() < 0.7 else "person",
            deployment=cause if linked else None,
            change_caused=None if cause else False,
            title=f"{service} answers slowly or not at all",
            url=f"https://acme.example/browse/{number}",
        )
        answered = opened.model_copy(update={"acknowledged_at": acknowledged})
        resolved = answered.model_copy(update={"resolved_at": ended, "status": "resolved"})
        self._tell(detected, opened)
        self._tell(acknowledged, answered)
        self._tell(ended, resolved)
        self._incidents.append(resolved)

    def _remediation(self, service: str, reference: str, times: tuple[datetime, datetime], *, rolls_back: bool) -> None:
        started, finished = times
        self._tell(
            finished,
            Deployment(
                kind="deployment",
                source=f"github:acme/{service}",
                id=self._next("d"),
                service=service,
                status="success",
                started_at=min(started, finished),
                finished_at=finished,
                sha=self._next("sha"),
                trigger="manual",
                rollback_of=reference if rolls_back else None,
                fixes=None if rolls_back else reference,
                commits=(),
            ),
        )

    def _objectives(self, week: Profile, monday: datetime) -> None:
        if week.objective is None:
            return
        for day in (monday + timedelta(days=number) for number in range(7)):
            for service in week.services:
                hours = sum(_overlap(one, day) for one in self._incidents if one.service == service)
                errors = week.error_rate * float(np.exp(self._errors.normal() * 0.2)) + _FAILING_REQUESTS * hours / 24
                self._tell(
                    day + timedelta(days=1),
                    SloWindow(
                        kind="slo",
                        source="prometheus:acme",
                        id=f"{service}-{day.date()}",
                        service=service,
                        name="availability",
                        window_start=day,
                        window_end=day + timedelta(days=1),
                        good=float(round(_REQUESTS * max(0.0, 1 - errors))),
                        total=float(_REQUESTS),
                        objective=week.objective,
                    ),
                )

    def _tell(self, since: datetime, event: BaseEvent) -> None:
        self._known.append(Known(since, event))


def _overlap(incident: Incident, day: datetime) -> float:
    """Hours of an ended incident that fall on the day that begins there."""
    ended = incident.resolved_at
    if ended is None or ended <= day:
        return 0.0
    return max(0.0, (min(ended, day + timedelta(days=1)) - max(incident.at, day)) / HOUR)
