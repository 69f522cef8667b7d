"""What people type behind a command: a team's name, a point in time; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import typer

from bot.errors import UnknownTeamError
from bot.teams import Team
from bot.words.small_answers import unknown_team

_NAMED = 20  # of the teams there are, in one sentence


def team_named(name: str, teams: Iterable[Team]) -> Team:
    """The team that answers to the name; else an error that says which come near."""
    known = tuple(teams)
    for team in known:
        if team.answers_to(name):
            return team
    keys = [team.key for team in known]
    raise UnknownTeamError(unknown_team(name, keys, _listed(keys)))


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
    return f"Teams: {', '.join(keys[:_NAMED])}{more}."


def point_in_time(text: str) -> datetime:
    """A time with its offset; or a day, without one, which begins at midnight where it is asked about."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a day nor a time, like 2026-10-05 or {_EXAMPLE}") from None
    if len(text) <= len("2026-10-05"):
        return at
    if at.tzinfo is None:
        raise typer.BadParameter(f"a time needs an offset, like {_EXAMPLE}")
    return at


_EXAMPLE = "2026-10-05T14:26:00Z"
