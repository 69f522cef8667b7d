"""The job `refresh`: whatever new events touched is computed again, so that nobody has to wait for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice

from bot.answers.looks import looks_are_kept, refresh_looks
from bot.calendar import moment
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, StoppedError, nothing
from bot.jobs.spread import PROCESSES, spread
from bot.jobs.team_by_team import Failures, failures, tell
from bot.store.events import data_revision
from bot.store.ledger import Turn
from bot.store.sight import Sight
from bot.teams import Team

# Without new events, for weeks that begin (in some zones at a quarter past) and for what the settings changed.
AT_LEAST_EVERY_SECONDS = 15 * 60.0
# From so many stale teams on, processes of their own are worth their start.
MANY = 64


def _due(deps: Deps, now: float) -> Iterator[Turn]:
    """Whenever the data has moved."""
    with deps.database.reading() as connection:
        revision = data_revision(connection)
    quarter = moment(now // AT_LEAST_EVERY_SECONDS * AT_LEAST_EVERY_SECONDS)
    yield Turn("refresh", "", f"{quarter.isoformat()} {revision}")


def _run(deps: Deps, _turn: Turn) -> Effect:
    """Each team's looks are kept as soon as they are made."""
    now, sight, teams = deps.clock.moment(), Sight(still=True), deps.teams()
    stale = filter(partial(_stale, deps, now, sight), teams)
    some = list(islice(stale, MANY)) if PROCESSES > 1 else list(stale)
    tell(_spread(deps, teams, now) if len(some) == MANY else _in_a_row(deps, some, now, sight))
    return nothing


def _stale(deps: Deps, now: datetime, sight: Sight, team: Team) -> bool:
    """What goes wrong here goes wrong again below, where it is told."""
    if deps.stopped():
        raise StoppedError
    with suppress(Exception):
        return not looks_are_kept(deps.database, team, now, sight)
    return True


def _in_a_row(deps: Deps, teams: Sequence[Team], now: datetime, sight: Sight) -> Failures:
    return failures(deps, teams, lambda team: refresh_looks(deps.database, team, now, sight))


def _spread(deps: Deps, teams: Sequence[Team], now: datetime) -> Failures:
    ended = dict(spread(refresh_looks, deps.database, teams, now, stopped=deps.stopped, logging=deps.logging))
    if deps.stopped():
        raise StoppedError
    return {team: problem for team, problem in ended.items() if problem is not None}


REFRESH = Job("refresh", _due, _run)
