"""What tests of delivery share: a clock that they move, a Slack that goes by it, and rounds until nothing is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import Any, Literal

from sqlalchemy import select

from bot.blocks.message import Message
from bot.demo.slack_standin import Script, SlackStandIn, Workspace
from bot.demo.slack_standin.record import Record
from bot.jobs.deliver import Round, Slack, deliver
from bot.jobs.undelivered import Managers
from bot.slack.poster import Poster
from bot.store.database import Database
from bot.store.outbox import Outgoing, enqueue
from bot.store.work_tables import outbox

NOW = 1_793_606_400.0
READING = ("commands", "chat:write", "channels:history", "channels:read")
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "In blocks."}}
MESSAGE = Message("The summary.", (SECTION,), "All of it in words.")


@dataclass
class Hands:
    """A clock that moves only when somebody waits, or when a test moves it."""

    now: float = NOW
    _lock: Lock = field(default_factory=Lock)

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


@dataclass
class Post:
    """A workspace, its outbox and its clock."""

    database: Database
    standing: SlackStandIn
    clock: Hands
    slack: Slack
    if_unknown: Literal["park", "repost"] = "park"
    managers: Managers = field(default_factory=dict[str, str])
    stop: Event = field(default_factory=Event)

    def enqueue(self, *outgoing: Outgoing) -> None:
        with self.database.writing() as connection:
            enqueue(connection, outgoing, self.clock())

    def round(self) -> Round:
        return deliver(
            self.database,
            self.slack,
            self.clock,
            if_unknown=self.if_unknown,
            managers=self.managers,
            stop=self.stop,
            pause=self.clock.wait,
        )

    def rounds(self, until: float = NOW + 600.0) -> None:
        """As the bot's own loop: again whenever there is something to do."""
        while (again := self.round().again_at) is not None and again <= until:
            self.clock.now = max(self.clock.now, again)

    def rows(self) -> Sequence[Any]:
        with self.database.reading() as connection:
            return connection.execute(select(outbox).order_by(outbox.c.key, outbox.c.part)).all()

    def states(self) -> list[tuple[str, str | None]]:
        return [(row.state, row.reason) for row in self.rows()]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.standing.messages]


def workspace(clock: Hands) -> SlackStandIn:
    names = [f"team-{number}" for number in (1, 2, 3)]
    return SlackStandIn(Workspace.with_channels(names), clock=clock)


def opened(standing: SlackStandIn, clock: Hands, database: Database, scopes: Sequence[str] = READING) -> Post:
    """As on the first day."""
    clock.now = NOW
    standing.state.workspace = replace(standing.workspace, scopes=tuple(scopes))
    standing.state.record, standing.state.script = Record(clock), Script()
    return Post(database, standing, clock, poster(standing))


def poster(standing: SlackStandIn) -> Poster:
    return Poster(standing.workspace.bot_token, standing.api_url)


def a_post(number: int = 1, text: str = "The summary.", **changes: Any) -> Outgoing:
    """The message of one team's digest."""
    given: dict[str, Any] = {
        "key": f"digest:team-{number}:#team-{number}:2026-10-26",
        "part": 0,
        "channel": f"#team-{number}",
        "operation": "post",
        "message": Message(text, MESSAGE.blocks, MESSAGE.words),
    }
    return Outgoing(**given | changes)


def a_reply(part: int, number: int = 1, text: str = "A detail.") -> Outgoing:
    return a_post(number, text, part=part, operation="reply", parent=0)
