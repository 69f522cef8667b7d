"""The job `refresh`: whatever new events touched is computed again, so that nobody has to wait for it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answers.looks import refresh_looks
from bot.calendar import moment
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, nothing
from bot.jobs.team_by_team import team_by_team
from bot.store.events import data_revision
from bot.store.ledger import Turn
from bot.store.sight import Sight
from bot.teams import Team

# Without new events, for weeks that begin (in some zones at a quarter past) and for what the settings changed.
AT_LEAST_EVERY_SECONDS = 15 * 60.0


def _due(deps: Deps, now: float) -> Iterator[Turn]:
    """Whenever the data has moved."""
    with deps.database.reading() as connection:
        revision = data_revision(connection)
    quarter = moment(now // AT_LEAST_EVERY_SECONDS * AT_LEAST_EVERY_SECONDS)
    yield Turn("refresh", "", f"{quarter.isoformat()} {revision}")


def _run(deps: Deps, _turn: Turn) -> Effect:
    """Each team's looks are kept as soon as they are made."""
    sight = Sight()

    def refresh(team: Team) -> None:
        refresh_looks(deps.database, team, deps.clock.moment(), sight)

    team_by_team(deps, refresh)
    return nothing


REFRESH = Job("refresh", _due, _run)
