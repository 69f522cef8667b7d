"""The job `refresh`: whatever new events touched is computed again, so that nobody has to wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap

from bot.answers.looks import refresh_looks
from bot.calendar import moment
from bot.errors import QuintetError, UnwellError
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, StoppedError, nothing
from bot.store.events import data_revision
from bot.store.ledger import Turn
from bot.store.sight import Sight

# Without new events, for weeks that begin (in some zones at a quarter past) and for what the settings changed.
AT_LEAST_EVERY_SECONDS = 15 * 60.0
_LEASE_SECONDS = 15 * 60.0


def _due(deps: Deps, now: float) -> Iterator[Turn]:
    """Whenever the data has moved."""
    with deps.database.reading() as connection:
        revision = data_revision(connection)
    quarter = moment(now // AT_LEAST_EVERY_SECONDS * AT_LEAST_EVERY_SECONDS)
    yield Turn("refresh", "", f"{quarter.isoformat()} {revision}")


def _run(deps: Deps, _turn: Turn) -> Effect:
    """Team by team: each is kept as soon as it is made, and one that fails keeps none of the others back."""
    failures: dict[str, Exception] = {}
    sight = Sight()
    for team in deps.teams():
        if deps.stopped():
            raise StoppedError
        try:
            refresh_looks(deps.database, team, deps.clock.moment(), sight)
        except Exception as problem:  # noqa: BLE001  it is told below, with the others
            failures[team.key] = problem
    if failures:
        raise UnwellError(*starmap(_said, failures.items())) from next(iter(failures.values()))
    return nothing


def _said(team: str, problem: Exception) -> str:
    return f"{team}: {problem if isinstance(problem, QuintetError) else 'its looks could not be made.'}"


REFRESH = Job("refresh", _LEASE_SECONDS, _due, _run)
