"""That a deployment failed, or did not, or that no change caused an incident: said in Slack, and counted at once."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.errors import DecisionError
from bot.events import Event
from bot.store.database import Database
from bot.store.events import team_event
from bot.store.touches import note_touch
from bot.store.verdicts import EventName, Given, give, take_back
from bot.teams import Team

_GONE = "That event is not one of {team}'s any more, so nothing was changed."
_OTHER_KIND = "That can't be said of this event, so nothing was changed."


def judge(database: Database, team: Team, given: Given) -> bool:
    """Whether that is new. Anybody who can see the team's answer may say so; who did is kept.

    Raises:
        DecisionError: where it can't be said.
    """
    if given.verdict.of != given.event.kind:
        raise DecisionError(_OTHER_KIND)
    with database.writing() as connection:
        event = _event(connection, team, given.event)
        new = give(connection, given)
        if new:
            note_touch(connection, event)
    return new


def reconsider(database: Database, team: Team, name: EventName, by: str, now: float) -> bool:
    """Take back what was said, and whether there was anything; the source's own word counts again.

    Raises:
        DecisionError: where the event is none of the team's.
    """
    with database.writing() as connection:
        event = _event(connection, team, name)
        taken = take_back(connection, name, by, now)
        if taken:
            note_touch(connection, event)
    return taken


def _event(connection: Connection, team: Team, name: EventName) -> Event:
    event = team_event(connection, team, name)
    if event is None:
        raise DecisionError(_GONE.format(team=team.key))
    return event
