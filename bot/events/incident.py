from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import BaseEvent, Count, Name, Names, Reference, Text, Time, each_once


class Incident(BaseEvent):
    """A degradation that users felt, or might have."""

    kind: Literal["incident"]
    """Makes this an incident."""
    service: Name | None = None
    """The service that was degraded; this, `services` or `team` is required."""
    services: Annotated[Names, Field(min_length=1)] | None = None
    """In place of `service`, where there were several."""
    team: Name | None = None
    """In place of a service, where the record names none: its cause is looked for among all services of the team."""
    started_at: Time | None = None
    """When users began to be affected; this or `opened_at` is required."""
    opened_at: Time | None = None
    """When it was recorded."""
    detected_at: Time | None = None
    """When it was noticed."""
    acknowledged_at: Time | None = None
    """When someone took it on."""
    mitigated_at: Time | None = None
    """When users were no longer affected; recovery ends here."""
    resolved_at: Time | None = None
    """When it was over, for the last time if reopened; recovery ends here where `mitigated_at` is missing."""
    severity: Text | None = None
    """As its source has it."""
    status: Literal["open", "resolved", "cancelled"]
    """`cancelled` (a duplicate, a false alarm) counts nowhere; `resolved` without a time ended, nobody knows when."""
    deployment: Reference | None = None
    """Reference to the deployment that caused it, where the source knows."""
    cause_sha: Text | None = None
    """The commit that caused it, where the source knows."""
    detected_by: Literal["alert", "person"] | None = None
    """Who noticed it first."""
    reassignments: Count | None = None
    """How often it changed hands."""
    change_caused: bool | None = None
    """False: no change caused it (a provider's outage); only reliability and all-incident recovery count it."""
    title: Text | None = None
    """As its source has it."""

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
        return each_once(self.service, self.services)
