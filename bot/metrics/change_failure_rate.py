"""Which share of planned deployments degraded service and needed a fix."""

from __future__ import annotations

from scipy.special import betaincinv

from bot.calendar import Window
from bot.metrics.facts import Facts, TeamDeployment
from bot.metrics.measure import ChangeFailureRate, Unknown
from bot.metrics.spans import first_deployment, seen, window_directly_before
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED, Visibility
from bot.teams import Team


def measure(facts: Facts, window: Window, team: Team, visibility: Visibility) -> ChangeFailureRate:
    """Failed of planned team deployments; zero only where failures could have been seen."""
    covered = seen(window, visibility, team.zone)
    planned = _planned(facts, covered or window)
    failed = [each for each in planned if each.failed]
    why_unknown = _why_unknown(facts, window, covered, visibility, len(planned))
    before = window_directly_before(facts, covered or window, team.zone)
    return ChangeFailureRate(
        window=covered or window,
        value=None if why_unknown else len(failed) / len(planned),
        n=len(planned),
        failed=len(failed),
        interval=None if why_unknown else jeffreys(len(failed), len(planned)),
        inferred_share=sum(_inferred(each) for each in failed) / len(failed) if failed else None,
        previous=None if before is None else _rate(facts, before, visibility),
        why_unknown=why_unknown,
        events=tuple(part.key for each in failed for part in each.parts if part.failure is not None),
    )


def value(facts: Facts, window: Window, team: Team, visibility: Visibility) -> float | None:
    """The rate alone."""
    covered = seen(window, visibility, team.zone)
    if covered is None or not visibility.visible:
        return None
    planned = _planned(facts, covered)
    return _share(planned) if planned else None


def jeffreys(failed: int, n: int) -> tuple[float, float]:
    """The 5% and 95% points of Beta(failed + 1/2, n - failed + 1/2); where none or all failed, 0 or 1.

    Brown, Cai and DasGupta, Interval estimation for a binomial proportion (2001).
    """
    a, b = failed + 0.5, n - failed + 0.5
    low = float(betaincinv(a, b, 0.05)) if failed > 0 else 0.0
    high = float(betaincinv(a, b, 0.95)) if failed < n else 1.0
    return low, high


def _planned(facts: Facts, window: Window) -> list[TeamDeployment]:
    return [each for each in facts.released(window) if each.planned]


def _rate(facts: Facts, window: Window, visibility: Visibility) -> float | None:
    """The value of an earlier window; None where failures were not seen in all of it."""
    planned = _planned(facts, window)
    if not planned or not visibility.visible or (visibility.since is not None and visibility.since > window.start):
        return None
    return _share(planned)


def _share(planned: list[TeamDeployment]) -> float:
    return sum(each.failed for each in planned) / len(planned)


def _inferred(deployment: TeamDeployment) -> bool:
    return deployment.failure is not None and deployment.failure.inferred


def _why_unknown(
    facts: Facts, window: Window, covered: Window | None, visibility: Visibility, n: int
) -> Unknown | None:
    if first_deployment(facts) is None:
        return Unknown(Reason.NO_DEPLOYMENTS)
    if not visibility.visible:
        return Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": visibility.signs, "need": SIGNS_NEEDED})
    if covered is None:
        return Unknown(Reason.NOT_YET_RECORDED)
    return None if n else Unknown(Reason.NONE_DEPLOYED, {"days": window.days})
