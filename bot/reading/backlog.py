"""Work that is merged and waits for release, and how much goes out at once."""

from __future__ import annotations

from statistics import median

from bot.calendar import DAY, Window
from bot.metrics.facts import ChangeFact, Facts
from bot.regression.slices import released


def waiting_backlog(facts: Facts, window: Window) -> float | None:
    """The mean number of changes that waited for release in a window; None where no change is known.

    A service that was never deployed has no release to wait for.
    """
    known = _releasable(facts)
    if not known:
        return None
    waited = sum(
        max(0.0, min(window.end, change.delivered_at or facts.as_of) - max(window.start, change.merged_at))
        for change in known
    )
    return waited / (window.days * DAY)


def waiting_now(facts: Facts) -> tuple[ChangeFact, ...]:
    """The changes that wait for release at `as_of`, oldest first."""
    return tuple(change for change in _releasable(facts) if change.delivered_at is None)


def changes_per_deployment(facts: Facts, window: Window) -> float | None:
    """The median number of changes that a planned deployment brought; None where no change is known."""
    if not facts.changes:
        return None
    counts = [len({key for part in deployment.parts for key in part.changes}) for deployment in released(facts, window)]
    return float(median(counts)) if counts else None


def _releasable(facts: Facts) -> tuple[ChangeFact, ...]:
    deployed = {fact.service for fact in facts.deployments if fact.successful}
    return tuple(change for change in facts.changes if deployed.intersection(change.event.all_services))
