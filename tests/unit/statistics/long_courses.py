"""A team's events over a year and more, drawn from a seed: dense enough for scores, odd enough to trip attribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bot.events import BaseEvent, Change, Deployment, Incident

START = datetime(2024, 1, 1, tzinfo=UTC)
SERVICES = ("lists-commits", "by-time", "by-version")


def at(week: float) -> datetime:
    return START + timedelta(weeks=week)


@dataclass
class Course:
    """`far` is the share of references that reach back for weeks, `forgotten` that of incidents nobody ever closes."""

    random: Random
    weeks: int
    a_week: float
    far: float
    forgotten: float
    _out: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    _merged: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    _number: int = 0

    def events(self) -> Iterator[BaseEvent]:
        week = 0.0
        while (week := week + self.random.expovariate(self.a_week)) < self.weeks:
            self._number += 1
            yield from self._release(week)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _earlier(self, week: float) -> float:
        weeks = self.random.choice((0.3, 1.5, 6.0)) if self._chance(self.far) else 0.1
        return max(0.0, week - self.random.expovariate(1 / weeks))

    def _named(self, known: list[tuple[str, float]], week: float) -> str:
        """The one nearest to an earlier time; at first nobody knows whom."""
        when = self._earlier(week)
        return min(known, key=lambda each: abs(each[1] - when), default=("nobody", 0.0))[0]

    def _release(self, week: float) -> Iterator[BaseEvent]:
        service = self.random.choices(SERVICES, (6, 3, 1))[0]
        shas: list[str] = []
        for place in range(self.random.choice((0, 1, 1, 2))):
            change = self._change(service, f"{self._number}-{place}", self._earlier(week))
            shas.append(f"sha-{change.id}")
            yield change
        deployment = self._deployment(service, week, shas)
        yield deployment
        if self._chance(0.2):
            yield self._incident(service, week + self.random.expovariate(20), deployment)

    def _change(self, service: str, name: str, week: float) -> Change:
        fields: dict[str, Any] = {"hotfix": True} if self._chance(0.1) else {}
        if self._chance(0.1):
            fields["reverts"] = self._named(self._merged, week)
            fields["issues"] = (f"i{self._number - self.random.randrange(4)}",)
        if self._chance(0.1):
            fields["deployment"] = f"d{self._number}"
        self._merged.append((f"c{name}" if self._chance(0.5) else f"sha-{name}", week))
        return Change(
            kind="change",
            id=name,
            service=service,
            merged_at=at(week),
            first_commit_at=at(week - self.random.random() * 0.3),
            merge_sha=f"sha-{name}",
            **fields,
        )

    def _deployment(self, service: str, week: float, shas: list[str]) -> Deployment:
        fields: dict[str, Any] = {"commits": tuple(shas)} if service == "lists-commits" else {}
        if service == "by-version":
            fields["version"] = f"v{self._number - self.random.choice((0, 0, 0, 1, 5))}"
        if self._chance(0.08):
            fields[self.random.choice(("rollback_of", "fixes"))] = self._named(self._out, week)
        if self._chance(0.05):
            fields["unplanned"] = self._chance(0.5)
        if self._chance(0.05):
            fields |= {"failed": self._chance(0.5), "failed_at": at(week + self.random.expovariate(2))}
        old = f"sha-{max(1, self._number - self.random.randrange(6))}-0"
        self._out.append((f"d{self._number}", week))
        return Deployment(
            kind="deployment",
            id=f"d{self._number}",
            service=service,
            status="success" if self._chance(0.9) else "failure",
            environment="production" if self._chance(0.95) else "staging",
            started_at=at(week - 0.002) if self._chance(0.5) else None,
            finished_at=at(week),
            sha=old if self._chance(0.05) else next(iter(shas), None),
            **fields,
        )

    def _incident(self, service: str, week: float, deployment: Deployment) -> Incident:
        link = self.random.random()
        fields: dict[str, Any] = {"team": "team-x"} if self._chance(0.1) else {"service": service}
        if link < 0.4:
            fields["deployment"] = deployment.id if self._chance(0.8) else self._named(self._out, week)
        elif link < 0.5:
            fields["cause_sha"] = deployment.sha
        elif link < 0.6:
            fields["change_caused"] = self._chance(0.5)
        lasts = self.random.expovariate(1 / self.random.choice((0.01, 0.1, 1.0)))
        open_ = self._chance(self.forgotten)
        return Incident(
            kind="incident",
            id=f"i{self._number}",
            started_at=at(week) if self._chance(0.8) else None,
            opened_at=at(week + 0.001),
            detected_at=at(week + self.random.random() * min(lasts, 0.1)) if self._chance(0.7) else None,
            resolved_at=None if open_ else at(week + 0.002 + lasts),
            status="open" if open_ else "resolved",
            **fields,
        )


def corrected(event: BaseEvent, random: Random) -> BaseEvent:
    """The same event, as its source might say it later."""
    if random.random() < 0.25:
        return event.model_copy(update={"retracted": not event.retracted})
    days = timedelta(days=random.randrange(40))
    if isinstance(event, Deployment):
        moved = {"finished_at": event.at + days / 2, "failed_at": None, "failed": None}
        told = {"failed": random.choice((True, False)), "failed_at": event.at + days}
        return event.model_copy(update=random.choice((moved, told)))
    if isinstance(event, Incident):
        ended = {"resolved_at": event.at + days, "status": "resolved"}
        return event.model_copy(update=random.choice((ended, {"status": "cancelled"})))
    assert isinstance(event, Change)
    return event.model_copy(update=random.choice(({"hotfix": True}, {"merged_at": event.at - days / 4})))
