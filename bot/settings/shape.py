"""The shape of quintet.yaml; field names are its keys, and `Field(description=…)` says what each one means."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from bot.settings.problems import nearest, shown
from bot.settings.source_shape import source_settings

_USER = re.compile("[UW][A-Z0-9]+")
# What `/dora` understands itself; a team of that name could never be asked for.
RESERVED_KEYS = frozenset({"help", "list"})


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"holds {shown(name)}, which is no time zone; {_nearest_zone(name)}") from error
    return name


def _nearest_zone(name: str) -> str:
    words = nearest(name, available_timezones())
    return words if words.startswith("did") else "names look like Europe/Berlin."


def _day(value: object) -> date:
    """A calendar day is written as text, quoted or not; a bare number is none."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("must be a calendar day such as 2026-12-21.") from error


def _typed_word(name: str) -> str:
    if name.split() != [name]:
        raise ValueError("must be one word without spaces, because people type it after /dora.")
    if name.casefold() in RESERVED_KEYS:
        raise ValueError(f"can't be {name}, because /dora {name} shows what there is.")
    return name


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty.")
    return text


def _channel(name: str) -> str:
    if name.split() != [name]:
        raise ValueError("must be one channel's name or id without spaces, such as '#team-x'.")
    return name


def _user(member: str) -> str:
    if not _USER.fullmatch(member):
        raise ValueError("must be the id of a Slack user, such as U0123 (Copy member ID in a profile).")
    return member


Text = Annotated[str, AfterValidator(_some_text)]
Channel = Annotated[Text, AfterValidator(_channel)]
User = Annotated[str, AfterValidator(_user)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[date, BeforeValidator(_day)]
Word = Annotated[str, AfterValidator(_typed_word)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Hour = Annotated[int, Field(ge=0, le=23)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class BandsShape(Shape):
    deployment_frequency_per_week: float | None = Field(default=None, gt=0, description="deployments a week, at least")
    lead_time_days: float | None = Field(default=None, gt=0, description="median lead time in days, at most")
    change_failure_rate: float | None = Field(
        default=None, gt=0, lt=1, description="failed share of deployments, at most"
    )
    recovery_hours: float | None = Field(default=None, gt=0, description="median time to recovery in hours, at most")


class FreezeShape(Shape):
    from_: Day = Field(alias="from", description="first calendar day on which nothing ships by intent")
    to: Day = Field(description="last such day, included")

    @model_validator(mode="after")
    def in_order(self) -> FreezeShape:
        if self.to < self.from_:
            raise ValueError(f"ends on {self.to}, before it begins on {self.from_}.")
        return self


class SlotShape(Shape):
    day: Weekday = Field(default="monday", description="the day of the week on which the digest comes")
    hour: Hour = Field(default=9, description="the hour of that day, 0 to 23")
    timezone: Zone | None = Field(default=None, description="the zone of the hour")


class OrganisationDigestShape(SlotShape):
    channel: Channel = Field(description="where the digest of all teams goes")


class TeamShape(Shape):
    key: Word = Field(description="what people type")
    name: Text | None = Field(default=None, description="what people read; the key unless given")
    timezone: Zone = Field(default="UTC", description="weeks start on Monday 00:00 there")
    services: list[Text] = Field(min_length=1, description="names or globs; a service may belong to several teams")
    aliases: list[Word] = Field(default_factory=list[str], description="earlier keys that still answer")
    channel: Channel | None = Field(default=None, description="the team's channel: a bare /dora there answers for it")
    digest: SlotShape | None = Field(default=None, description="when the weekly digest comes")
    messages: list[Literal["digest", "ping"]] | None = Field(default=None, description="which kinds of message come")
    manager: User | None = Field(default=None, description="Slack user who gets the digest where there is no channel")
    bands: BandsShape = Field(default=BandsShape(), description="over the bands of the whole file")
    availability_objective: float | None = Field(default=None, gt=0, lt=1, description="for a team without SLO data")
    attribution_hours: float = Field(
        default=24.0, gt=0, description="how long after a deployment an incident may be its"
    )
    freezes: list[FreezeShape] = Field(default_factory=list[FreezeShape], description="weeks left out")


class DeliveryShape(Shape):
    unknown: Literal["park", "repost"] = Field(default="park", description="what becomes of a post of unknown outcome")


if TYPE_CHECKING:
    from integrations.registry import SourceSettings as _Source
else:  # a model of its own for each kind, which is loaded when it is needed
    _Source = Annotated[object, PlainValidator(source_settings)]


class SettingsShape(Shape):
    database: Text | None = Field(default=None, description="where the events are kept; QUINTET_DATABASE_URL wins")
    teams: list[TeamShape] = Field(default_factory=list[TeamShape], description="who is asked about")
    organisation_digest: OrganisationDigestShape | None = Field(default=None, description="one digest over all teams")
    delivery: DeliveryShape = Field(default=DeliveryShape(), description="how posts are delivered")
    sources: list[_Source] = Field(default_factory=list[_Source], description="where events come from")
    bands: BandsShape = Field(default=BandsShape(), description="where healthy ends, for every team")
