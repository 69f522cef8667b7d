from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import MAX_INTEGER, BaseEvent, Name, Text, Time

Amount = Annotated[float, Field(ge=0, le=float(MAX_INTEGER), allow_inf_nan=False)]


class SloWindow(BaseEvent):
    """One half-open window of one service level indicator: good events of total, against an objective."""

    kind: Literal["slo"]
    """Makes this a window of a service level indicator."""
    service: Name
    """The service that it measures."""
    name: Text
    """The indicator, like `availability` or `latency-p99`."""
    window_start: Time
    """When the window begins."""
    window_end: Time
    """When the window ends; this moment belongs to the next one."""
    good: Amount
    """Good events in the window; at most `total`."""
    total: Amount
    """All events in the window."""
    objective: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
    """The share of good events that was promised, between 0 and 1, like 0.999."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.window_end <= self.window_start:
            raise ValueError("window_end is not after window_start")
        if self.good > self.total:
            raise ValueError("good is greater than total")
        return self

    @property
    def at(self) -> datetime:
        return self.window_end

    @property
    def all_services(self) -> tuple[str, ...]:
        return (self.service,)
