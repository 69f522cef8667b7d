from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import MAX_INTEGER, BaseEvent, Count, Name, Text, Time


class PipelineRun(BaseEvent):
    """A run of continuous integration; not the rollout."""

    kind: Literal["pipeline_run"]
    service: Name
    pipeline: Text
    sha: Text
    attempt: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = 1
    queued_at: Time | None = None
    started_at: Time | None = None
    finished_at: Time
    status: Literal["success", "failure", "cancelled"]
    blocked_by: Text | None = None
    tests: Count | None = None

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
