"""What one build says: when it ran, how it ended, which commit it built, and why it was started; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from integrations.items import Item, PassedOverError
from integrations.jenkins.times import span

_AGAIN = ("ReplayCause", "RebuildCause", "NaginatorCause", "RestartDeclarativePipelineCause")
_PERSON = "UserIdCause"
ODD = (AttributeError, KeyError, TypeError, ValueError)  # what an item of another shape raises where it is read
_RESULTS = frozenset({"SUCCESS", "UNSTABLE", "FAILURE", "ABORTED"})


@dataclass(frozen=True, slots=True)
class Build:
    """One build as the list has it."""

    item: Item

    @property
    def number(self) -> int:
        return int(self.item["number"])

    @property
    def is_running(self) -> bool:
        """A pipeline may know its result before it has ended."""
        return bool(self.item.get("building", self.item.get("result") is None))

    @property
    def result(self) -> str:
        """SUCCESS, UNSTABLE, FAILURE or ABORTED."""
        result = self.item.get("result")
        if result is None:
            raise PassedOverError("a build that ended without a result")
        if result == "NOT_BUILT":
            raise PassedOverError("a build that was not built")
        if result not in _RESULTS:
            raise PassedOverError("a build with a result that Jenkins does not know")
        return str(result)

    @property
    def started_at(self) -> datetime:
        return span(self.item["timestamp"], 0)[0]

    @property
    def finished_at(self) -> datetime:
        return span(self.item["timestamp"], self.item["duration"])[1]

    @property
    def queued_at(self) -> datetime | None:
        """Known where the plugin Metrics is installed."""
        waited = next(self._said("queuingDurationMillis"), None)
        return None if waited is None else span(self.item["timestamp"], -waited)[1]

    @property
    def tests(self) -> int | None:
        return next(self._said("totalCount"), None)

    @property
    def url(self) -> str | None:
        return self.item.get("url") or None

    @property
    def causes(self) -> tuple[str, ...]:
        """The classes of what started it."""
        return tuple(str(cause.get("_class", "")) for causes in self._said("causes") for cause in causes)

    @property
    def is_again(self) -> bool:
        """A replay, a rebuild or a restart of an earlier build."""
        return any(cause.endswith(_AGAIN) for cause in self.causes)

    @property
    def is_by_a_person(self) -> bool | None:
        """None where it does not say what started it."""
        causes = self.causes
        return any(cause.endswith(_PERSON) for cause in causes) if causes else None

    def parameter(self, name: str) -> str | None:
        """The value of one build parameter."""
        given = (each for parameters in self._said("parameters") for each in parameters)
        return next((str(each["value"]) for each in given if each.get("name") == name and "value" in each), None)

    def sha(self, job: str, repositories: Sequence[str]) -> str | None:
        """The commit that was built; None where it checked out several repositories and nothing says which counts.

        Shared libraries are checked out like any other: the settings decide, else the repository named as the job.
        """
        built = self._built
        if repositories:
            return _single(sha for sha, urls in built.items() if _any_fits(urls, repositories))
        return _single(built) or _single(sha for sha, urls in built.items() if any(_is_named(url, job) for url in urls))

    @property
    def why_no_commit(self) -> str:
        """Said where `sha` is None."""
        if len(self._built) > 1:
            return "a build that checked out several repositories; name its own in repositories"
        return "a build that names no commit"

    @property
    def _built(self) -> dict[str, tuple[str, ...]]:
        """The commits that it checked out, and where each came from."""
        return {
            str(revision["SHA1"]): tuple(map(_address, action.get("remoteUrls") or ()))
            for action in self._actions()
            if (revision := action.get("lastBuiltRevision")) and revision.get("SHA1")
        }

    def _actions(self) -> Iterator[Any]:
        return (action for action in self.item.get("actions") or () if action)

    def _said(self, field: str) -> Iterator[Any]:
        return (action[field] for action in self._actions() if action.get(field) is not None)


def attempts(items: Sequence[Item], job: str, repositories: Sequence[str]) -> dict[int, int]:
    """Which attempt at its commit each build is, by number; the items come newest first, as they are listed."""
    last: dict[str | None, int] = {}
    found: dict[int, int] = {}
    for build in map(Build, reversed(items)):
        with suppress(*ODD):  # it is set aside where it is read
            sha, number = build.sha(job, repositories), build.number
            last[sha] = found[number] = last.get(sha, 1) + 1 if build.is_again else 1
    return found


def _any_fits(urls: Iterable[str], globs: Sequence[str]) -> bool:
    return any(fnmatchcase(url, glob) for url in urls for glob in globs)


def _address(url: object) -> str:
    return str(url).removesuffix("/").removesuffix(".git")


def _is_named(url: str, job: str) -> bool:
    return url.endswith((f"/{job}", f":{job}"))


def _single(shas: Iterable[str]) -> str | None:
    found = tuple(shas)
    return found[0] if len(found) == 1 else None
