"""How a made-up team works: the figures from which the sample organisation's events are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

LEAD_MIX = {"coding": 0.34, "pickup": 0.14, "review": 0.16, "merge_wait": 0.06, "pipeline": 0.14, "release_wait": 0.08}
GATE_MIX = {"gate": 0.02, "deploy": 0.06}
RECOVERY_MIX = {"detect": 0.30, "acknowledge": 0.10, "repair": 0.45, "fix_deploy": 0.15}


@dataclass(frozen=True, slots=True)
class Shift:
    """What changed in a team, and when: multipliers that grow to their full size along a ramp."""

    weeks_ago: int
    ramp_weeks: int
    deployments: float = 1.0
    lead_time: float = 1.0
    failure_rate: float = 1.0
    recovery: float = 1.0
    errors: float = 1.0
    unreviewed: float = 0.0  # share of changes merged without a review that is added

    def reached(self, weeks_before_end: int) -> float:
        """How far along the shift a week was, 0 to 1."""
        since = self.weeks_ago - weeks_before_end
        return min(1.0, max(0.0, since / self.ramp_weeks))


@dataclass(frozen=True, slots=True)
class Profile:
    """One made-up team. Rates are a week, durations median hours; a mix is shares of the whole."""

    key: str
    name: str
    services: tuple[str, ...]
    deployments: float = 9.0
    changes: float = 1.8  # a deployment
    lead_hours: float = 36.0
    lead_mix: dict[str, float] = field(default_factory=lambda: LEAD_MIX | GATE_MIX)
    failure_rate: float = 0.05
    recovery_hours: float = 2.0
    recovery_mix: dict[str, float] = field(default_factory=lambda: dict(RECOVERY_MIX))
    outages: float = 0.12  # incidents a week that no change caused
    error_rate: float = 0.0002  # of requests, outside incidents
    objective: float | None = 0.995
    unreviewed: float = 0.04
    tested: float = 0.7  # share of changes that bring a test
    lines: int = 120  # median size of a change
    size_slows_review: float = 0.2  # the power of its size with which a change's review grows
    flaky: float = 0.06  # share of pipeline runs that fail and pass again on the same sha
    components: tuple[str, ...] = ("src/api", "src/core", "src/web")
    weak_component: str | None = None  # most of the failures come through it
    gate: str | None = None  # a manual approval before each deployment
    blocked: float = 0.0  # share of deployments that the gate rejects first
    records_incidents: bool = True
    weeks: int = 60
    shift: Shift | None = None

    def at(self, weeks_before_end: int) -> Profile:
        """The profile as it was in a week, with the shift as far as it had come."""
        if self.shift is None:
            return self
        e = self.shift.reached(weeks_before_end)
        return replace(
            self,
            deployments=self.deployments * self.shift.deployments**e,
            lead_hours=self.lead_hours * self.shift.lead_time**e,
            failure_rate=min(0.9, self.failure_rate * self.shift.failure_rate**e),
            recovery_hours=self.recovery_hours * self.shift.recovery**e,
            error_rate=self.error_rate * self.shift.errors**e,
            unreviewed=self.unreviewed + self.shift.unreviewed * e,
        )
