"""The place that holds most of the evidence: service, component, gate, pipeline. Never an invented one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bot.calendar import Window
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, RecoveryFact, TeamDeployment
from bot.reading.causes import Spent
from bot.regression.shares import Share, share
from bot.regression.slices import deployed, ran, released
from bot.regression.validation import touches_tests

LEAST_THROUGH = 2  # failures that came through a component before it is named
COMPONENT_SHARE = 1 / 3  # and of its service's failures


@dataclass(frozen=True, slots=True)
class FailurePlace:
    """The service with the most failures, and its component that most of them came through, where one is known."""

    service: str
    failures: Share  # of the service, of all
    component: str | None
    through: int  # failures that came through the component
    changes: int  # that these deployments brought to the component
    untested: Share  # of these changes
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimePlace:
    """The place with the largest share of some time: seconds, its share, and the median of what is known there."""

    name: str
    share: float
    median: float
    n: int
    events: tuple[str, ...]


def most(counts: Mapping[str, int]) -> str:
    """The name with the highest count; the last by name of equal ones, so that every line names the same."""
    return max(counts, key=lambda name: (counts[name], name))


def failed_in(facts: Facts, window: Window) -> tuple[TeamDeployment, ...]:
    """The planned deployments of a window that failed."""
    return tuple(fact for fact in released(facts, window) if fact.failed)


def failure_place(facts: Facts, window: Window) -> FailurePlace | None:
    """Where the failures of a window came through; None without failures."""
    failed = [[part for part in whole.parts if part.failure is not None] for whole in failed_in(facts, window)]
    if not failed:
        return None
    counts = Counter(service for parts in failed for service in {part.service for part in parts})
    service = most(counts)
    here = [part for parts in failed for part in parts if part.service == service]
    component, through = _component(facts, here)
    brought = [change for _, changes in through for change in changes]
    keys = [part.key for part, _ in through] if component is not None else [part.key for part in here]
    return FailurePlace(
        service=service,
        failures=Share(counts[service], len(failed)),
        component=component,
        through=len(through),
        changes=len(brought),
        untested=_untested(brought),
        events=tuple(reversed(keys)),
    )


Through = Sequence[tuple[DeploymentFact, list[ChangeFact]]]


def _component(facts: Facts, failed: Sequence[DeploymentFact]) -> tuple[str | None, Through]:
    """The component that most of a service's failures touched; of equal ones the less busy, which fails more often."""
    wanted = {key for part in failed for key in part.changes}
    changes = {change.key: change for change in facts.changes if change.key in wanted}
    touched: defaultdict[str, list[tuple[DeploymentFact, list[ChangeFact]]]] = defaultdict(list)
    for part in failed:
        by_component: defaultdict[str, list[ChangeFact]] = defaultdict(list)
        for change in (changes[key] for key in part.changes if key in changes):
            for component in dict.fromkeys(change.event.components or ()):
                by_component[component].append(change)
        for component, brought in by_component.items():
            touched[component].append((part, brought))
    if not touched:
        return None, ()
    most = max(len(through) for through in touched.values())
    best = _least_busy(facts, {name for name, through in touched.items() if len(through) == most})
    enough = max(LEAST_THROUGH, COMPONENT_SHARE * len(failed))
    return (best, touched[best]) if len(touched[best]) >= enough else (None, ())


def _least_busy(facts: Facts, components: set[str]) -> str:
    """Of several components the one that fewest changes touch."""
    if len(components) == 1:
        return next(iter(components))
    busy = Counter(
        component for change in facts.changes for component in components.intersection(change.event.components or ())
    )
    return min(components, key=lambda name: (busy[name], name))


def _untested(changes: Iterable[ChangeFact]) -> Share:
    touched = share(touches_tests(change) for change in changes)
    return Share(touched.of - touched.part, touched.of)


def busiest_service(facts: Facts, window: Window) -> tuple[str, Share] | None:
    """The service with the most planned deployments of a window."""
    counts = Counter(fact.service for fact in deployed(facts, window) if fact.planned and fact.successful)
    if not counts:
        return None
    service = most(counts)
    return service, Share(counts[service], counts.total())


def recovery_place(recoveries: Iterable[RecoveryFact], stages: Iterable[str]) -> TimePlace | None:
    """The service on which some stages of recovery took longest in sum."""
    wanted = tuple(stages)

    def seconds(fact: RecoveryFact) -> float | None:
        known = [fact.stages[stage] for stage in wanted if stage in fact.stages]
        return sum(known) if known else None

    return _largest((fact.service, value, fact.key) for fact in recoveries if (value := seconds(fact)) is not None)


def lead_place(changes: Iterable[Spent], group: str) -> TimePlace | None:
    """The service on which a group of lead time stages took longest in sum."""
    return _largest((each.service, each.seconds[group], each.change.key) for each in changes if group in each.seconds)


def gate_place(facts: Facts, window: Window) -> TimePlace | None:
    """The gate at which deployments waited longest in sum."""
    return _largest(
        (wait.name, (wait.ended_at - wait.started_at).total_seconds(), fact.key)
        for fact in deployed(facts, window)
        for wait in fact.event.gate_waits
        if wait.ended_at is not None
    )


def pipeline_place(facts: Facts, window: Window) -> TimePlace | None:
    """The pipeline that ran longest in sum, its queue included."""
    return _largest(
        (run.pipeline, (run.finished_at - begun).total_seconds(), run.key)
        for run in ran(facts, window)
        if (begun := run.queued_at or run.started_at) is not None
    )


def rollout_place(facts: Facts, window: Window, keep: Callable[[DeploymentFact], bool]) -> tuple[str, Share] | None:
    """The service with the most deployments that meet a condition, and how many of its deployments do."""
    here = [fact for fact in deployed(facts, window) if fact.successful and fact.planned]
    counts = Counter(fact.service for fact in here if keep(fact))
    if not counts:
        return None
    service = most(counts)
    return service, Share(counts[service], sum(fact.service == service for fact in here))


def _largest(spans: Iterable[tuple[str, float, str]]) -> TimePlace | None:
    """The name with the largest sum of seconds; its events with the longest first."""
    by_name: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for name, seconds, key in spans:
        if name:
            by_name[name].append((seconds, key))
    totals = {name: sum(seconds for seconds, _ in known) for name, known in by_name.items()}
    whole = sum(totals.values())
    if whole <= 0:
        return None
    name = max(totals, key=lambda each: (totals[each], each))
    known = by_name[name]
    keys = tuple(key for _, key in sorted(known, reverse=True))
    return TimePlace(name, totals[name] / whole, median(seconds for seconds, _ in known), len(known), keys)
