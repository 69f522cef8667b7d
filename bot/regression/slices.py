"""The facts of a window, found by bisection: facts are in order of time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.calendar import Window
from bot.events import PipelineRun
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, TeamDeployment
from bot.regression.shares import Share, share

T = TypeVar("T")


def merged(facts: Facts, window: Window | None) -> Sequence[ChangeFact]:
    """The changes merged in a window."""
    return _slice(facts.changes, window, lambda change: change.merged_at)


def deployed(facts: Facts, window: Window | None) -> Sequence[DeploymentFact]:
    """The deployments of any status that finished in a window."""
    return _slice(facts.deployments, window, lambda deployment: deployment.finished_at)


def released(facts: Facts, window: Window | None) -> Sequence[TeamDeployment]:
    """The team deployments of a window that were planned."""
    return [] if window is None else [deployment for deployment in facts.released(window) if deployment.planned]


def failure_share(facts: Facts, window: Window | None) -> Share:
    """The share of a window's planned team deployments that failed."""
    return share(deployment.failed for deployment in released(facts, window))


def ran(facts: Facts, window: Window | None) -> Sequence[PipelineRun]:
    """The runs of continuous integration that finished in a window."""
    return _slice(facts.pipeline_runs, window, lambda run: run.finished_at.timestamp())


def _slice(items: Sequence[T], window: Window | None, at: Callable[[T], float]) -> Sequence[T]:
    if window is None:
        return ()
    return items[bisect_left(items, window.start, key=at) : bisect_left(items, window.end, key=at)]
