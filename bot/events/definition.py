from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.events.event import BaseEvent, Name, Text, Time

MetricName = Literal[
    "deployment_frequency", "lead_time", "change_failure_rate", "recovery_time", "reliability", "rework_rate"
]


class Definition(BaseEvent):
    """The measuring changed, not the team: the named metrics' series are cut at `at`.

    Without a service it speaks for every service.
    """

    kind: Literal["definition"]
    """Makes this a change of what is measured."""
    service: Name | None = None
    """The service whose measuring changed; every service when left out."""
    at_: Annotated[Time, Field(alias="at")]
    """From when on."""
    metrics: Annotated[tuple[MetricName, ...], Field(min_length=1, max_length=100, fail_fast=True)]
    """The metrics whose series are cut."""
    what: Text | None = None
    """What changed, for people."""

    @property
    def at(self) -> datetime:
        return self.at_

    @property
    def all_services(self) -> tuple[str, ...]:
        return () if self.service is None else (self.service,)
