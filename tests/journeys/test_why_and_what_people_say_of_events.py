"""Somebody asks why, walks to the events behind the claims, and says of one that it counts wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.blocks.buttons import About, Act, EventTold, button
from bot.demo.slack_standin import Message, SlackStandIn, Workspace, labels
from bot.demo.slack_standin.press import Press
from bot.events import Deployment, Incident
from bot.ingest import ingest_events
from bot.process import running
from bot.store.database import Database
from bot.store.verdict_tables import verdicts
from bot.teams import Team
from tests.desks import settings_for

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEAM = Team("team-x", "Team X", ("checkout",), channel="#team-x")
WEEKS = 30


def history() -> Iterator[Deployment | Incident]:
    """Thirty weeks of three deployments, every fifth of which fails."""
    for number in range(3 * WEEKS):
        at = NOW - timedelta(weeks=WEEKS) + timedelta(hours=56 * number)
        yield Deployment.model_validate(
            {
                "kind": "deployment",
                "id": f"d-{number}",
                "service": "checkout",
                "status": "success",
                "finished_at": at,
                "url": f"https://ci.example/d-{number}",
            }
        )
        if number % 5 == 0:
            yield Incident.model_validate(
                {
                    "kind": "incident",
                    "id": f"i-{number}",
                    "service": "checkout",
                    "status": "resolved",
                    "started_at": at + timedelta(hours=1),
                    "resolved_at": at + timedelta(hours=40),
                    "title": "Checkout <!channel> *slow*",
                }
            )


@dataclass
class Desk:
    slack: SlackStandIn
    database: Database

    def asks(self, http: bool = True) -> Message:
        seen = len(self.slack.messages)
        (self.slack.command if http else self.slack.command_over_socket)("/dora", TEAM.key, "general")
        return self.slack.wait_for(messages=seen + 1)[seen]

    def presses(self, message: Message, label: str, http: bool = True) -> Message:
        seen = len(self.slack.messages)
        if http:
            assert self.slack.press(message, label).status == 200
        else:
            assert self.slack.press_over_socket(message, label)
        return self.slack.wait_for(messages=seen + 1)[seen]

    def failures(self) -> str:
        """How many of the deployments failed, as the answer has it."""
        found = re.search(r"\((\d+) of \d+\)", str(self.asks().blocks))
        assert found
        return found[1]

    def sends(self, value: str, act: Act = Act.FAILED) -> int:
        """Press a button that carries what the bot never made."""
        shown = self.asks()
        element = {**button(act, "This failed", About(team="team-x")), "value": value, "block_id": "b"}
        where = self.slack.workspace.channels[0]
        url = self.slack.url + self.slack.state.open_response_url(where, shown.ts)
        return self.slack.interact(Press(shown, element, where, url, "1.2").payload(self.slack.workspace)).status


@pytest.fixture
def desk(request: pytest.FixtureRequest, database: Database, database_url: str) -> Iterator[Desk]:
    ingest_events(database, history())
    workspace = Workspace.with_channels(["general", "team-x"])
    with SlackStandIn(workspace) as slack:
        settings = settings_for(slack, database_url, TEAM)
        with running(settings, http=getattr(request, "param", True), clock=lambda: NOW) as address:
            slack.events_url = f"{address}/slack/events"
            slack.socket_mode.wait_for_app(0 if getattr(request, "param", True) else 10)
            yield Desk(slack, database)
        assert slack.refusals == ()
        assert not any(message.broadcasts for message in slack.messages)


def test_why_leads_from_the_pattern_to_the_events_behind_each_claim_with_their_links(desk: Desk) -> None:
    walk = desk.presses(desk.asks(), "Why?")
    assert walk.ephemeral
    told = str(walk.blocks)
    assert "https://ci.example/d-" in told
    assert "failed: an incident came from it" in told
    assert {"This did not fail", "Further"} <= set(labels(walk))
    further = desk.presses(walk, "Further")
    assert further.ts == walk.ts  # in its place
    assert "Page 2 of" in str(further.blocks)
    assert desk.presses(further, "Back").blocks == walk.blocks


def test_an_answer_is_shared_with_the_channel_once_and_names_nobody(desk: Desk) -> None:
    answer = desk.asks()
    shared = desk.presses(answer, "Share in channel")
    assert not shared.ephemeral
    assert shared.blocks == answer.blocks[:-1]
    assert desk.slack.workspace.user_id not in str(shared)
    again = desk.presses(answer, "Share in channel")
    assert again.ephemeral
    assert "done already" in again.text


@pytest.mark.parametrize("desk", [True, False], indirect=True, ids=["HTTP", "Socket Mode"])
def test_a_deployment_that_did_not_fail_counts_as_such_at_once_and_can_be_taken_back(
    desk: Desk, request: pytest.FixtureRequest
) -> None:
    http = request.node.callspec.params["desk"]
    walk = desk.presses(desk.asks(http), "Why?", http)
    before = len([label for label in labels(walk) if label == "This did not fail"])
    judged = desk.presses(walk, "This did not fail", http)
    assert judged.ts == walk.ts
    assert judged.text.startswith("Kept.")
    with desk.database.reading() as connection:
        (row,) = connection.execute(select(verdicts)).all()
    assert (row.kind, row.verdict, row.by, row.team) == ("deployment", "not_failed", "U0000000001", "team-x")
    found = judged
    while "Take back" not in labels(found):
        found = desk.presses(found, "Further", http)
    assert "Said in Slack on 2 Nov: it did not fail." in str(found.blocks)
    assert desk.presses(found, "Take back", http).text.startswith("Taken back. The figures count what its source says")
    again = desk.presses(desk.asks(http), "Why?", http)
    assert len([label for label in labels(again) if label == "This did not fail"]) == before


def test_an_incident_that_no_change_caused_makes_one_failure_fewer(desk: Desk) -> None:
    before = int(desk.failures())
    walk = desk.presses(desk.asks(), "Why?")
    while "Not caused by a change" not in labels(walk):
        walk = desk.presses(walk, "Further")
    desk.presses(walk, "Not caused by a change")
    assert int(desk.failures()) == before - 1
    desk.presses(walk, "Not caused by a change")  # the same button, pressed again
    assert int(desk.failures()) == before - 1


@pytest.mark.parametrize(
    "value",
    [
        "",
        "team-x",
        "{}",
        '{"team": "team-x", "invented": 1}',
        '{"team": "team-x", "page": -1}',
        '{"team": "team-x"' + " " * 3_000 + "}",
    ],
)
def test_a_value_that_no_button_of_the_bot_carries_does_nothing(desk: Desk, value: str) -> None:
    seen = len(desk.slack.messages)
    assert desk.sends(value) == 200
    desk.asks()
    assert len(desk.slack.messages) == seen + 2  # the two answers and nothing else


@pytest.mark.parametrize(
    ("about", "says"),
    [
        (About(team="team-y"), "There is no team team-y any more"),
        (About(team="team-x"), "nothing was changed"),
        (About(team="team-x", event=EventTold(source="file", kind="deployment", id="d-999")), "nothing was changed"),
        (About(team="team-x", event=EventTold(source="file", kind="incident", id="i-0")), "nothing was changed"),
    ],
)
def test_what_can_t_be_done_is_said_in_a_sentence(desk: Desk, about: About, says: str) -> None:
    seen = len(desk.slack.messages)
    assert desk.sends(about.value) == 200
    assert says in desk.slack.wait_for(messages=seen + 2)[-1].text
