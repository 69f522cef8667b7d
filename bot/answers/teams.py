"""Which teams there are: those of the settings and those that came with an import, put together once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.store.database import Database
from bot.store.events import data_revision
from bot.store.teams import kept_teams
from bot.teams import Team


def composed(configured: Iterable[Team], kept: Iterable[Team]) -> tuple[Team, ...]:
    """The settings' teams, then those kept ones that no other team answers for under its own or an earlier name."""
    teams = {team.key: team for team in configured}
    imported = tuple(kept)
    for team in imported:
        others = (*teams.values(), *(other for other in imported if other.key != team.key))
        if not any(other.answers_to(team.key) for other in others):
            teams[team.key] = team
    return tuple(teams.values())


class Roster:
    """The teams as they are now; asked at every command, and read anew only when the data has moved."""

    def __init__(self, database: Database, configured: Sequence[Team]) -> None:
        """The settings' teams are read once; the kept ones may change while the bot runs."""
        self._database = database
        self._configured = tuple(configured)
        self._known: tuple[int, tuple[Team, ...]] = (-1, ())

    def __call__(self) -> tuple[Team, ...]:
        with self._database.reading() as connection:
            revision = data_revision(connection)
            if self._known[0] != revision:
                self._known = (revision, composed(self._configured, kept_teams(connection)))
        return self._known[1]
