"""The JSON API behind the workspace page: what it sends, what it shows, and whom it does not trust."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any, cast
from urllib.parse import quote

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.demo import page
from bot.demo.clock import MovableClock
from bot.demo.organisation import Organisation
from bot.demo.sample import Sample, workspace_page
from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.errors import ServeError

AS_JSON = {"Content-Type": "application/json"}


@pytest.fixture
def slack(httpserver: HTTPServer) -> Iterator[SlackStandIn]:
    standing = SlackStandIn(Workspace.with_channels(["general", "team-x"]))
    standing.events_url = httpserver.url_for("/slack/events")
    standing.serve_also(page.routes(standing, ["/dora help"]))
    with standing:
        yield standing


def ask(
    slack: SlackStandIn, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection(slack.host, slack.port, timeout=5)
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    told = answer.status, dict(answer.getheaders()), answer.read().decode()
    connection.close()
    return told


def type_in(slack: SlackStandIn, text: str, channel: str = "C0000000001", **headers: str) -> str | None:
    _, _, body = ask(slack, "POST", "/workspace/commands", {"channel": channel, "text": text}, **AS_JSON, **headers)
    return json.loads(body)["problem"]


def test_the_page_may_load_nothing_from_elsewhere(slack: SlackStandIn) -> None:
    status, headers, body = ask(slack, "GET", "/")
    assert (status, "<title>Quintet" in body) == (200, True)
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_names_the_channels_and_the_commands_to_choose_from(slack: SlackStandIn) -> None:
    workspace = json.loads(ask(slack, "GET", "/workspace")[2])
    assert [channel["name"] for channel in workspace["channels"]] == ["general", "team-x"]
    assert workspace["suggestions"] == ["/dora help"]


def test_a_command_goes_to_the_bot_and_its_answer_to_the_page(slack: SlackStandIn, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/slack/events").respond_with_data("Looking.", content_type="text/plain")
    assert type_in(slack, "/dora team-x") is None
    (message,) = news(slack)["messages"]
    assert (message["text"], message["ephemeral"], message["channel"]) == ("Looking.", True, "C0000000001")


@pytest.mark.parametrize(
    ("typed", "channel", "says"),
    [
        pytest.param("hello", "C0000000001", "Only commands are sent from this page; try /dora help.", id="words"),
        pytest.param("/dance", "C0000000001", "/dance is not a command here; try /dora help.", id="another command"),
        pytest.param("/dora", "C9", "There is no such channel.", id="no channel"),
        pytest.param("/dora", "C0000000001", "/dora failed: the bot answered with status 500.", id="a bot that fails"),
    ],
)
def test_says_what_went_wrong(slack: SlackStandIn, httpserver: HTTPServer, typed: str, channel: str, says: str) -> None:
    httpserver.expect_request("/slack/events").respond_with_data("", status=500)
    assert type_in(slack, typed, channel) == says


def test_says_that_the_bot_is_gone(slack: SlackStandIn) -> None:
    slack.events_url = "http://127.0.0.1:1/slack/events"
    assert type_in(slack, "/dora") == "/dora failed: the bot did not answer in time."


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Content-Type": "text/plain"}, id="a form of another site"),
        pytest.param({**AS_JSON, "Origin": "http://elsewhere.example"}, id="a script of another site"),
    ],
)
def test_types_nothing_for_another_site(slack: SlackStandIn, headers: dict[str, str]) -> None:
    status, _, _ = ask(slack, "POST", "/workspace/commands", {"channel": "general", "text": "/dora"}, **headers)
    assert (status, slack.messages) == (403, ())


@pytest.mark.parametrize(
    ("name", "status"), [("localhost", 200), ("127.0.0.1", 200), ("rebound.example", 400), ("", 400)]
)
def test_answers_to_the_names_of_this_machine_alone(slack: SlackStandIn, name: str, status: int) -> None:
    assert ask(slack, "GET", "/workspace", Host=f"{name}:{slack.port}" if name else "")[0] == status
    if status == 400:
        same_origin = {"Host": name, "Origin": f"http://{name}"}
        assert ask(slack, "POST", "/workspace/commands", {}, **AS_JSON, **same_origin)[0] == 400


@pytest.mark.parametrize("body", [[], None, "[" * 100_000, 5, '{"channel": "C0000000001", "text": "\\ud800"}'])
def test_what_is_no_command_gets_a_sentence(slack: SlackStandIn, body: Any, caplog: pytest.LogCaptureFixture) -> None:
    connection = HTTPConnection(slack.host, slack.port, timeout=5)
    raw = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    connection.request("POST", "/workspace/commands", raw, AS_JSON)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())) == (400, {"problem": "The request can't be read."})
    connection.close()
    assert not caplog.records


def test_the_page_itself_may_type(slack: SlackStandIn) -> None:
    assert type_in(slack, "hello", Origin=slack.url) == "Only commands are sent from this page; try /dora help."


def test_an_update_takes_the_place_of_its_message(slack: SlackStandIn) -> None:
    say(slack, "chat.update", {**posted(slack), "text": "after"})
    assert [message["text"] for message in news(slack)["messages"]] == ["after"]


def test_the_page_is_told_what_came_or_changed_since_it_looked_last(slack: SlackStandIn) -> None:
    first, second = posted(slack), posted(slack)
    seen = news(slack)
    assert [message["ts"] for message in seen["messages"]] == [first["ts"], second["ts"]]
    assert news(slack, seen["seen"])["messages"] == []
    reply = posted(slack, thread_ts=first["ts"])
    say(slack, "chat.update", {**reply, "text": "after"})
    later = news(slack, seen["seen"])
    assert [(each["ts"], each["thread_ts"], each["text"]) for each in later["messages"]] == [
        (reply["ts"], first["ts"], "after")
    ]
    assert later["seen"] == seen["seen"] + 2


@pytest.mark.parametrize(
    "after", ["", "-1", "one", "9" * 5000, "٣"], ids=["none", "negative", "a word", "huge", "other digits"]
)
def test_whoever_says_no_number_is_told_of_all_messages(slack: SlackStandIn, after: str) -> None:
    posted(slack)
    assert len(news(slack, quote(after))["messages"]) == 1


def test_says_that_a_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port, clock = taken.getsockname()[1], MovableClock()
        sample = Sample("sqlite://", cast("Any", None), Organisation(clock.now()), clock)
        with pytest.raises(ServeError, match=rf"Can't listen on 127.0.0.1, port {port} \(.*choose another with --port"):
            workspace_page(sample, "127.0.0.1", port).__enter__()


def news(slack: SlackStandIn, after: object = "") -> dict[str, Any]:
    """What the page is told of the messages, where it saw so many before."""
    return json.loads(ask(slack, "GET", f"/workspace/messages?after={after}")[2])


def say(slack: SlackStandIn, method: str, body: object) -> dict[str, Any]:
    """What the bot says over Slack's Web API."""
    told = {"Authorization": f"Bearer {slack.workspace.bot_token}", **AS_JSON}
    return json.loads(ask(slack, "POST", f"/api/{method}", body, **told)[2])


