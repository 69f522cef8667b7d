"""What is done for every team, one after the other; one that fails keeps none of the others back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.errors import QuintetError, UnwellError
from bot.jobs.deps import Deps
from bot.jobs.job import StoppedError
from bot.teams import Team

Failures = Mapping[str, BaseException]
"""What went wrong, by key of the team."""


def team_by_team(deps: Deps, work: Callable[[Team], None]) -> None:
    """Raises at the end what went wrong."""
    tell(failures(deps, deps.teams(), work))


def failures(deps: Deps, teams: Iterable[Team], work: Callable[[Team], object]) -> Failures:
    """What went wrong of the work."""
    found: dict[str, BaseException] = {}
    for team in teams:
        if deps.stopped():
            raise StoppedError
        try:
            work(team)
        except Exception as problem:  # noqa: BLE001  it is told below, with the others
            found[team.key] = problem
    return found


def tell(found: Failures) -> None:
    """Raise it, if there is any; the first one is its cause."""
    if found:
        lines = (f"{team}: {said(problem)}" for team, problem in found.items())
        raise UnwellError(*lines) from next(iter(found.values()))


def said(problem: BaseException) -> str:
    """What a person is told of it."""
    return str(problem) if isinstance(problem, QuintetError) else "it failed, and the log has the reason."
