"""What each rule for "a deployment" would have counted: environments, jobs whose names look like it, releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.source import Ask, RuleFound, Span
from integrations.gitlab.jobs import KEYSET, created_at
from integrations.gitlab.listing import Listed, by_creation, by_update, changed_at, readable
from integrations.gitlab.project import Project, inner
from integrations.gitlab.releases import released_at
from integrations.globs import Globs
from integrations.items import Item

_MOST_PAGES = 5  # of 100 items each
_LAST = 5
_SUCCESS = "success"
_LOOKS_LIKE_IT = Globs.of(["*deploy*", "*release*", "*rollout*", "*publish*", "*ship*"])

_Setting = Mapping[str, object]


def surveyed(project: Project, span: Span) -> Iterator[RuleFound]:
    yield from _environments(project, span)
    yield from _jobs(project, span)
    yield from _releases(project, span)


def _environments(project: Project, span: Span) -> Iterator[RuleFound]:
    def fetch(ask: Ask) -> Listed:
        return by_update(project, "deployments", ask, 100, status=_SUCCESS)

    found = _within(_all(fetch, span), changed_at, span)
    for name, items in _grouped(found, "environment", "name"):
        setting = {"from": "deployments", "environments": [name]}
        yield _found(project, setting, items, lambda it: _line(changed_at(it), _short(it.get("sha")), it.get("ref")))


def _jobs(project: Project, span: Span) -> Iterator[RuleFound]:
    def fetch(ask: Ask) -> Listed:
        return by_creation(project, "jobs", ask, created_at, per_page=100, **{"scope[]": _SUCCESS}, **KEYSET)

    for name, items in _grouped(_within(_all(fetch, span), created_at, span), "name"):
        if _LOOKS_LIKE_IT.fit(name):
            setting = {"from": "job", "job": name}
            yield _found(project, setting, items, lambda it: _line(created_at(it), _sha(it), it.get("ref")))


def _releases(project: Project, span: Span) -> Iterator[RuleFound]:
    def fetch(ask: Ask) -> Listed:
        return by_creation(project, "releases", ask, released_at, per_page=100, order_by="released_at", sort="desc")

    if found := list(_within(_all(fetch, span), released_at, span)):
        yield _found(project, {"from": "release"}, found, lambda it: _line(released_at(it), _sha(it), it["tag_name"]))


def _all(fetch: Callable[[Ask], Listed], span: Span) -> Iterator[Item]:
    """The items of the first pages; a survey need not be complete, and must not be long."""
    token: str | None = None
    for _ in range(_MOST_PAGES):
        listed = fetch(Ask(span=span, token=token))
        yield from listed.items
        token = listed.token
        if listed.done:
            return


def _within(items: Iterator[Item], at: Callable[[Item], datetime | None], span: Span) -> Iterator[Item]:
    """Each once: pages overlap by an item."""
    seen: set[object] = set()
    for item in items:
        own, time = item.get("id") or item.get("tag_name"), readable(item, at)
        if time is not None and span.start <= time < span.end and own not in seen:
            seen.add(own)
            yield item


def _grouped(items: Iterator[Item], *name: str) -> Sequence[tuple[str, list[Item]]]:
    """The most frequent first."""
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[inner(item, *name) or ""].append(item)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def _found(project: Project, setting: _Setting, items: Sequence[Item], line: Callable[[Item], str]) -> RuleFound:
    return RuleFound(
        where=project.name, setting=setting, count=len(items), last=tuple(line(item) for item in items[:_LAST])
    )


def _sha(item: Item) -> str:
    return _short(inner(item, "commit", "id"))


def _short(sha: str | None) -> str:
    return (sha or "")[:7]


def _line(at: datetime | None, *words: str | None) -> str:
    """An instant and what it was, for people who have to say whether that is a deployment."""
    return f"{at:%Y-%m-%d %H:%M} UTC  {'  '.join(word for word in words if word)}"
