from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import BaseEvent, Count, Name, Names, Reference, Text, Time


class Incident(BaseEvent):
    """A degradation that users felt, or might have."""

    kind: Literal["incident"]
    service: Name | None = None
    services: Annotated[Names, Field(min_length=1)] | None = None
    team: Name | None = None
    started_at: Time | None = None
    opened_at: Time | None = None
    detected_at: Time | None = None
    acknowledged_at: Time | None = None
    mitigated_at: Time | None = None
    resolved_at: Time | None = None
    severity: Text | None = None
    status: Literal["open", "resolved", "cancelled"]
    deployment: Reference | None = None
    cause_sha: Text | None = None
    detected_by: Literal["alert", "person"] | None = None
    reassignments: Count | None = None
    change_caused: bool | None = None
    title: Text | None = None

    @model_validator(mode="after")
    def _complete_and_in_order(self) -> Self:
        if self.started_at is None and self.opened_at is None:
            raise ValueError("an incident needs started_at or opened_at")
        if self.service is None and self.services is None and self.team is None:
            raise ValueError("an incident needs service, services or team")
        if self.started_at is not None:
            for name in ("mitigated_at", "resolved_at"):
                end = getattr(self, name)
                if end is not None and end < self.started_at:
                    raise ValueError(f"{name} is before started_at")
        return self

    @property
    def at(self) -> datetime:
        at = self.started_at or self.detected_at or self.opened_at
        assert at is not None  # noqa: S101  the validator above holds it
        return at

    @property
    def all_services(self) -> tuple[str, ...]:
        named = (self.service,) if self.service is not None else ()
        return tuple(dict.fromkeys((*named, *self.services))) if self.services else named
