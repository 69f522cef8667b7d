"""PagerDuty's answers as they are: pages of incidents, of log entries and of services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import SourceError
from integrations.http import Site
from integrations.items import Item

PAGE = 100  # items, as many as one answer holds
_MOST_SERVICES = 1_000  # whose names are shown
_Shape = TypeVar("_Shape", bound=BaseModel)


class IncidentList(BaseModel):
    incidents: list[dict[str, Any]]
    more: bool = False


class OneIncident(BaseModel):
    incident: dict[str, Any]


class LogEntryList(BaseModel):
    log_entries: list[dict[str, Any]]
    more: bool = False


class _Service(BaseModel):
    name: str


class _ServiceList(BaseModel):
    services: list[_Service]
    more: bool = False


def answered(site: Site, shape: type[_Shape], path: str, **query: Any) -> _Shape:  # noqa: ANN401  as the API names them
    """What the server says to a question; SourceError where it is no PagerDuty."""
    got = site.get(path, **query)
    try:
        return shape.model_validate(got.data)
    except ValidationError:
        raise SourceError(f"{site.name}: {site.url} answers, but not as PagerDuty does; is the url right?") from None


def log_entries(site: Site, path: str, most: int, **query: object) -> Iterator[LogEntryList]:
    """The pages of a log, newest entry first; of a very long one only the first ones."""
    for offset in range(0, most, PAGE):
        listed = answered(site, LogEntryList, path, time_zone="UTC", limit=PAGE, offset=offset, **query)
        yield listed
        if not listed.more:
            return


def time_of(text: str) -> datetime:
    """ValueError where it is no time, or one without an offset."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} is a time without an offset")
    return time


def part(item: Item, name: str) -> Item:
    """An object within another one; an empty one where the server has none, or null."""
    found: Item | None = item.get(name)
    return found or {}


def services_of(site: Site) -> tuple[str, ...]:
    """The names of PagerDuty's services."""
    names: list[str] = []
    for offset in range(0, _MOST_SERVICES, PAGE):
        listed = answered(site, _ServiceList, "services", limit=PAGE, offset=offset)
        names += (service.name for service in listed.services)
        if not listed.more:
            break
    return tuple(names)
