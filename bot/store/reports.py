"""Teams' reports, kept so that nobody has to wait until one is made."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, insert, select

import bot
from bot.metrics.reach import Reach
from bot.store.touches import unchanged_until
from bot.store.work_tables import reports
from bot.team_report import TeamReport
from bot.teams import Team

_MINE = reports.c.team == bindparam("key")
_KEPT = select(reports.c.revision, reports.c.body).where(_MINE, reports.c.fingerprint == bindparam("known"))
_FORGET = delete(reports).where(_MINE)


def kept_report(connection: Connection, team: Team, at: float, reach: Reach) -> TeamReport | None:
    """The one that would be made now of the time before an instant; None where none is kept that still holds."""
    body = _body(connection, team, at, reach)
    return None if body is None else TeamReport.model_validate_json(body)


def is_kept(connection: Connection, team: Team, at: float, reach: Reach) -> bool:
    """Whether there is such a one."""
    return _body(connection, team, at, reach) is not None


def keep_report(
    connection: Connection, team: Team, at: float, reach: Reach, made: TeamReport, *, revision: int
) -> None:
    """Within `writing`: in place of an older one; `revision` is of the data that it was made of, or of older data."""
    row = {"team": team.key, "fingerprint": _fingerprint(team, at, reach), "revision": revision}
    connection.execute(_FORGET, {"key": team.key})
    connection.execute(insert(reports), row | {"body": made.model_dump_json()})


def forget_reports(connection: Connection, teams: Collection[Team]) -> None:
    """Within `writing`: those of all but these teams."""
    connection.execute(delete(reports).where(reports.c.team.not_in([team.key for team in teams])))


def _body(connection: Connection, team: Team, at: float, reach: Reach) -> str | None:
    row = connection.execute(_KEPT, {"key": team.key, "known": _fingerprint(team, at, reach)}).first()
    return row.body if row is not None and unchanged_until(connection, team, at, row.revision) else None


def _fingerprint(team: Team, at: float, reach: Reach) -> str:
    """What a report depends on beside events."""
    known = {"code": _code(), "team": asdict(team), "at": at, "reach": asdict(reach) | {"pulled": sorted(reach.pulled)}}
    return sha256(json.dumps(known, default=str).encode()).hexdigest()


@cache
def _code() -> str:
    """A report is worded by code all over the package: what another version of any of it made is not shown."""
    digest = sha256()
    for path in sorted(Path(bot.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
