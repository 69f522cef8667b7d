"""How long users wait until a failure that a change caused is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.calendar import HOUR, WEEK, Window
from bot.metrics.durations import geometric_mean, stage_shares, survival_median
from bot.metrics.facts import RECOVERY_STAGES, Facts, IncidentFact, RecoveryFact
from bot.metrics.measure import RecoveryTime, Unknown
from bot.metrics.spans import seen, window_directly_before
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import SIGNS_NEEDED, Visibility
from bot.teams import Team

# Nothing failed in so many weeks: recovery is untested.
UNTESTED_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Recoveries:
    """What ended in a window, what still lasted at its end, and what ended nobody knows when."""

    window: Window
    ended: tuple[RecoveryFact | IncidentFact, ...]
    lasting: tuple[RecoveryFact | IncidentFact, ...]
    without_times: tuple[RecoveryFact | IncidentFact, ...]

    @property
    def seconds(self) -> list[float]:
        return [
            each.ended_at - each.started_at
            for each in self.ended
            if each.ended_at is not None and each.started_at is not None
        ]

    @property
    def seconds_so_far(self) -> list[float]:
        return [self.window.end - each.started_at for each in self.lasting if each.started_at is not None]

    @property
    def median(self) -> float | None:
        return survival_median(self.seconds, self.seconds_so_far)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(each.key for each in (*self.ended, *self.lasting, *self.without_times))


def measure(facts: Facts, window: Window, team: Team, visibility: Visibility) -> RecoveryTime:
    """The median of Kaplan and Meier: what lasts still is known to last at least so long, and is never dropped."""
    covered = seen(window, visibility, team.zone)
    window = covered or window
    found = _within(facts.recoveries if covered else (), window)
    incidents = _within((each for each in facts.incidents if covered and not each.stale), window)
    untested = visibility.visible and _untested(facts, window.end)
    before = window_directly_before(facts, window, team.zone)
    return RecoveryTime(
        window=window,
        value=found.median,
        n=len(found.ended),
        open=len(found.lasting),
        oldest_open=max(found.seconds_so_far, default=None),
        mean=sum(found.seconds) / len(found.ended) if found.ended else None,
        geometric_mean=geometric_mean(found.seconds),
        untested=untested,
        all_incidents_median=incidents.median,
        all_incidents_n=len(incidents.ended),
        stages=stage_shares((each.stages for each in found.ended if isinstance(each, RecoveryFact)), RECOVERY_STAGES),
        previous=None if before is None else _previous(facts, before, visibility),
        why_unknown=_why_unknown(found, visibility, recorded=covered is not None, untested=untested),
        events=found.keys,
    )


def value(facts: Facts, window: Window, team: Team, visibility: Visibility) -> float | None:
    """The median alone."""
    covered = seen(window, visibility, team.zone)
    return None if covered is None else _within(facts.recoveries, covered).median


def _within(recoveries: Iterable[RecoveryFact | IncidentFact], window: Window) -> Recoveries:
    """A recovery counts by its end; what began before the window's end and had not ended by then was open then."""
    ended: list[RecoveryFact | IncidentFact] = []
    lasting: list[RecoveryFact | IncidentFact] = []
    without_times: list[RecoveryFact | IncidentFact] = []
    for each in recoveries:
        if each.started_at is None or each.started_at >= window.end:
            continue
        if each.ended_at is None and not each.open:
            if each.started_at in window:
                without_times.append(each)
        elif each.ended_at is None or each.ended_at >= window.end:
            lasting.append(each)
        elif each.ended_at in window:
            ended.append(each)
    return Recoveries(window, tuple(ended), tuple(lasting), tuple(without_times))


def _previous(facts: Facts, window: Window, visibility: Visibility) -> float | None:
    """The value of an earlier window; None where failures were not seen in all of it."""
    if visibility.since is not None and visibility.since > window.start:
        return None
    return _within(facts.recoveries, window).median


def _untested(facts: Facts, at: float) -> bool:
    """Nothing failed, and nothing was being recovered from, in the weeks before; and there was a deployment to fail."""
    weeks = Window(at - UNTESTED_WEEKS * WEEK, at, 7 * UNTESTED_WEEKS)
    deployed = facts.released(weeks)
    failed = any(each.failed for each in deployed)
    recoveries = _within(facts.recoveries, weeks)
    return bool(deployed) and not failed and not recoveries.keys


def _why_unknown(found: Recoveries, visibility: Visibility, *, recorded: bool, untested: bool) -> Unknown | None:
    if found.median is not None:
        return None
    if not recorded:
        return Unknown(Reason.NOT_YET_RECORDED)
    if found.lasting:
        at_least = max((*found.seconds, *found.seconds_so_far))
        figures = {"open": len(found.lasting), "ended": len(found.ended), "at_least_hours": at_least / HOUR}
        return Unknown(Reason.MOSTLY_OPEN, figures)
    if found.without_times:
        return Unknown(Reason.NO_FAILURE_TIMES, {"failures": len(found.without_times)})
    return _nothing_to_recover_from(found.window, visibility, untested=untested)


def _nothing_to_recover_from(window: Window, visibility: Visibility, *, untested: bool) -> Unknown:
    if untested:
        return Unknown(Reason.NOTHING_FAILED, {"weeks": UNTESTED_WEEKS})
    if not visibility.visible:
        return Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": visibility.signs, "need": SIGNS_NEEDED})
    return Unknown(Reason.NONE_RECOVERED, {"days": window.days})
