"""What is kept of a team's weeks; good for as long as its kept looks are (bot/store/looks.py)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import date
from math import inf, isnan
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.calendar import local_date, midnight
from bot.regression.samples import Floats
from bot.regression.tallies import COLUMNS, Tallies
from bot.regression.traces import Trace
from bot.regression.weeks import Weeks
from bot.store.work_tables import team_weeks
from bot.teams import Team

_NAMES = np.dtype("<u4")
_LISTED = team_weeks.c
_MINE = _LISTED.team == bindparam("key")
_KEPT = select(_LISTED.week, _LISTED.body, _LISTED.names).where(_MINE).order_by(_LISTED.week)
_FORGET = delete(team_weeks).where(_MINE, _LISTED.week >= bindparam("first"))


def kept_weeks(connection: Connection, team: Team, known_at: float) -> Weeks | None:
    """All weeks up to that of the newest kept look; None where none are kept."""
    rows = connection.execute(_KEPT, {"key": team.key}).all()
    if not rows:
        return None
    starts = [midnight(date.fromisoformat(week), team.zone) for week, _, _ in rows]
    bodies: list[dict[str, Any]] = json.loads(f"[{','.join(body for _, body, _ in rows)}]")
    return Weeks(
        Tallies(
            np.array([*starts, known_at]),
            np.array([body["figures"] for body in bodies], dtype=np.float64).reshape(-1, COLUMNS),
            *(_all(bodies, name) for name in ("incidents", "signs", "redefined")),
        ),
        tuple(
            Trace(
                start,
                body["until"],
                np.frombuffer(names, dtype=_NAMES),
                frozenset(body["deployed"]),
                frozenset(body["listing"]),
            )
            for start, body, (_, _, names) in zip(starts, bodies, rows, strict=True)
        ),
    )


def keep_weeks(connection: Connection, team: Team, weeks: Weeks, anew_from: float) -> None:
    """Within `writing`: those from an instant on, in place of what was kept from then on."""
    first = "" if anew_from == -inf else local_date(anew_from, team.zone).isoformat()
    connection.execute(_FORGET, {"key": team.key, "first": first})
    rows = list(_rows(team, weeks.since(anew_from)))
    if rows:
        connection.execute(insert(team_weeks), rows)


def forget_weeks(connection: Connection, teams: Collection[str]) -> None:
    """Within `writing`: the weeks of all but these teams."""
    connection.execute(delete(team_weeks).where(team_weeks.c.team.not_in(teams)))


def _rows(team: Team, weeks: Weeks) -> Iterator[dict[str, object]]:
    tallies = weeks.tallies
    for place, trace in enumerate(weeks.traces):
        end = float(tallies.edges[place + 1])
        body = {
            "figures": [None if isnan(figure) else figure for figure in tallies.figures[place].tolist()],
            "incidents": _within(tallies.incidents, trace.start, end),
            "signs": _within(tallies.signs, trace.start, end),
            "redefined": _within(tallies.redefined, trace.start, end),
            "until": trace.until,
            "deployed": sorted(trace.deployed),
            "listing": sorted(trace.listing),
        }
        yield {
            "team": team.key,
            "week": local_date(trace.start, team.zone).isoformat(),
            "body": json.dumps(body, separators=(",", ":")),
            "names": trace.names.astype(_NAMES).tobytes(),
        }


def _all(bodies: list[dict[str, Any]], name: str) -> Floats:
    return np.array([at for body in bodies for at in body[name]], dtype=np.float64)


def _within(instants: Floats, start: float, end: float) -> list[float]:
    first, last = np.searchsorted(instants, (start, end))
    found: list[float] = instants[first:last].tolist()
    return found
