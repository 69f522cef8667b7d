"""Gates before production: how often they stop a rollout, and whether what they stopped went out all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from bot.calendar import Window
from bot.metrics.facts import DeploymentFact, Facts
from bot.regression.shares import Share
from bot.regression.slices import deployed, ran

BLOCKING = frozenset({"rejected", "timed_out"})


@dataclass(frozen=True, slots=True)
class Block:
    """One rollout or run that a gate stopped. `sha` is the deployment's key where it names none."""

    gate: str
    sha: str
    at: float
    event: str
    service: str


@dataclass(frozen=True, slots=True)
class Gates:
    """Attempts to deploy in a window, and those that were stopped."""

    attempts: int
    blocks: tuple[Block, ...]
    shas: int  # different ones that were blocked
    deployed: int  # of these shas, those that went out then or later

    @property
    def blocked(self) -> Share:
        """The share of attempts that a gate stopped."""
        return Share(len(self.blocks), self.attempts)


def gates(facts: Facts, window: Window) -> Gates:
    """Attempts are finished production deployments of any status and runs that a gate blocked."""
    deployments = deployed(facts, window)
    runs = list(_blocked_runs(facts, window))
    blocks = (*_blocked_deployments(deployments), *runs)
    first_block: dict[str, float] = {}
    for block in blocks:
        first_block[block.sha] = min(block.at, first_block.get(block.sha, block.at))
    out = {
        name: fact.finished_at
        for fact in deployed(facts, Window(window.start, inf, inf) if blocks else None)
        if fact.successful
        for name in (fact.event.sha, fact.key)
        if name is not None
    }  # in order of time, so the last delivery of a sha stands
    went_out = sum(out.get(sha, -1.0) >= at for sha, at in first_block.items())
    return Gates(len(deployments) + len(runs), blocks, len(first_block), went_out)


def _blocked_deployments(deployments: Sequence[DeploymentFact]) -> Iterator[Block]:
    for fact in deployments:
        wait = next((wait for wait in fact.event.gate_waits if wait.outcome in BLOCKING), None)
        if wait is not None:
            at = (wait.ended_at or wait.started_at).timestamp()
            yield Block(wait.name, fact.event.sha or fact.key, at, fact.key, fact.service)


def _blocked_runs(facts: Facts, window: Window) -> Iterator[Block]:
    for run in ran(facts, window):
        if run.blocked_by is not None:
            yield Block(run.blocked_by, run.sha, run.finished_at.timestamp(), run.key, run.service)
