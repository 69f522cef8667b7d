"""What the statuses of a GitHub deployment say about a rollout: how it ended, and where it waited; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.events import GateWait

Status = Literal["success", "failure", "cancelled", "running"]

# In the order in which they follow each other within one second.
_ORDER = ("WAITING", "PENDING", "QUEUED", "IN_PROGRESS", "ERROR", "FAILURE", "SUCCESS", "INACTIVE")
_FAILED = frozenset({"FAILURE", "ERROR"})
_GIVEN_UP_AFTER_DAYS = 29  # GitHub fails what waits for 30 days


@dataclass(frozen=True, slots=True)
class Rollout:
    """How it went; `failed_at` is set where it failed after it had succeeded."""

    status: Status
    started_at: datetime | None
    finished_at: datetime | None
    failed_at: datetime | None = None


def in_order(statuses: Sequence[Mapping[str, Any]]) -> list[tuple[datetime, str]]:
    """Statuses with their times, the oldest first."""
    known = ((datetime.fromisoformat(each["createdAt"]), str(each["state"]).upper()) for each in statuses)
    return sorted(known, key=lambda one: (one[0], _ORDER.index(one[1]) if one[1] in _ORDER else 0))


def rollout(created_at: datetime, statuses: Sequence[tuple[datetime, str]]) -> Rollout:
    """The first success counts: a later `inactive` says only that it was replaced, a failure that it did not hold."""
    started_at = next((at for at, state in statuses if state == "IN_PROGRESS"), created_at)
    ended = [(at, state) for at, state in statuses if state == "SUCCESS" or state in _FAILED]
    if not ended:
        gone_at = next((at for at, state in statuses if state == "INACTIVE"), None)
        return Rollout("running" if gone_at is None else "cancelled", started_at, gone_at)
    succeeded_at = next((at for at, state in ended if state == "SUCCESS"), None)
    if succeeded_at is None:
        return Rollout("failure", _before(started_at, ended[-1][0], created_at), ended[-1][0])
    last_at, last = ended[-1]
    failed_at = last_at if last in _FAILED else None
    return Rollout("success", _before(started_at, succeeded_at, created_at), succeeded_at, failed_at)


def _before(started_at: datetime, ended_at: datetime, created_at: datetime) -> datetime:
    return started_at if started_at <= ended_at else min(created_at, ended_at)


def gate_waits(gate: str, statuses: Sequence[tuple[datetime, str]]) -> tuple[GateWait, ...]:
    """Each stay at the protection rules of an environment: from `waiting` to whatever came next."""
    waits: list[GateWait] = []
    for place, (at, state) in enumerate(statuses):
        if state != "WAITING" or (place and statuses[place - 1][1] == "WAITING"):
            continue
        following = next(((then, what) for then, what in statuses[place:] if what != "WAITING"), None)
        waits.append(_wait(gate, at, following))
    return tuple(waits)


def _wait(gate: str, at: datetime, following: tuple[datetime, str] | None) -> GateWait:
    if following is None:
        return GateWait(name=gate, started_at=at)
    ended_at, state = following
    if state == "INACTIVE":
        return GateWait(name=gate, started_at=at, ended_at=ended_at)
    if state not in _FAILED:
        return GateWait(name=gate, started_at=at, ended_at=ended_at, outcome="approved")
    given_up = (ended_at - at).days >= _GIVEN_UP_AFTER_DAYS
    return GateWait(name=gate, started_at=at, ended_at=ended_at, outcome="timed_out" if given_up else "rejected")
