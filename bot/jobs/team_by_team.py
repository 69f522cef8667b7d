"""What is done for every team, one after the other; one that fails keeps none of the others back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import starmap

from bot.errors import QuintetError, UnwellError
from bot.jobs.deps import Deps
from bot.jobs.job import StoppedError
from bot.teams import Team


def team_by_team(deps: Deps, work: Callable[[Team], None]) -> None:
    """Raises at the end what went wrong; the first bug is its cause."""
    failures: dict[str, Exception] = {}
    for team in deps.teams():
        if deps.stopped():
            raise StoppedError
        try:
            work(team)
        except Exception as problem:  # noqa: BLE001  it is told below, with the others
            failures[team.key] = problem
    if failures:
        raise UnwellError(*starmap(_said, failures.items())) from next(iter(failures.values()))


def _said(team: str, problem: Exception) -> str:
    return f"{team}: {problem if isinstance(problem, QuintetError) else 'it failed, and the log has the reason.'}"
