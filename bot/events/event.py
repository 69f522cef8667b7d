"""What all events have in common: who said it, its identity, the service it is about, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

MAX_TEXT = 4_096  # characters; longer ones are a mistake or an attack
MAX_NAME = 300  # characters; PostgreSQL's index takes 2,704 bytes, and source, kind and id share one
MAX_TEXTS = 100_000  # entries of one list; no release brings more commits
MAX_INTEGER = 2**63 - 1  # what both databases can hold
FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)
LAST_TIME = datetime(9999, 12, 31, tzinfo=UTC)  # a day short of the last, so that any offset can show it

_NO_NUL = r"^[^\x00]*$"  # PostgreSQL can't store one


class _AsText:
    """A time as RFC 3339 writes one: pydantic alone would take "2026" for that many seconds after 1970."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401  a type
        time = handler(source)
        text = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=r"^\d{4}-\d\d-\d\d[Tt ]"),
            custom_error_type="datetime_parsing",
            custom_error_context={"error": "it is not as RFC 3339 writes one"},
        )
        read = core_schema.chain_schema([text, {**time, "strict": False}])  # pyright: ignore[reportArgumentType] - a datetime's
        return core_schema.json_or_python_schema(read, time)

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "date-time"}


Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=_NO_NUL)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME, pattern=_NO_NUL)]
Time = Annotated[AwareDatetime, Field(ge=FIRST_TIME, lt=LAST_TIME), _AsText()]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Reference = Text
Names = Annotated[tuple[Name, ...], Field(max_length=1_000, fail_fast=True)]
Texts = Annotated[tuple[Text, ...], Field(max_length=MAX_TEXTS, fail_fast=True)]


def each_once(service: str | None, services: tuple[str, ...] | None) -> tuple[str, ...]:
    """The services of an event that names one, several or both."""
    named = () if service is None else (service,)
    return tuple(dict.fromkeys((*named, *services))) if services else named


class BaseEvent(BaseModel):
    """One event, as its source said it. `key` names it; `at` is the time by which a window counts it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, ser_json_inf_nan="null", use_attribute_docstrings=True
    )

    kind: str
    """`deployment`, `change`, `pipeline_run`, `incident`, `slo` or `definition`."""
    source: Name = "file"
    """Who says so, like `github:acme/checkout` or `jira:acme.atlassian.net`."""
    id: Name
    """Unique within source and kind; the same one again is the same event, newer."""
    url: Text | None = None
    """Where a person can look at it."""
    updated_at: Time | None = None
    """The source's own last change; an older one never overwrites a newer one."""
    retracted: bool = False
    """The source takes it back: it is kept, and counts nowhere."""

    @property
    def key(self) -> str:
        """The event's name everywhere: `kind:source:id`."""
        return f"{self.kind}:{self.source}:{self.id}"

    @property
    def called(self) -> str:
        """What sentences call it, and people find again at its source."""
        return self.id

    @property
    def at(self) -> datetime:
        """The time by which a window counts this event."""
        raise TypeError(f"{type(self).__name__} names no time of its own")

    @property
    def all_services(self) -> tuple[str, ...]:
        """Every service the event is about; empty where it names none."""
        return ()