def posted(slack: SlackStandIn, *blocks: object, **more: str) -> dict[str, str]:
    """Where a message of these blocks stands."""
    answer = say(slack, "chat.postMessage", {"channel": "general", "text": "A message.", "blocks": blocks, **more})
    return {"channel": answer["channel"], "ts": answer["ts"]}


def asked(slack: SlackStandIn, path: str, body: object) -> dict[str, Any]:
    return json.loads(ask(slack, "POST", path, body, **AS_JSON)[2])


BUTTON = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}, "value": "7"}
ROW = {"type": "actions", "elements": [BUTTON]}
PRESSED = {"block_id": "block-0", "action_id": "more"}
VIEW = {
    "type": "modal",
    "callback_id": "more",
    "title": {"type": "plain_text", "text": "More"},
    "submit": {"type": "plain_text", "text": "Keep"},
    "blocks": [
        {
            "type": "input",
            "block_id": "day",
            "label": {"type": "plain_text", "text": "Which day?"},
            "element": {"type": "datepicker", "action_id": "given"},
        }
    ],
}


def opens_a_window(slack: SlackStandIn) -> Callable[[Request], Response]:
    """A bot that opens a window when it is pressed, and holds against a window that the day is wrong."""

    def answers(request: Request) -> Response:
        sent = json.loads(request.form["payload"])
        if sent["type"] == "block_actions":
            told = {"Authorization": f"Bearer {slack.workspace.bot_token}", **AS_JSON}
            ask(slack, "POST", "/api/views.open", {"trigger_id": sent["trigger_id"], "view": VIEW}, **told)
            return Response()
        day = sent["view"]["state"]["values"]["day"]["given"]["selected_date"]
        wrong = {"response_action": "errors", "errors": {"day": f"Not {day}."}}
        return Response() if day == "2027-01-04" else Response(json.dumps(wrong), content_type="application/json")

    return answers


