"""TeamWatch: what `quintet regressions --json` prints for each team and what its page lays out; frozen."""

from __future__ import annotations

from bot.team_report import Evidence, Moment, Part


class Moved(Part):
    """How many times the baseline a metric is, with its 90% interval; null where they can't be compared."""

    ratio: float | None
    interval: tuple[float, float] | None


class Speed(Part):
    """`probability`: that the team got faster."""

    probability: float | None
    deployment_frequency: Moved
    lead_time: Moved


class Stability(Part):
    """`probability`: that it got worse in step with the speed. The failure rate's ratio is that of its odds."""

    probability: float | None
    change_failure_rate: Moved
    recovery_time: Moved


class LookPart(Part):
    """One weekly look; `week` is the Monday on which the last complete week began."""

    week: str
    score: float | None
    ping: bool


class TeamWatch(Part):
    """What the watch sees of one team after the newest look, and why it says nothing."""

    team: str
    name: str
    timezone: str
    as_of: Moment
    week: str
    state: str
    score: float | None
    since: str | None
    speed: Speed
    stability: Stability
    relationships: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    first: str | None
    not_yet: str | None
    why_silent: str | None
    needs: str | None
    looks: tuple[LookPart, ...]
