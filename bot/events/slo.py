from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.events.event import MAX_INTEGER, BaseEvent, Name, Text, Time

Amount = Annotated[float, Field(ge=0, le=float(MAX_INTEGER), allow_inf_nan=False)]


class SloWindow(BaseEvent):
    """One half-open window of one service level indicator: good events of total, against an objective."""

    kind: Literal["slo"]
    service: Name
    name: Text
    window_start: Time
    window_end: Time
    good: Amount
    total: Amount
    objective: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]

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
