"""A job's builds page by page, newest first. Their places move while they are read; their numbers do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Self, cast

from pydantic import BaseModel, Field, ValidationError

from bot.errors import SourceError
from bot.source import Ask
from integrations.http import RefusedError, Site
from integrations.items import Item
from integrations.jenkins.jobs import Job
from integrations.jenkins.times import span

_FIELDS = (
    "number,url,result,building,timestamp,duration,"
    "actions[lastBuiltRevision[SHA1],remoteUrls,causes[upstreamBuild],queuingDurationMillis,totalCount{more}]"
)
_USER_OF_ADDRESS = re.compile(r"//[^/@]*@")  # a repository's address may hold a password
_END = "end"
_NOT_THERE = 404


class _Answer(BaseModel):
    builds: list[dict[str, Any]] = Field(alias="allBuilds")


@dataclass(frozen=True, slots=True)
class Place:
    """So many builds are read, down to the one with this number."""

    index: int = 0
    below: int | None = None

    @classmethod
    def of(cls, token: str | None) -> Self:
        index, _, below = (token or "0,").partition(",")
        return cls(int(index), int(below) if below else None)

    @property
    def token(self) -> str:
        return f"{self.index},{'' if self.below is None else self.below}"


@dataclass(frozen=True, slots=True)
class Listed:
    """The builds of one page that were not read before, and where the list goes on."""

    builds: Sequence[Item]
    """Those from the span's start on."""
    older: Sequence[Item]
    """Those before it, which a later page yields."""
    token: str
    done: bool


def listed(site: Site, job: Job, ask: Ask, size: int, parameter: str | None) -> Listed:
    """One request. The last build of the page before is asked for again: where it is gone, builds moved up."""
    if ask.token == _END:
        return Listed((), (), _END, done=True)
    place = Place.of(ask.token)
    first = max(0, place.index - 1)
    items = _asked(site, job, first, first + size + 1, parameter)
    if first and (not items or _number(items[0], 0) < (place.below or 0)):
        back = Place(max(0, place.index - size), place.below)
        return Listed((), (), back.token, done=False)
    unread = [item for item in items if place.below is None or _number(item, 0) < place.below]
    inside = list(takewhile(lambda item: not _is_before(item, ask.span.start), unread))
    older = unread[len(inside) :]
    if not older and len(items) <= size:
        return Listed(inside, (), _END, done=True)
    index = first + len(items) - len(older)
    below = next((_number(item, place.below) for item in reversed(inside)), place.below)
    return Listed(inside, older, Place(index, below).token, done=bool(older))


def _asked(site: Site, job: Job, start: int, end: int, parameter: str | None) -> list[Item]:
    fields = _FIELDS.format(more=",parameters[name,value]" if parameter else "")
    where = f"the job {job.path}"
    try:
        got = site.get(f"{job.address}/api/json", tree=f"allBuilds[{fields}]{{{start},{end}}}")
        builds = _Answer.model_validate(got.data).builds
    except RefusedError as refused:
        if refused.status != _NOT_THERE:
            raise
        raise SourceError(
            f"{site.name}: {where} is not there, or {site.credential} may not see it (404); "
            "if it was renamed or deleted, change jobs."
        ) from None
    except ValidationError:
        raise SourceError(
            f"{site.name}: {where} has no builds of its own; if it is a folder, write {job.project}/*."
        ) from None
    return [_kept(item, parameter) for item in builds]


def _kept(item: Item, parameter: str | None) -> Item:
    """Without passwords in addresses, and without parameters that nobody asked for."""
    return {**item, "actions": [_kept_action(action, parameter) for action in item.get("actions") or () if action]}


def _kept_action(action: object, parameter: str | None) -> object:
    if not isinstance(action, dict):
        return action
    said = cast("dict[str, Any]", action)
    urls = [_USER_OF_ADDRESS.sub("//", str(url)) for url in said.get("remoteUrls") or ()]
    parameters = [each for each in said.get("parameters") or () if each.get("name") == parameter]
    return {**said, "remoteUrls": urls, "parameters": parameters}


def _number(item: Item, otherwise: int | None) -> Any:  # noqa: ANN401  pyright can't narrow what a server sends
    number = item.get("number")
    return number if isinstance(number, int) else otherwise


def _is_before(item: Item, start: datetime) -> bool:
    """An odd time is no reason to stop: whoever reads the build says what is wrong with it."""
    try:
        return span(item["timestamp"], 0)[0] < start
    except (KeyError, TypeError, ValueError):
        return False
