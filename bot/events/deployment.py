from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.events.event import BaseEvent, Name, Reference, Text, Texts, Time


class GateWait(BaseModel):
    """A stay at an approval or policy gate."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    name: Text
    """What the gate is called."""
    started_at: Time
    """When it began to wait."""
    ended_at: Time | None = None
    """When the gate decided; left out while it waits."""
    outcome: Literal["approved", "rejected", "timed_out"] | None = None
    """What the gate decided."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("ended_at is before started_at")
        return self


class Deployment(BaseEvent):
    """A rollout of a service to an environment."""

    kind: Literal["deployment"]
    """Makes this a deployment."""
    service: Name
    """What is deployed; teams own services."""
    environment: Text = "production"
    """Where to; only production counts towards the metrics."""
    status: Literal["success", "failure", "cancelled", "running"]
    """`failure`: the rollout itself failed and did not reach users."""
    started_at: Time | None = None
    """When the rollout began; required while it is running."""
    finished_at: Time | None = None
    """When the rollout ended; required unless it is running."""
    sha: Text | None = None
    """The commit that went out."""
    version: Text | None = None
    """The version that went out."""
    previous_sha: Text | None = None
    """The commit that it replaced, where the source knows."""
    commits: Texts | None = None
    """The shas of all commits that it brought, where the source knows."""
    trigger: Literal["automatic", "manual"] | None = None
    """`manual`: a person pressed the button."""
    gate_waits: Annotated[tuple[GateWait, ...], Field(max_length=1_000, fail_fast=True)] = ()
    """Its stays at approval or policy gates."""
    rollback_of: Reference | None = None
    """Reference to the deployment that this one undid."""
    fixes: Reference | None = None
    """Reference to the deployment that this one mended."""
    failed: bool | None = None
    """The source's own verdict, which beats every inference: it degraded service and needed a fix, or it did not."""
    failed_at: Time | None = None
    """Since when that verdict holds; when it finished, where left out."""
    unplanned: bool | None = None
    """Made to fix a problem that users had: rework."""

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
    def called(self) -> str:
        return self.version or self.id

    @property
    def at(self) -> datetime:
        at = self.finished_at or self.started_at
        assert at is not None  # noqa: S101  the validator above holds it
        return at

    @property
    def all_services(self) -> tuple[str, ...]:
        return (self.service,)
