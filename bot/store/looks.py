"""A team's weekly looks, kept so that nobody has to look a year back to know how things stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from hashlib import sha256

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select

from bot.metrics.reach import Reach
from bot.regression.looks import Look
from bot.store.events import data_revision
from bot.store.subjects import instant
from bot.store.touches import forget_touches, touched_since
from bot.store.work_tables import looks
from bot.teams import Team

RULES = 1  # moves with every change of what a look says: looks by other rules are made anew

_LOOKS: TypeAdapter[tuple[Look, ...]] = TypeAdapter(tuple[Look, ...])
_SHAPE = _LOOKS.json_schema()  # looks of another shape are never read


def kept_looks(connection: Connection, team: Team, reach: Reach) -> tuple[Look, ...]:
    """Those that say what they would say if they were made now, oldest first."""
    mine = (looks.c.team == team.key, looks.c.fingerprint == _fingerprint(team, reach))
    row = connection.execute(select(looks.c.revision, looks.c.body).where(*mine)).first()
    if row is None:
        return ()
    touched = touched_since(connection, team, row.revision)
    kept = _LOOKS.validate_json(row.body)
    return kept if touched is None else tuple(look for look in kept if look.at <= instant(touched))


def keep_looks(connection: Connection, team: Team, reach: Reach, made: Iterable[Look], revision: int) -> None:
    """Within `writing`: looks made of the data as of a revision, in place of older ones.

    What touched the team since then is only sure to be remembered where looks of it were kept before; where none
    were, and the data has moved, an empty row has it remembered from now on.
    """
    kept = connection.execute(select(looks.c.revision).where(looks.c.team == team.key)).scalar()
    now = data_revision(connection)
    if kept is None and now != revision:
        made, revision = (), now
    elif kept is not None and kept > revision:
        return
    connection.execute(delete(looks).where(looks.c.team == team.key))
    body = _LOOKS.dump_json(tuple(made), warnings=False).decode()  # it would warn of figures that are whole numbers
    row = {"team": team.key, "fingerprint": _fingerprint(team, reach), "revision": revision, "body": body}
    connection.execute(insert(looks).values(row))


def forget_looks(connection: Connection, teams: Collection[Team]) -> None:
    """Within `writing`: the looks of teams that there are no longer, and the touches that no looks wait for."""
    keys = [team.key for team in teams]
    connection.execute(delete(looks).where(looks.c.team.not_in(keys)))
    forget_touches(connection)


def _fingerprint(team: Team, reach: Reach) -> str:
    """What a look depends on beside events and time."""
    known = {
        "rules": RULES,
        "shape": _SHAPE,
        "names": [team.key, *team.aliases],
        "services": team.services,
        "zone": team.zone.key,
        "attribution_hours": team.attribution_hours,
        "freezes": [(each.first.isoformat(), each.last.isoformat()) for each in team.freezes],
        "seen_since": reach.seen_since,
        "loaded_from": reach.loaded_from,
        "pulled": sorted(reach.pulled),
    }
    return sha256(json.dumps(known).encode()).hexdigest()
