"""What a sync leaves beside the events: four lists a team, all read lately, each covering the team's services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

from generate import FIRST_MONDAY, team_services
from sqlalchemy import insert

from bot.source import Coverage, Page, Stream
from bot.store.database import Database
from bot.store.streams import _row
from bot.store.tables import streams
from bot.stream_state import StreamState

KINDS = ("deployment", "change", "pipeline_run", "incident")


def add_streams(teams: int, weeks: int, database_url: str) -> None:
    """As many rows as so many teams would have."""
    end = FIRST_MONDAY + timedelta(weeks=weeks)
    with closing(Database(database_url)) as database, database.writing() as connection:
        connection.execute(insert(streams), [_row(state) for state in _states(teams, end)])


def _states(teams: int, end: datetime) -> Iterator[StreamState]:
    for team in range(teams):
        services = team_services(team)
        for kind in KINDS:
            stream = Stream(
                name=f"acme/{services[0]} {kind}",
                source=f"bench:{services[0]}",
                kinds=(kind,),
                covers=Coverage(services=services),
                rule="{}",
                fetch=lambda _ask: Page(),
            )
            yield replace(StreamState.of("bench", stream, FIRST_MONDAY), reached=FIRST_MONDAY, synced_at=end)
