"""How a made-up team works: the figures from which the sample organisation's events are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

LEAD_MIX = {"coding": 0.34, "pickup": 0.14, "review": 0.16, "merge_wait": 0.06, "pipeline": 0.14, "release_wait": 0.08}
GATE_MIX = {"gate": 0.02, "deploy": 0.06}
RECOVERY_MIX = {"detect": 0.30, "acknowledge": 0.10, "repair": 0.45, "fix_deploy": 0.15}


@dataclass(frozen=True, slots=True)
class Shift:
    """What changes in a team, and when: multipliers that grow to their full size along a ramp."""

    weeks_ago: int  # counted from the week in which the demo starts; below 0 it is still to come
    ramp_weeks: int
    deployments: float = 1.0
    lead_time: float = 1.0
    failure_rate: float = 1.0
    recovery: float = 1.0
    errors: float = 1.0
    unreviewed: float = 0.0  # share of changes merged without a review that is added

    def reached(self, weeks_before: int) -> float:
        """How far along the shift a week is, 0 to 1."""
        since = self.weeks_ago - weeks_before
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
    shifts: tuple[Shift, ...] = ()

    def at(self, weeks_before: int) -> Profile:
        """The profile as it is so many weeks before the start, or after it, with each shift as far as it has come."""
        profile = self
        for shift in self.shifts:
            profile = profile.shifted(shift, shift.reached(weeks_before))
        return profile

    def shifted(self, shift: Shift, reached: float) -> Profile:
        return replace(
            self,
            deployments=self.deployments * shift.deployments**reached,
            lead_hours=self.lead_hours * shift.lead_time**reached,
            failure_rate=min(0.9, self.failure_rate * shift.failure_rate**reached),
            recovery_hours=self.recovery_hours * shift.recovery**reached,
            error_rate=self.error_rate * shift.errors**reached,
            unreviewed=self.unreviewed + shift.unreviewed * reached,
        )
