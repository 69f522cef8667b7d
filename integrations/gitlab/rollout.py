"""What GitLab says of one rollout -> when it began and ended, and how; shared by deployments, jobs and pipelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from integrations.gitlab.project import time_of
from integrations.items import Item, PassedOverError, Reading

Ended = Literal["success", "failure", "cancelled"]
Trigger = Literal["automatic", "manual"]

ENDED: dict[str, Ended] = {
    "success": "success",
    "failed": "failure",
    "canceled": "cancelled",
    "cancelled": "cancelled",
}
RUNNING = frozenset({"running", "canceling"})
NOT_BEGUN = frozenset({
    "created", "pending", "preparing", "scheduled", "waiting_for_resource", "waiting_for_callback", "manual", "blocked",
})  # fmt: skip
SKIPPED = "skipped"

_TRIGGERS: dict[str, Trigger] = {"web": "manual", "schedule": "automatic"}


@dataclass(frozen=True, slots=True)
class Course:
    """When it began, when it ended, and how."""

    started_at: datetime | None
    finished_at: datetime
    status: Ended


def ended(word: str, started: str | None, finished: str | None, reading: Reading) -> Course:
    """The course of what has ended; PassedOverError where nobody knows when."""
    started_at, finished_at = time_of(started), time_of(finished)
    if finished_at is None:
        raise PassedOverError("ended, and GitLab does not say when")
    if started_at is not None and started_at > finished_at:
        reading.note("ended before it began; when it began is left out")
        started_at = None
    return Course(started_at, finished_at, ENDED[word])


def trigger(pipeline: Item | None) -> Trigger | None:
    """Who started the pipeline. A job within it may still have waited for a button, which GitLab's lists do not say."""
    return _TRIGGERS.get(pipeline.get("source") or "") if pipeline else None