def test_a_press_opens_a_window_that_is_sent_until_nothing_is_wrong(
    slack: SlackStandIn, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/slack/events").respond_with_handler(opens_a_window(slack))
    answer = asked(slack, "/workspace/presses", {**posted(slack, ROW), **PRESSED})
    assert answer["problem"] is None
    window = answer["window"]["id"]
    wrong = asked(slack, "/workspace/windows", {"window": window, "values": {"day": {"given": "2020-01-01"}}})
    assert wrong == {"problem": None, "errors": {"day": "Not 2020-01-01."}}
    right = asked(slack, "/workspace/windows", {"window": window, "values": {"day": {"given": "2027-01-04"}}})
    assert right == {"problem": None, "errors": {}}


def test_a_press_that_is_answered_in_the_channel_opens_no_window(slack: SlackStandIn, httpserver: HTTPServer) -> None:
    def answers(request: Request) -> Response:
        sent = json.loads(request.form["payload"])
        path = sent["response_url"].removeprefix(slack.url)
        ask(slack, "POST", path, {"text": f"You pressed {sent['actions'][0]['value']}."}, **AS_JSON)
        return Response()

    httpserver.expect_request("/slack/events").respond_with_handler(answers)
    pressed = {**posted(slack, ROW), **PRESSED}
    assert asked(slack, "/workspace/presses", pressed) == {"problem": None, "window": None}
    assert slack.messages[-1].text == "You pressed 7."


def test_a_press_that_is_taken_and_not_answered_does_not_end_in_silence(
    slack: SlackStandIn, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.slack_standin.state.TRIGGER_SECONDS", 0.01)
    httpserver.expect_request("/slack/events").respond_with_data("")
    answer = asked(slack, "/workspace/presses", {**posted(slack, ROW), **PRESSED})
    assert answer["problem"].startswith("The bot took it and has not answered within 3 seconds.")


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        pytest.param("presses", {}, "That button is gone.", id="no message"),
        pytest.param("presses", {"block_id": "block-0", "action_id": "less"}, "That button is gone.", id="no button"),
        pytest.param("presses", PRESSED, "The button failed: the bot answered with status 500.", id="a failing bot"),
        pytest.param("windows", {"window": "V1"}, "That window is gone.", id="no window"),
    ],
)
def test_says_why_a_press_or_a_window_leads_nowhere(
    slack: SlackStandIn, httpserver: HTTPServer, path: str, body: dict[str, str], says: str
) -> None:
    httpserver.expect_request("/slack/events").respond_with_data("", status=500)
    where = posted(slack, ROW) if body else {}
    assert asked(slack, f"/workspace/{path}", {**where, **body})["problem"] == says


def test_presses_nothing_for_another_site(slack: SlackStandIn) -> None:
    foreign = {**AS_JSON, "Origin": "http://elsewhere.example"}
    for path in ("/workspace/presses", "/workspace/windows"):
        assert ask(slack, "POST", path, {}, **foreign)[0] == 403
