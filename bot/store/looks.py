"""A team's weekly looks, kept so that nobody has to look a year back to know how things stand."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from math import inf

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.metrics.reach import Reach
from bot.regression.looking import Looked
from bot.regression.looks import Look
from bot.store.events import data_revision
from bot.store.subjects import instant
from bot.store.touches import forget_touches, touched_since
from bot.store.weeks import forget_weeks, keep_weeks
from bot.store.work_tables import looks
from bot.teams import Team

RULES = 3  # moves with every change of what a look or a week says: those by other rules are made anew

_LOOKS: TypeAdapter[tuple[Look, ...]] = TypeAdapter(tuple[Look, ...])
_SHAPE = _LOOKS.json_schema()  # looks of another shape are never read
_MINE = looks.c.team == bindparam("key")
_KEPT = select(looks.c.revision, looks.c.body).where(_MINE, looks.c.fingerprint == bindparam("known"))
_KEPT_AS = select(looks.c.revision, looks.c.fingerprint).where(_MINE)
_FORGET = delete(looks).where(_MINE)


@dataclass(frozen=True, slots=True)
class Kept:
    """Looks that say what they would say if they were made now, oldest first.

    Since an instant something may be known that was not when they were made; None where nothing is kept of the team.
    """

    looks: tuple[Look, ...] = ()
    known_at: float | None = None
    """When the newest look was made, whether it still holds or not."""
    since: float | None = None
    revision: int | None = None
    """Of the data that they were made of."""


def kept_looks(connection: Connection, team: Team, reach: Reach) -> Kept:
    """Of the team as it is defined now, and of its feeds as they are."""
    mine = {"key": team.key, "known": _fingerprint(team, reach)}
    row = connection.execute(_KEPT, mine).first()
    every = () if row is None else _LOOKS.validate_json(row.body)
    if row is None or not every:
        return Kept()
    known_at = every[-1].at
    touched = touched_since(connection, team, row.revision)
    if touched is None:
        return Kept(every, known_at, known_at, row.revision)
    since = instant(touched)
    return Kept(tuple(look for look in every if look.at <= since), known_at, min(since, known_at), row.revision)


def keep_looks(
    connection: Connection, team: Team, reach: Reach, looked: Looked, revision: int, *, upon: int | None = None
) -> None:
    """Within `writing`: looks at the data as of a revision, and the weeks they saw, in place of older ones.

    What touched the team since then is only sure to be remembered where looks of it were kept before; where none
    were, and the data has moved, an empty row has it remembered from now on. Weeks that build upon others, which
    were kept as of the revision `upon`, are kept only beside those.
    """
    mine, fingerprint = {"key": team.key}, _fingerprint(team, reach)
    kept = connection.execute(_KEPT_AS, mine).first()
    now = data_revision(connection)
    made = looked.looks
    if kept is None and now != revision:
        made, revision = (), now
    elif kept is not None and kept.revision > revision:
        return
    if looked.anew_from > -inf and (kept is None or (kept.fingerprint, kept.revision) != (fingerprint, upon)):
        return
    connection.execute(_FORGET, mine)
    body = _LOOKS.dump_json(made, warnings=False).decode()  # it would warn of figures that are whole numbers
    row = {"team": team.key, "fingerprint": fingerprint, "revision": revision, "body": body}
    connection.execute(insert(looks), row)
    keep_weeks(connection, team, looked.weeks, looked.anew_from)


def forget_looks(connection: Connection, teams: Collection[Team]) -> None:
    """Within `writing`: looks and weeks of teams that there are no longer, and the touches that no looks wait for."""
    keys = [team.key for team in teams]
    connection.execute(delete(looks).where(looks.c.team.not_in(keys)))
    forget_weeks(connection, keys)
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
