"""Teams that came with an import: kept, so that what was imported for them can be asked for."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select, update

from bot.store.tables import store_state, teams
from bot.teams import Team

_TEAM = TypeAdapter(Team)


def keep_teams(connection: Connection, described: Iterable[Team]) -> None:
    """Keep each team as it is described now, in place of what was kept under its key."""
    known = {key: body for key, body in connection.execute(select(teams.c.key, teams.c.body))}  # noqa: C416  rows are no pairs
    told = {team.key: _TEAM.dump_json(team).decode() for team in described}
    changed = [{"key": key, "body": body} for key, body in told.items() if known.get(key) != body]
    if changed:
        connection.execute(delete(teams).where(teams.c.key.in_([row["key"] for row in changed])))
        connection.execute(insert(teams), changed)
        connection.execute(update(store_state).values(revision=store_state.c.revision + 1))


def kept_teams(connection: Connection) -> tuple[Team, ...]:
    """The teams that were kept, in order of key."""
    bodies = connection.execute(select(teams.c.body).order_by(teams.c.key)).scalars()
    return tuple(_TEAM.validate_json(body) for body in bodies)
