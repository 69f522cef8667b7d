"""What slows reviews down from upstream: large changes, unclear scope, flaky tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bot.calendar import Window
from bot.metrics.facts import ChangeFact, Facts
from bot.regression.slices import ran

TWICE = 2.0  # how much longer reviews take where the cause is seen
LEAST_CHANGES = 20
UNCLEAR_SHARE = 0.25
CLEAR_ROUNDS = 2
FLAKY_SHARE, FLAKY_LEAST = 0.10, 3  # of commits; fewer re-runs hold no review up for days


@dataclass(frozen=True, slots=True)
class LargeChanges:
    """Review takes `ratio` times as long in the largest quarter as in the smaller half."""

    lines: int  # from which on a change belongs to the largest quarter
    slow: float  # median seconds
    usual: float
    n: int
    events: tuple[str, ...]

    @property
    def ratio(self) -> float:
        return self.slow / self.usual


@dataclass(frozen=True, slots=True)
class UnclearScope:
    """Changes with no or several issues, or more than two rounds of review, wait longer."""

    part: int
    of: int
    slow: float
    usual: float
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlakyTests:
    """A pipeline that fails and then succeeds on the same commit."""

    pipeline: str
    part: int
    of: int
    events: tuple[str, ...]


Upstream = LargeChanges | UnclearScope | FlakyTests


def upstream(facts: Facts, window: Window) -> tuple[Upstream, ...]:
    """The causes that are seen in the changes delivered in a window."""
    reviewed = [
        (change, seconds) for change in facts.delivered(window) if (seconds := review_seconds(change)) is not None
    ]
    seen = (_large_changes(reviewed), _unclear_scope(reviewed), _flaky_tests(facts, window))
    return tuple(cause for cause in seen if cause is not None)


def review_seconds(change: ChangeFact) -> float | None:
    """From opening to approval; None where either is not known."""
    known = [change.stages[stage] for stage in ("pickup", "review") if stage in change.stages]
    return sum(known) if known else None


def lines(change: ChangeFact) -> int | None:
    """Lines added and removed; None where neither is known."""
    added, removed = change.event.additions, change.event.deletions
    return None if added is None and removed is None else (added or 0) + (removed or 0)


def _large_changes(reviewed: Sequence[tuple[ChangeFact, float]]) -> LargeChanges | None:
    sized = [(size, seconds, change.key) for change, seconds in reviewed if (size := lines(change)) is not None]
    if len(sized) < LEAST_CHANGES:
        return None
    _, middle, upper = quantiles([size for size, _, _ in sized], n=4, method="inclusive")
    large = [(seconds, key) for size, seconds, key in sized if size >= upper and size > middle]
    small = [seconds for size, seconds, _ in sized if size <= middle]
    if not large or not small:
        return None
    slow, usual = median(seconds for seconds, _ in large), median(small)
    if usual <= 0 or slow < TWICE * usual:
        return None
    return LargeChanges(round(upper), slow, usual, len(sized), tuple(key for _, key in reversed(large)))


def _unclear(change: ChangeFact) -> bool | None:
    rounds, issues = change.event.review_rounds, change.event.issues
    if rounds is not None and rounds > CLEAR_ROUNDS:
        return True
    if issues is not None:
        return len(set(issues)) != 1
    return None if rounds is None else False


def _unclear_scope(reviewed: Sequence[tuple[ChangeFact, float]]) -> UnclearScope | None:
    known = [
        (unclear, seconds, change.key) for change, seconds in reviewed if (unclear := _unclear(change)) is not None
    ]
    slow = [seconds for unclear, seconds, _ in known if unclear]
    usual = [seconds for unclear, seconds, _ in known if not unclear]
    if len(known) < LEAST_CHANGES or not usual or len(slow) < UNCLEAR_SHARE * len(known):
        return None
    if median(usual) <= 0 or median(slow) < TWICE * median(usual):
        return None
    keys = tuple(key for unclear, _, key in reversed(known) if unclear)
    return UnclearScope(len(slow), len(known), median(slow), median(usual), keys)


def _flaky_tests(facts: Facts, window: Window) -> FlakyTests | None:
    outcomes: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for run in ran(facts, window):
        outcomes[run.pipeline, run.sha].append((run.status, run.key))
    total = Counter(pipeline for pipeline, _ in outcomes)
    flaky: defaultdict[str, list[str]] = defaultdict(list)
    for (pipeline, _), runs in outcomes.items():
        if _failed_then_passed([status for status, _ in runs]):
            flaky[pipeline].append(runs[-1][1])
    if not flaky:
        return None
    pipeline = max(flaky, key=lambda name: (len(flaky[name]), name))
    count = len(flaky[pipeline])
    if count < FLAKY_LEAST or count < FLAKY_SHARE * total[pipeline]:
        return None
    return FlakyTests(pipeline, count, total[pipeline], tuple(reversed(flaky[pipeline])))


def _failed_then_passed(statuses: Sequence[str]) -> bool:
    return "failure" in statuses and "success" in statuses[statuses.index("failure") :]
