"""The watch's looks of every team, kept as the bot keeps them once its first refresh has run."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import datetime
from functools import partial

from generate import Size, team_key, team_services

from bot.answers.looks import refresh_looks
from bot.store.schema import open_database
from bot.store.sight import Sight
from bot.teams import Team

_AT_ONCE = 50  # teams that one process refreshes before it takes the next ones


def keep_looks(size: Size, database_url: str, now: datetime) -> None:
    """Of all teams, on all cores."""
    places = [range(first, min(first + _AT_ONCE, size.teams)) for first in range(0, size.teams, _AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(_refresh, database_url, now), places))


def _refresh(database_url: str, now: datetime, places: range) -> None:
    sight = Sight()
    with closing(open_database(database_url)) as database:
        for place in places:
            refresh_looks(database, Team(team_key(place), f"Team {place}", team_services(place)), now, sight)
