from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import MAX_INTEGER, BaseEvent, Count, Name, Text, Time


class PipelineRun(BaseEvent):
    """A run of continuous integration; not the rollout."""

    kind: Literal["pipeline_run"]
    """Makes this a pipeline run."""
    service: Name
    """The service that it builds."""
    pipeline: Text
    """The name of the pipeline."""
    sha: Text
    """The commit that it ran on."""
    attempt: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = 1
    """From 1; a re-run of the same sha is the next attempt; a success after a failure on one sha is a flake."""
    queued_at: Time | None = None
    """When it was asked for."""
    started_at: Time | None = None
    """When it began to run."""
    finished_at: Time
    """When it ended."""
    status: Literal["success", "failure", "cancelled"]
    """How it ended."""
    blocked_by: Text | None = None
    """The gate that stopped it, like `quality-gate` or `security-scan`."""
    tests: Count | None = None
    """How many tests ran."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.started_at is not None and self.finished_at < self.started_at:
            raise ValueError("finished_at is before started_at")
        return self

    @property
    def at(self) -> datetime:
        return self.finished_at

    @property
    def all_services(self) -> tuple[str, ...]:
        return (self.service,)
