from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.events.event import BaseEvent, Name, Reference, Text, Texts, Time


class GateWait(BaseModel):
    """A stay at an approval or policy gate."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Text
    started_at: Time
    ended_at: Time | None = None
    outcome: Literal["approved", "rejected", "timed_out"] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("ended_at is before started_at")
        return self


class Deployment(BaseEvent):
    """A rollout of a service to an environment."""

    kind: Literal["deployment"]
    service: Name
    environment: Text = "production"
    status: Literal["success", "failure", "cancelled", "running"]
    started_at: Time | None = None
    finished_at: Time | None = None
    sha: Text | None = None
    version: Text | None = None
    previous_sha: Text | None = None
    commits: Texts | None = None
    trigger: Literal["automatic", "manual"] | None = None
    gate_waits: Annotated[tuple[GateWait, ...], Field(max_length=1_000, fail_fast=True)] = ()
    rollback_of: Reference | None = None
    fixes: Reference | None = None
    failed: bool | None = None
    failed_at: Time | None = None
    unplanned: bool | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.finished_at is None:
            if self.status != "running":
                raise ValueError("finished_at is required unless status is running")
            if self.started_at is None:
                raise ValueError("a running deployment needs started_at")
        elif self.started_at is not None and self.finished_at < self.started_at:
            raise ValueError("finished_at is before started_at")
        return self

    @property
    def at(self) -> datetime:
        at = self.finished_at or self.started_at
        assert at is not None  # noqa: S101  the validator above holds it
        return at

    @property
    def all_services(self) -> tuple[str, ...]:
        return (self.service,)
