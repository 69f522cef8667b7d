"""What people type behind a command: a team's name, a point in time; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from bot.calendar import instant
from bot.errors import UnknownTeamError
from bot.teams import Team, team_called
from bot.words.small_answers import unknown_team

_DIGITS = 9  # of a number that is worth reading
_NAMED = 20  # of the teams there are, in one sentence


def team_named(name: str, teams: Iterable[Team]) -> Team:
    """The team that answers to the name; else an error that says which come near."""
    known = tuple(teams)
    if team := team_called(name, known):
        return team
    named = [(team.key, team.name) for team in known]
    raise UnknownTeamError(unknown_team(name, named, _listed([key for key, _ in named])))


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


def whole(low: int, high: int, unit: str) -> Callable[[str], int]:
    """A number of something, within bounds."""

    def number(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS or not low <= int(text) <= high:
            raise typer.BadParameter(f"{text!r} is no number of {unit} from {low} to {high}")
        return int(text)

    return number


def require_past(as_of: datetime | None, zone: ZoneInfo, now: datetime) -> None:
    """Of what lies ahead nothing is known, and an answer as of then would look like one."""
    if as_of is not None and instant(as_of, zone) > now.timestamp():
        told = (
            f"{as_of.date()} has not begun in {zone.key}" if as_of.tzinfo is None else f"{as_of.isoformat()} is to come"
        )
        raise typer.BadParameter(f"{told}; nothing is known of it yet", param_hint="'--as-of'")


_EXAMPLE = "2026-10-05T14:26:00Z"
