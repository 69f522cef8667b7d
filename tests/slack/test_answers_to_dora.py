"""/dora over HTTP with signed requests: what comes back at once, and what is posted."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreError
from bot.slack.pool import AnswerPool
from bot.team_report import TeamReport
from bot.teams import Team
from tests.slack.conftest import NOW, TEAM, Workspace
from tests.unit.answers.report_examples import dramatic

Open = Callable[..., Workspace]
REFERENCE = re.compile(r"Reference ([0-9a-f]{6})\.")


def dramatically(team: Team, at: datetime) -> TeamReport:
    assert (team, at) == (TEAM, NOW)
    return dramatic()


def failing(error: Exception) -> Callable[[Team, datetime], TeamReport]:
    def answer(_team: Team, _at: datetime) -> TeamReport:
        raise error

    return answer


def test_a_team_is_acknowledged_at_once_and_answered_through_the_response_url(workspace: Open) -> None:
    slack = workspace(dramatically)
    ack = slack.types("team-x")
    assert (ack.status, ack.text) == (200, "")
    (post,) = slack.answers()
    assert post["response_type"] == "ephemeral"
    assert dramatic().reading.says[:20] in post["text"]
    assert {"table", "data_visualization"} <= {block["type"] for block in post["blocks"]}


def test_bare_dora_answers_in_the_team_s_channel(workspace: Open) -> None:
    slack = workspace(dramatically)
    slack.types("", channel="team-x")
    assert slack.answers()[0]["blocks"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "team-x"),
        ("help", "team-x"),
        ("list", "team-x"),
        ("team-y", 'No team "team-y".'),
        ("rank", "I don't compare"),
    ],
)
def test_what_needs_no_data_is_answered_in_a_few_words(workspace: Open, text: str, says: str) -> None:
    slack = workspace(failing(AssertionError("no data was asked for")))
    assert slack.types(text).status == 200
    (post,) = slack.answers()
    assert says in post["text"]
    assert post["response_type"] == "ephemeral"


def test_an_error_that_explains_itself_is_told_with_a_reference_that_the_log_has(workspace: Open) -> None:
    slack = workspace(failing(StoreError("The database quintet.db is locked by a backup. Try again in a minute.")))
    with capture_logs() as log:
        slack.types("team-x")
        (post,) = slack.answers()
    told = REFERENCE.search(post["text"])
    assert told
    assert post["text"].startswith("The database quintet.db is locked by a backup. Try again in a minute.")
    assert [(entry["action"], entry["reference"]) for entry in log] == [("answer_failed", told[1])]


def test_any_other_error_becomes_one_sentence_and_no_traceback(workspace: Open) -> None:
    slack = workspace(failing(ZeroDivisionError("division by zero in secret.py")))
    with capture_logs() as log:
        slack.types("team-x")
        (post,) = slack.answers()
    assert REFERENCE.search(post["text"])
    assert "secret.py" not in post["text"]
    assert "Traceback" not in post["text"]
    assert isinstance(log[0]["exc_info"], ZeroDivisionError)


def test_an_answer_that_nobody_takes_is_logged_without_its_address(workspace: Open) -> None:
    slack = workspace(dramatically)
    with capture_logs() as log:
        slack.types("team-x", response_url="https://example.com/commands/secret-path")
        assert slack.answers() == []
    assert [entry["action"] for entry in log] == ["answer_undelivered"]
    assert "secret-path" not in str(log)


def test_a_full_queue_says_so_at_once(workspace: Open) -> None:
    hold = threading.Event()

    def slowly(team: Team, at: datetime) -> TeamReport:
        hold.wait(10)
        return dramatically(team, at)

    slack = workspace(slowly, AnswerPool(workers=1, most=2))
    try:
        first, second, third = (slack.types("team-x") for _ in range(3))
        assert first.text == second.text == ""
        assert third.status == 200
        assert third.json == {
            "response_type": "ephemeral",
            "text": "I am still answering many others. Ask again in a minute.",
        }
    finally:
        hold.set()
    assert len(slack.answers()) == 2


def test_nothing_new_is_taken_while_the_bot_stops(workspace: Open) -> None:
    slack = workspace(dramatically)
    slack.answers()
    assert "Ask again" in slack.types("team-x").json["text"]


def test_another_command_is_not_this_bot_s(workspace: Open) -> None:
    assert workspace(dramatically).types("team-x", command="/other").status == 404


@pytest.mark.parametrize("text", ["x" * 10_000, "<!channel>" * 500, "\x00\u202e\ud7ff"])
def test_odd_text_is_answered_and_notifies_nobody(workspace: Open, text: str) -> None:
    slack = workspace(dramatically)
    slack.types(text)
    (post,) = slack.answers()
    assert "No team" in post["text"]
    assert len(post["text"]) < 4_000
    assert "<!" not in post["text"]
