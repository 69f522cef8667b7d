"""What a soak leaves behind: the events, what was told, what the watch sees, and what people read in Slack."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.answers.memory import remembering
from bot.answers.watch import watched
from bot.demo.slack_standin import Message
from bot.store.database import Database
from bot.store.events import stored_bodies
from bot.store.work_tables import told
from bot.team_report import TeamReport
from tests.soak.world import World

Key = tuple[str, int]
# The one thing in a message that goes by when exactly it was made.
_READ_AT = re.compile(r"sources read [^·]*· ")


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands in Slack: in which channel and below which other one, and its newest words."""

    channel: str
    below: Key | None
    revision: int
    text: str
    blocks: str


@dataclass(frozen=True, slots=True)
class Kept:
    events: Sequence[str]
    told: Sequence[tuple[object, ...]]
    watches: Sequence[str]
    """As `quintet regressions --json` has them, team by team."""
    answers: Sequence[str]
    """What `/dora` says of each team, but for when the sources were read."""
    said: Mapping[Key, Said]


def kept(world: World, database: Database, messages: Sequence[Message]) -> Kept:
    now = world.instants[-1] + timedelta(hours=1)
    watches = [watched(database, team, now).model_dump_json() for team in world.teams]
    answers = [_answer(remembering(database)(team, now)) for team in world.teams]
    return Kept(_events(database), _told(database), watches, answers, said(messages))


def _answer(report: TeamReport) -> str:
    return report.model_copy(update={"sources": ()}).model_dump_json()


def _events(database: Database) -> Sequence[str]:
    with database.reading() as connection:
        return sorted(stored_bodies(connection, None, None))


def _told(database: Database) -> Sequence[tuple[object, ...]]:
    """All but when exactly that was."""
    columns = (told.c.kind, told.c.team, told.c.channel, told.c.period, told.c.body, told.c.ending)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns[:4]))]


def said(messages: Sequence[Message]) -> Mapping[Key, Said]:
    """The newest form of each; of one that was posted twice, one of the two."""
    places = {(each.channel, each.ts): _key(each) for each in messages}
    threads = {_key(each): each.thread_ts for each in messages if each.route == "chat.postMessage"}
    newest = {_key(each): each for each in messages}
    return {
        key: Said(
            channel=each.channel,
            below=places.get((each.channel, threads.get(key) or "")),
            revision=_payload(each)["revision"],
            text=each.text,
            blocks=_READ_AT.sub("", json.dumps(each.blocks, ensure_ascii=False)),
        )
        for key, each in newest.items()
    }


def posted(messages: Sequence[Message]) -> Counter[Key]:
    """How often each was posted; an edit is no post."""
    return Counter(_key(each) for each in messages if each.route == "chat.postMessage")


def _key(message: Message) -> Key:
    told = _payload(message)
    return told["key"], told["part"]


def _payload(message: Message) -> dict[str, Any]:
    assert message.metadata
    return message.metadata["event_payload"]
