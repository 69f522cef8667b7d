"""Questions in GraphQL, and answers that may hold data and errors at once."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from bot.errors import SourceError
from integrations.answer import on_one_line
from integrations.github.site import GitHubSite

Fields = Mapping[str, Any]

_HAS_A_STAND_IN = "databaseId"  # too large a number for GraphQL is an error there; the id of the node serves as well
_NOT_SHOWN = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})  # a field that stays null; the rest of its item is well
_GAVE_UP = frozenset({502, 504})  # how GitHub answers what takes more than ten seconds, besides saying so
_TIMED_OUT = "timeout"
_CUT_SHORT = "RESOURCE_LIMITS_EXCEEDED"
_MOST_SAID = 200  # characters of an error; enough to know what is meant


class TooMuchError(SourceError):
    """GitHub did not get to the end of a question in its time; a smaller one may be answered."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What GitHub could not say, and where in the answer it is missing."""

    kind: str
    says: str
    path: tuple[str | int, ...]

    @property
    def place(self) -> int | None:
        """Which item of the list it spoils; None where it leaves out a field that may be missing."""
        if self.kind in _NOT_SHOWN or self.path[-1:] == (_HAS_A_STAND_IN,):
            return None
        return next((step for step in self.path if isinstance(step, int)), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered; where a problem lies the data is null."""

    data: Fields
    problems: Sequence[Problem]


def ask(site: GitHubSite, query: str, **variables: object) -> Reply:
    """One question; an answer without any data is a SourceError in GitHub's words."""
    answer = _posted(site, {"query": query, "variables": variables})
    problems = tuple(_problem(site, error) for error in answer.get("errors") or ())
    data = answer.get("data")
    if data is None:
        said = "; ".join(problem.says for problem in problems[:2]) or "an answer without data"
        kind = TooMuchError if _TIMED_OUT in said else SourceError
        raise kind(f"{site.name}: {site.graph} refuses a question: {said}.")
    if cut := next((problem for problem in problems if problem.kind == _CUT_SHORT), None):
        raise TooMuchError(f"{site.name}: {site.graph} cuts its answer short: {cut.says}.")
    return Reply(data, problems)


def _posted(site: GitHubSite, question: Mapping[str, object]) -> Any:  # noqa: ANN401  JSON
    try:
        return site.post(site.graph, question).data
    except SourceError as error:
        if site.status in _GAVE_UP:
            raise TooMuchError(str(error)) from None
        raise


def ask_repository(site: GitHubSite, repository: str, query: str, **variables: object) -> Reply:
    """One question about a repository, which the query names by $owner and $name; what it answers about that."""
    owner, name = repository.split("/", 1)
    reply = ask(site, query, owner=owner, name=name, **variables)
    found = reply.data.get("repository")
    if found is None:
        raise SourceError(f"{site.name}: {_why_missing(site, repository, reply.problems)}")
    return Reply(found, reply.problems)


def listed(site: GitHubSite, repository: str, reply: Reply, field: str, permission: str) -> Fields:
    """A list of a repository, which is null where the credential may not read it."""
    connection = reply.data.get(field)
    if connection is None:
        said = next((problem.says for problem in reply.problems), "no reason given")
        raise SourceError(
            f"{site.name}: {site.credential} may not read {permission} of {repository}; "
            f"give it read access to {permission}. GitHub says: {said}."
        )
    return connection


@contextmanager
def understood(site: GitHubSite) -> Generator[None]:
    """An answer in another shape is a sentence: what is asked there may be no GitHub at all."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{site.name}: {site.url} answers in another shape than GitHub's ({type(error).__name__}: "
            f"{str(error)[:_MOST_SAID]}); is the url right?"
        ) from error


def inner(fields: object, *steps: str) -> Any:  # noqa: ANN401  JSON
    """What lies deeper; None where something on the way is null."""
    for step in steps:
        if fields is None:
            return None
        fields = cast("Fields", fields)[step]
    return fields


def _why_missing(site: GitHubSite, repository: str, problems: Sequence[Problem]) -> str:
    problem = next(iter(problems), None)
    if problem is None or problem.kind == "NOT_FOUND":
        return f"{repository} is not there, or {site.credential} may not see it."
    return f"{site.credential} may not read {repository}: {problem.says}."


def _problem(site: GitHubSite, error: Fields) -> Problem:
    said = site.redacted(on_one_line(str(error.get("message") or "")))[:_MOST_SAID].rstrip(".")
    return Problem(str(error.get("type") or ""), said or "no reason given", tuple(error.get("path") or ()))
