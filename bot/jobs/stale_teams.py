"""What is kept of every team: whenever the data has moved, it is made anew of those that it no longer holds of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice

from bot.calendar import moment
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, StoppedError, nothing
from bot.jobs.spread import PROCESSES, Work, spread
from bot.jobs.team_by_team import Failures, failures, tell
from bot.store.database import Database
from bot.store.events import data_revision
from bot.store.ledger import Turn
from bot.store.sight import Sight
from bot.teams import Team

IsKept = Callable[[Database, Team, datetime, Sight], bool]
"""Whether what is kept of a team is what would be made of it now."""

# Without new events, for days that begin (in some zones at a quarter past) and for what the settings changed.
AT_LEAST_EVERY_SECONDS = 15 * 60.0
# From so many stale teams on, processes of their own are worth their start.
MANY = 64


def due(job: str, deps: Deps, now: float) -> Iterator[Turn]:
    """Whenever the data has moved."""
    with deps.database.reading() as connection:
        revision = data_revision(connection)
    quarter = moment(now // AT_LEAST_EVERY_SECONDS * AT_LEAST_EVERY_SECONDS)
    yield Turn(job, "", f"{quarter.isoformat()} {revision}")


def make_anew(is_kept: IsKept, make: Work, deps: Deps, _turn: Turn) -> Effect:
    """What is made of a team is kept at once."""
    now, sight, teams = deps.clock.moment(), Sight(still=True), deps.teams()
    stale = filter(partial(_is_stale, is_kept, deps, now, sight), teams)
    some = list(islice(stale, MANY)) if PROCESSES > 1 else list(stale)
    tell(_spread(make, deps, teams, now) if len(some) == MANY else _in_a_row(make, deps, some, now, sight))
    return nothing


def _is_stale(is_kept: IsKept, deps: Deps, now: datetime, sight: Sight, team: Team) -> bool:
    """What goes wrong here goes wrong again below, where it is told."""
    if deps.stopped():
        raise StoppedError
    with suppress(Exception):
        return not is_kept(deps.database, team, now, sight)
    return True


def _in_a_row(make: Work, deps: Deps, teams: Sequence[Team], now: datetime, sight: Sight) -> Failures:
    return failures(deps, teams, lambda team: make(deps.database, team, now, sight))


def _spread(make: Work, deps: Deps, teams: Sequence[Team], now: datetime) -> Failures:
    ended = dict(spread(make, deps.database, teams, now, stopped=deps.stopped, logging=deps.logging))
    if deps.stopped():
        raise StoppedError
    return {team: problem for team, problem in ended.items() if problem is not None}
