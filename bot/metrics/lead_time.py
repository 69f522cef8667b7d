"""How long a change takes from its first authored commit to production, and where that time goes."""

from __future__ import annotations

from bot.calendar import Window
from bot.metrics.durations import median, quantiles, stage_shares
from bot.metrics.facts import LEAD_STAGES, ChangeFact, Facts
from bot.metrics.measure import LeadTime, Unknown
from bot.metrics.spans import window_directly_before
from bot.metrics.unknowns import Reason
from bot.teams import Team


def measure(facts: Facts, window: Window, team: Team) -> LeadTime:
    """Median, mean and upper quantiles over the changes delivered in the window; bots' changes are counted apart."""
    delivered = facts.delivered(window)
    times = _lead_times(delivered)
    middle, p85, p90 = quantiles(times, 0.5, 0.85, 0.9) if times else (None, None, None)
    before = window_directly_before(facts, window, team.zone)
    return LeadTime(
        window=window,
        value=middle,
        n=len(times),
        mean=sum(times) / len(times) if times else None,
        p85=p85,
        p90=p90,
        stages=stage_shares((each.stages for each in delivered), LEAD_STAGES),
        automated=sum(each.event.automated is True for each in delivered),
        previous=None if before is None else value(facts, before),
        why_unknown=None if times else _why_unknown(delivered),
        events=tuple(each.key for each in delivered if each.lead_time is not None),
    )


def value(facts: Facts, window: Window) -> float | None:
    """The median alone."""
    return median(_lead_times(facts.delivered(window)))


def _lead_times(changes: list[ChangeFact]) -> list[float]:
    return [each.lead_time for each in changes if each.lead_time is not None]


def _why_unknown(delivered: list[ChangeFact]) -> Unknown:
    if not delivered:
        return Unknown(Reason.NO_CHANGES)
    return Unknown(Reason.NO_LEAD_TIMES, {"changes": len(delivered)})
