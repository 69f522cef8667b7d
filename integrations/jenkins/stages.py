"""The stages of one run of a pipeline, and where it stood at input steps; requests of their own, one run at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.events import GateWait
from integrations.http import RefusedError, Site
from integrations.items import Item
from integrations.jenkins.times import span

_GONE = 404
_PAUSED = "PAUSED_PENDING_INPUT"
_UNFINISHED = frozenset({_PAUSED, "IN_PROGRESS"})
_NO_GATE = "Allocate node"  # how the name of a step begins that waits for a machine, not for a person


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `finished_at` is None while it runs."""

    id: str
    name: str
    status: str | None
    started_at: datetime
    finished_at: datetime | None
    stood: bool
    """Whether it stood at a step, or stands there."""


def stages_of(site: Site, address: str) -> tuple[Stage, ...] | None:
    """Of the run at that address, in their order; None where the server tells none."""
    data = _described(site, address)
    return None if data is None else tuple(_stages(data.get("stages") or ()))


def gate_waits(site: Site, address: str, stages: Iterable[Stage]) -> tuple[GateWait, ...]:
    """The run's stays at input steps, for one request a stage that stood."""
    waits: dict[str, GateWait] = {}
    for stage in stages:
        if stage.stood:
            data = _described(site, f"{address}/execution/node/{stage.id}")
            waits |= _waits(stage.name, (data and data.get("stageFlowNodes")) or ())
    return tuple(sorted(waits.values(), key=lambda wait: wait.started_at))


def _described(site: Site, address: str) -> Any | None:  # noqa: ANN401  as the server has it
    try:
        return site.get(f"{address}/wfapi/describe").data
    except RefusedError as refused:
        if refused.status != _GONE:
            raise
        return None


def _stages(listed: Sequence[Item]) -> Iterator[Stage]:
    for item in listed:
        status = item.get("status")
        if item.get("startTimeMillis"):  # a stage that was never begun has no time
            started_at, finished_at = span(item["startTimeMillis"], item.get("durationMillis") or 0)
            yield Stage(
                id=str(item["id"]),
                name=str(item["name"]),
                status=status,
                started_at=started_at,
                finished_at=None if status in _UNFINISHED else finished_at,
                stood=_stood(item),
            )


def _waits(gate: str, steps: Iterable[Item]) -> dict[str, GateWait]:
    return {
        str(step["id"]): _wait(gate, step)
        for step in steps
        if _stood(step) and not str(step.get("name") or "").startswith(_NO_GATE)
    }


def _stood(item: Item) -> bool:
    return item.get("status") == _PAUSED or (item.get("pauseDurationMillis") or 0) > 0


def _wait(gate: str, step: Item) -> GateWait:
    """An aborted one was refused, or given up, or its whole run was stopped: nothing says which."""
    status = step.get("status")
    started_at, ended_at = span(step["startTimeMillis"], step.get("pauseDurationMillis") or 0)
    return GateWait(
        name=gate,
        started_at=started_at,
        ended_at=None if status in _UNFINISHED else ended_at,
        outcome="approved" if status == "SUCCESS" else None,
    )
