"""Which projects the settings name: those written out, and those of a group that a glob fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from bot.errors import SourceError
from integrations.gitlab.api import Api
from integrations.gitlab.listing import items_of
from integrations.http import RefusedError

_WILD = frozenset("*?[")


def projects(api: Api, globs: Iterable[str]) -> tuple[str, ...]:
    """Names that are written out cost no request; a group is listed once, a request for 100 projects."""
    names: dict[str, None] = {}
    listed: dict[str, tuple[str, ...]] = {}
    for glob in globs:
        if not _WILD & set(glob):
            names[glob] = None
            continue
        group = _group(glob)
        if group not in listed:
            listed[group] = tuple(_of_group(api, group))
        fitting = [name for name in listed[group] if fnmatchcase(name.lower(), glob.lower())]
        if not fitting:
            raise SourceError(
                f"{api.site.name}: no project fits {glob}, of {len(listed[group]):,} that {api.site.credential} "
                f"may see in {group}; correct `projects`."
            )
        names |= dict.fromkeys(fitting)
    return tuple(names)


def _group(glob: str) -> str:
    """The folders before the first one that holds a wildcard."""
    folders: list[str] = []
    for folder in glob.split("/"):
        if _WILD & set(folder):
            break
        folders.append(folder)
    return "/".join(folders)


def _of_group(api: Api, group: str) -> Iterator[str]:
    query: dict[str, Any] = {
        "include_subgroups": "true", "archived": "false", "simple": "true", "order_by": "id", "sort": "asc",
        "per_page": 100,
    }  # fmt: skip
    while True:
        try:
            answer = api.get(f"groups/{quote(group, safe='')}/projects", **query)
        except RefusedError as refused:
            if refused.status == 404:
                raise _no_group(api, group) from None
            raise
        yield from (each["path_with_namespace"] for each in items_of(api, f"projects of {group}", answer))
        if not answer.following:
            return
        query = dict(parse_qsl(urlsplit(answer.following).query))


def _no_group(api: Api, group: str) -> SourceError:
    return SourceError(
        f"{api.site.name}: the group {group} is not there, or {api.site.credential} may not see it (404); "
        "correct `projects`."
    )
