"""The events of the last complete weeks that moved the figures most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from bot.calendar import Window, week_start, window_before
from bot.metrics.facts import ChangeFact, DeploymentFact, RecoveryFact
from bot.reading.causes import spent
from bot.reading.claims import claim
from bot.reading.picture import Picture
from bot.reading.reading import Claim

WEEKS = 4
MOST = 5
MOST_FAILURES, MOST_ROLLBACKS, MOST_WAITS = 3, 2, 2
LONG = 2.0  # times the median lead time: a wait that stands out
WAITS = ("pickup", "review", "merge_wait", "pipeline", "release_wait", "gate")


def movers(picture: Picture, weeks: int = WEEKS) -> tuple[Claim, ...]:
    """Failures with the longest recovery, rollbacks, and the longest waits; each names its event."""
    end = week_start(picture.facts.as_of, picture.team.zone)
    window = window_before(end, weeks * 7, picture.team.zone)
    parts = (
        islice(_failures(picture, window), MOST_FAILURES),
        islice(_rollbacks(picture, window), MOST_ROLLBACKS),
        islice(_waits(picture, window), MOST_WAITS),
    )
    return tuple(islice(chain.from_iterable(parts), MOST))


def failures_behind(picture: Picture, events: Collection[str]) -> Iterator[Claim]:
    """The failures among some events, or that the incidents among them came from; the longest recovery first."""
    recoveries = picture.facts.recoveries
    behind = {*events, *(fact.deployment for fact in recoveries if fact.incident in events)}
    failed = (fact for fact in picture.facts.deployments if fact.failure is not None and fact.key in behind)
    return _by_recovery(picture, failed)


def _failures(picture: Picture, window: Window) -> Iterator[Claim]:
    planned = (whole for whole in picture.facts.released(window) if whole.planned)
    return _by_recovery(picture, (part for whole in planned for part in whole.parts if part.failure is not None))


def _by_recovery(picture: Picture, failed: Iterable[DeploymentFact]) -> Iterator[Claim]:
    """Failed deployments by the longest recovery; an open one counts for as long as it has lasted."""
    recoveries = _longest_recoveries(picture)

    def lasted(key: str) -> float:
        recovery = recoveries.get(key)
        return -1.0 if recovery is None or recovery.seconds is None else recovery.seconds

    for part in sorted(failed, key=lambda part: (-lasted(part.key), -part.finished_at, part.key)):
        recovery = recoveries.get(part.key)
        seconds = None if recovery is None else recovery.seconds
        key = "failed_open" if recovery is not None and recovery.open and seconds is not None else "failed"
        yield claim(
            key, value=seconds, events=[part.key], service=part.service, id=_name(part.event.called), seconds=seconds
        )


def _longest_recoveries(picture: Picture) -> dict[str, RecoveryFact]:
    longest: dict[str, RecoveryFact] = {}
    for fact in picture.facts.recoveries:
        known = longest.get(fact.deployment)
        if known is None or (fact.seconds or 0.0) > (known.seconds or 0.0):
            longest[fact.deployment] = fact
    return longest


def _rollbacks(picture: Picture, window: Window) -> Iterator[Claim]:
    for fact in reversed(picture.facts.deployments):
        if fact.event.rollback_of is not None and fact.successful and fact.finished_at in window:
            yield claim("rolled_back", events=[fact.key], service=fact.service, id=_name(fact.event.called))


def _waits(picture: Picture, window: Window) -> Iterator[Claim]:
    median = picture.measures.lead_time.value
    if median is None:
        return
    waits = [(_longest_wait(each.change), each) for each in spent(picture.facts, window)]
    known = [(wait[1], wait[0], each) for wait, each in waits if wait is not None]
    for seconds, stage, each in sorted(known, key=lambda found: (-found[0], found[2].change.key)):
        if seconds < LONG * median:
            return
        yield claim(
            f"waited_{stage}",
            value=seconds,
            events=[each.change.key],
            service=each.service,
            id=_name(each.change.event.called),
            seconds=seconds,
        )


def _longest_wait(change: ChangeFact) -> tuple[str, float] | None:
    known = [(stage, change.stages[stage]) for stage in WAITS if change.stages.get(stage)]
    return max(known, key=lambda wait: wait[1], default=None)


def _name(called: str) -> str:
    """As people can read it: a long name keeps its beginning."""
    return called if len(called) <= 40 else f"{called[:39]}…"
