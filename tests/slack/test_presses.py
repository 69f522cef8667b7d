"""Buttons over HTTP with signed requests: each press is acknowledged at once, and what can't be taken shows a sign."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from structlog.testing import capture_logs

from bot.blocks.buttons import About, Act, button
from bot.slack.pool import AnswerPool
from bot.team_report import TeamReport
from bot.teams import Team
from tests.slack.conftest import NOW, Reply, Workspace, signed
from tests.unit.answers.report_examples import dramatic

Open = Callable[..., Workspace]


def answer(_team: Team, _at: datetime) -> TeamReport:
    return dramatic()


def press(slack: Workspace, act: Act, response_url: str = "", secret: str | None = None) -> Reply:
    """Press a button of one message."""
    payload = {
        "type": "block_actions",
        "user": {"id": "U0"},
        "team": {"id": "T0"},
        "channel": {"id": "C0", "name": "general"},
        "container": {"type": "message", "message_ts": "1.1", "is_ephemeral": True},
        "trigger_id": "1.2",
        "response_url": response_url or slack.inbox.url,
        "actions": [{**button(act, "Button", About(team="team-x", as_of=NOW)), "block_id": "b"}],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = signed(body) if secret is None else signed(body, secret=secret)
    return slack.http.post("/slack/events", body, headers)


def test_what_is_shared_is_seen_by_the_channel_and_only_once(workspace: Open) -> None:
    slack = workspace(answer, AnswerPool(workers=1))
    assert [press(slack, Act.SHARE).status for _ in range(2)] == [200, 200]
    shared, again = slack.answers()
    assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
    assert (again["response_type"], again["text"]) == ("ephemeral", "That was done already.")


def test_another_process_shares_it_no_second_time(workspace: Open) -> None:
    first, second = workspace(answer, AnswerPool(workers=1)), workspace(answer, AnswerPool(workers=1))
    press(first, Act.SHARE)
    assert [each["response_type"] for each in first.answers()] == ["in_channel"]
    press(second, Act.SHARE)
    assert [each["text"] for each in second.answers()[1:]] == ["That was done already."]


def test_what_could_not_be_shared_is_shared_by_the_next_press(workspace: Open) -> None:
    slack = workspace(answer, AnswerPool(workers=1))
    with capture_logs() as log:
        press(slack, Act.SHARE, response_url="https://example.com/elsewhere")
        press(slack, Act.SHARE)
        (shared,) = slack.answers()
    assert shared["response_type"] == "in_channel"
    assert [entry["action"] for entry in log] == ["answer_undelivered"]


def test_an_answer_that_fails_can_be_shared_again(workspace: Open) -> None:
    tries: list[int] = []

    def at_second(team: Team, at: datetime) -> TeamReport:
        tries.append(1)
        return answer(team, at) if len(tries) > 1 else 1 / 0

    slack = workspace(at_second, AnswerPool(workers=1))
    with capture_logs():
        press(slack, Act.SHARE)
        press(slack, Act.SHARE)
        failed, shared = slack.answers()
    assert "Reference" in failed["text"]
    assert (failed["response_type"], shared["response_type"]) == ("ephemeral", "in_channel")


def test_where_too_much_waits_slack_shows_its_sign_for_a_press_that_was_not_taken(workspace: Open) -> None:
    hold = threading.Event()

    def slowly(team: Team, at: datetime) -> TeamReport:
        hold.wait(10)
        return answer(team, at)

    slack = workspace(slowly, AnswerPool(workers=1, most=1))
    try:
        assert [press(slack, Act.SHARE).status for _ in range(2)] == [200, 503]
    finally:
        hold.set()
    assert len(slack.answers()) == 1


def test_a_press_that_slack_did_not_sign_is_refused(workspace: Open) -> None:
    slack = workspace(answer)
    assert press(slack, Act.SHARE, secret="another").status == 401
    assert slack.answers() == []
