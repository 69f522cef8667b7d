"""What stands where no window settles a level: recovery that was never tested, or the data that is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.calendar import Window
from bot.metrics import recovery_time
from bot.metrics.facts import Facts
from bot.metrics.measure import Metric, Unknown
from bot.metrics.recovery_time import UNTESTED_WEEKS
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED
from bot.reading.posteriors import POSTERIORS, recovery
from bot.reading.sight import Sight

# The least data in the longest window at which the side of the band is worth stating.
LEAST: Mapping[Metric, int] = {
    Metric.DEPLOYMENT_FREQUENCY: 0,
    Metric.LEAD_TIME: 5,
    Metric.CHANGE_FAILURE_RATE: 5,
    Metric.RECOVERY_TIME: 2,
}


def untested(sight: Sight) -> bool:
    """Nothing that went out in half a year failed, though it could have been seen: recovery is unproven."""
    window = sight.window(UNTESTED_WEEKS * 7)
    return recovery_time.measure(sight.facts, window, sight.team, sight.visibility).untested


def ever_known(metric: Metric, sight: Sight) -> bool:
    """Whether an earlier week can have known a level: if not, there is no use in asking."""
    return EVER_KNOWN[metric](sight)


EVER_KNOWN: Mapping[Metric, Callable[[Sight], bool]] = {
    Metric.DEPLOYMENT_FREQUENCY: lambda sight: sight.history_start is not None,
    Metric.LEAD_TIME: lambda sight: any(change.lead_time is not None for change in sight.facts.changes),
    Metric.CHANGE_FAILURE_RATE: lambda sight: sight.visibility.visible and sight.history_start is not None,
    Metric.RECOVERY_TIME: lambda sight: any(recovery.seconds is not None for recovery in sight.facts.recoveries),
}


def times_missing(sight: Sight, window: Window) -> bool:
    """Whether deployments failed and no recovery of the window has times: what was once settled says nothing of it."""
    return recovery(sight, window) is None and failures_without_times(sight.facts, sight.recorded(window)) > 0


def missing(metric: Metric, sight: Sight, window: Window) -> Unknown:
    """What is missing for a level."""
    return MISSING[metric](sight, window)


def _deployments(sight: Sight, window: Window) -> Unknown:
    if sight.history_start is None:
        return Unknown(Reason.NO_DEPLOYMENTS)
    return Unknown(Reason.ALL_FROZEN, {"days": window.days})


def _changes(sight: Sight, window: Window) -> Unknown:
    have = _have(Metric.LEAD_TIME, sight, window)
    return _too_few("changes", have, LEAST[Metric.LEAD_TIME], window) if have else Unknown(Reason.NO_CHANGES)


def _failures(sight: Sight, window: Window) -> Unknown:
    if sight.history_start is None:
        return Unknown(Reason.NO_DEPLOYMENTS)
    if not sight.visibility.visible:
        return _not_visible(sight)
    if sight.recorded(window) is None:
        return Unknown(Reason.NOT_YET_RECORDED)
    have = _have(Metric.CHANGE_FAILURE_RATE, sight, window)
    return _too_few("deployments", have, LEAST[Metric.CHANGE_FAILURE_RATE], window)


def _recoveries(sight: Sight, window: Window) -> Unknown:
    without_times = failures_without_times(sight.facts, sight.recorded(window))
    if without_times:
        return Unknown(Reason.NO_FAILURE_TIMES, {"failures": without_times})
    if not sight.visibility.visible:
        return _not_visible(sight)
    if sight.recorded(window) is None:
        return Unknown(Reason.NOT_YET_RECORDED)
    have = _have(Metric.RECOVERY_TIME, sight, window)
    return _too_few("incidents", have, LEAST[Metric.RECOVERY_TIME], window)


MISSING: Mapping[Metric, Callable[[Sight, Window], Unknown]] = {
    Metric.DEPLOYMENT_FREQUENCY: _deployments,
    Metric.LEAD_TIME: _changes,
    Metric.CHANGE_FAILURE_RATE: _failures,
    Metric.RECOVERY_TIME: _recoveries,
}


def failures_without_times(facts: Facts, window: Window | None) -> int:
    """Failed deployments of a window whose recovery has no times."""
    if window is None:
        return 0
    timed = {recovery.deployment for recovery in facts.recoveries if recovery.seconds is not None}
    return sum(each.planned and each.failed and timed.isdisjoint(each.keys) for each in facts.released(window))


def _have(metric: Metric, sight: Sight, window: Window) -> int:
    posterior = POSTERIORS[metric](sight, window)
    return 0 if posterior is None else posterior.n


def _not_visible(sight: Sight) -> Unknown:
    return Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": sight.visibility.signs, "need": SIGNS_NEEDED})


def _too_few(what: str, have: int, need: int, window: Window) -> Unknown:
    return Unknown(Reason.TOO_FEW, {"what": what, "have": have, "need": need, "weeks": round(window.weeks)})
