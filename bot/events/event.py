"""What all events have in common: who said it, its identity, the service it is about, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

MAX_TEXT = 4_096  # characters; longer ones are a mistake or an attack, and no database index takes them
MAX_INTEGER = 2**63 - 1  # what both databases can hold


# NUL is what PostgreSQL can't store.
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"^[^\x00]*$")]
Time = AwareDatetime
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Reference = Text
Texts = Annotated[tuple[Text, ...], Field(max_length=100_000)]


class BaseEvent(BaseModel):
    """One event, as its source said it. `key` names it; `at` is the time by which a window counts it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ser_json_inf_nan="null")

    kind: str
    source: Text = "file"
    id: Text
    url: Text | None = None
    updated_at: Time | None = None
    retracted: bool = False

    time_fields: ClassVar[tuple[str, ...]] = ()

    @property
    def key(self) -> str:
        """The event's name everywhere: `kind:source:id`."""
        return f"{self.kind}:{self.source}:{self.id}"

    @property
    def at(self) -> datetime:
        """The time by which a window counts this event."""
        raise TypeError(f"{type(self).__name__} names no time of its own")

    @property
    def all_services(self) -> tuple[str, ...]:
        """Every service the event is about; empty where it names none."""
        return ()
