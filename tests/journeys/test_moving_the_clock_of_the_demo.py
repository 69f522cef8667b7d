"""Somebody moves the clock of the demo: to Monday's digests, to the ping, and to its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from threading import Event
from time import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.answers.teams import Roster
from bot.calendar import WEEK, moment
from bot.demo.moves import Moves
from bot.demo.organisation import BERLIN, REGRESSING, TEAMS
from bot.demo.sample import demo_workspace, sample_organisation
from bot.demo.slack_standin import Message, SlackStandIn
from bot.jobs.deps import Clock, Deps
from bot.store.schema import open_database

SOME = (REGRESSING, next(team for team in TEAMS if team.key == "ledger"))


@dataclass
class Desk:
    slack: SlackStandIn

    def shows(self) -> dict[str, Any]:
        return self._asks("GET")[1]

    def moves(self, to: str) -> dict[str, Any]:
        """To there, and what the clock shows then."""
        assert self.begins(to) is None
        while (shown := self.shows())["moving"]:
            Event().wait(0.05)
        return shown

    def begins(self, to: str) -> str | None:
        status, said = self._asks("POST", {"to": to})
        assert status == 200
        return said["problem"]

    def _asks(self, method: str, body: object = None) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection(self.slack.host, self.slack.port, timeout=30)
        try:
            connection.request(method, "/workspace/clock", json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def stands(self, kind: str) -> Sequence[Message]:
        """Messages of a kind as they stand in the channels, without their threads."""
        newest = {message.ts: message for message in self.slack.messages if kind in str(message.metadata)}
        threads = {message.ts for message in self.slack.messages if message.thread_ts}
        return [message for ts, message in newest.items() if ts not in threads]

    def channel(self, message: Message) -> str:
        where = self.slack.workspace.channel(message.channel)
        assert where
        return where.name


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with sample_organisation(SOME) as sample, demo_workspace(sample, "127.0.0.1", 0) as slack:
        yield Desk(slack)
        assert slack.refusals == ()
        assert not any(message.broadcasts for message in slack.messages)


def test_a_move_that_fails_says_so_and_the_next_one_begins_anew() -> None:
    with sample_organisation(SOME[1:]) as sample, closing(open_database(sample.database_url)) as database:
        deps = Deps(database=database, teams=Roster(database, SOME[1:]), clock=Clock(sample.clock.seconds()))
        moves = Moves(sample.clock, sample.organisation, deps)
        with moves.possible(fails), capture_logs():
            assert moves.begin("monday") is None
            while moves.moving:
                Event().wait(0.01)
            assert moves.problem == "The clock could not be moved; the terminal has the reason."
            assert moves.begin("monday") is None


def fails(_now: float) -> None:
    raise RuntimeError


def test_the_clock_goes_through_monday_and_the_regression_to_its_end(desk: Desk) -> None:
    shown = desk.shows()
    assert abs(datetime.fromisoformat(shown["now"]).timestamp() - time()) < 60
    assert (shown["zone"], shown["moving"]) == ("Europe/Berlin", False)
    assert [step["key"] for step in shown["steps"]] == ["monday", "regression", "over"]
    assert desk.begins("yesterday") == "The clock can't be moved there."

    began = datetime.fromisoformat(shown["now"])
    monday = datetime.fromisoformat(desk.moves("monday")["now"]).astimezone(BERLIN)
    assert (monday.weekday(), monday.hour) == (0, 9)
    assert began < monday <= began + timedelta(days=8)
    first = desk.stands("digest:")
    assert sorted(map(desk.channel, first)) == sorted(team.key for team in SOME)
    assert all(moment(float(each.ts), BERLIN).date() == monday.date() for each in first)
    assert desk.stands("ping:") == []

    shown = desk.moves("regression")
    assert [step["key"] for step in shown["steps"]] == ["monday", "over"]
    (ping,) = desk.stands("ping:")
    assert desk.channel(ping) == REGRESSING.key
    assert ping.text.startswith(REGRESSING.name)
    assert "It looks like: more deployments and more failures, without more testing." in str(ping.blocks)
    assert desk.begins("regression") == "That is behind; the clock moves forward only."
    told = len(desk.slack.messages)
    assert desk.slack.press(ping, "We are on it").status == 200
    desk.slack.wait_for(messages=told + 2)  # a note to who pressed, and the line below the message
    assert "The team is on it." in str(desk.stands("ping:")[0].blocks)

    assert desk.begins("over") is None
    assert desk.begins("monday") == "The clock is being moved; wait until it stands."
    while (shown := desk.shows())["moving"]:
        Event().wait(0.05)
    assert [step["key"] for step in shown["steps"]] == ["monday"]
    (closed,) = desk.stands("ping:")
    assert closed.ts == ping.ts
    assert closed.text.startswith("Over since")
    stamps = [float(message.ts) for message in desk.slack.messages if message.route == "chat.postMessage"]
    assert stamps == sorted(set(stamps))
    assert stamps[-1] - stamps[0] > 14 * WEEK
