"""GitLab's lists, read so that nothing is skipped when they change between two requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from bot.errors import SourceError
from bot.events import Event
from bot.source import Ask, Page
from integrations.gitlab.api import Api
from integrations.gitlab.project import Project
from integrations.http import Answer
from integrations.items import Item, Name, Reading

_TICK = timedelta(milliseconds=1)  # answers cut times to milliseconds, the filter compares all of them


_END = "end"  # the token of a list that is read to its end


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of one page, and where the list goes on."""

    items: Sequence[Item]
    token: str | None
    done: bool


def by_update(project: Project, path: str, ask: Ask, size: int, **params: object) -> Listed:
    """A page of a list with a filter by the last change, the newest first.

    An item that changes meanwhile leaves the span, and pages by number would then skip another one. So the next page
    is asked for by the time of the last item; a number is used only among items of one and the same time.
    """
    before, page, read_last = _place(ask)
    answer = project.get(
        path,
        order_by="updated_at",
        sort="desc",
        updated_after=(ask.span.start - _TICK).isoformat(),
        updated_before=before.isoformat(),
        per_page=size,
        page=page,
        **params,
    )
    listed = items_of(project.api, f"{path} of {project.name}", answer)
    items = [item for item in listed if str(item.get("id")) != read_last]
    if answer.following is None or not items:
        return Listed(items, None, done=True)
    reached = min(_times(items, changed_at), default=before) + _TICK
    before, page = (before, page + 1) if reached >= before else (reached, 1)
    return Listed(items, f"{before.isoformat()} {page} {items[-1].get('id')}", done=False)


def by_creation(
    project: Project, path: str, ask: Ask, created: Callable[[Item], datetime | None], **params: object
) -> Listed:
    """A page of a list without a filter by time, the newest first.

    The token is the query of the page, as the server named it. It may believe to live at another address than ours.
    """
    if ask.token == _END:
        return Listed((), _END, done=True)
    place = dict(parse_qsl(ask.token)) if ask.token else params
    answer = project.get(path, **place)
    items = items_of(project.api, f"{path} of {project.name}", answer)
    if min(_times(items, created), default=ask.span.start) < ask.span.start:
        return Listed(items, ask.token, done=True)
    following = answer.following
    return Listed(items, urlsplit(following).query if following else _END, done=following is None)


def items_of(api: Api, what: str, answer: Answer) -> Sequence[Item]:
    """What a list holds; something else than a list is another server's answer."""
    if not isinstance(answer.data, list):
        raise SourceError(f"{api.site.name}: {api.site.url} answers {what} with no list; is the url right?")
    return cast("list[Item]", answer.data)


def changed_at(item: Item) -> datetime:
    """Some old items have no time of a last change; then nothing has changed since they were created."""
    return datetime.fromisoformat(item.get("updated_at") or item["created_at"])


def paged(
    listed: Listed,
    reading: Reading,
    name: Name,
    parse: Callable[[Item], Iterable[Event]],
    *,
    event_id: Name,
    still_open: Sequence[datetime] = (),
) -> Page:
    """`still_open` may be filled while the items are parsed."""
    reading.read(listed.items, name, parse, event_id)
    return replace(reading.page, token=listed.token, done=listed.done, open_since=min(still_open, default=None))


def _times(items: Iterable[Item], at: Callable[[Item], datetime | None]) -> Iterator[datetime]:
    """The times of those items that have one; the others are set aside when they are parsed."""
    return (time for item in items if (time := readable(item, at)) is not None)


def readable(item: Item, at: Callable[[Item], datetime | None]) -> datetime | None:
    try:
        return at(item)
    except (KeyError, TypeError, ValueError):
        return None


def _place(ask: Ask) -> tuple[datetime, int, str]:
    """The time of the last item that was read, the page among the items of that time, and its id."""
    if ask.token is None:
        return ask.span.end, 1, ""
    before, page, read_last = ask.token.split(" ")
    return datetime.fromisoformat(before), int(page), read_last
