"""The stand-in as the bot meets it: methods, response_urls, signatures, Socket Mode, and scripted trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_httpserver import HTTPServer
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient
from werkzeug import Request, Response

from bot.demo.slack_standin import Closed, RateLimited, ServerError, SlackStandIn, Workspace

CHART: dict[str, Any] = {
    "type": "data_visualization",
    "title": "Pie",
    "chart": {"type": "pie", "segments": [{"label": "all", "value": 1}]},
}
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}
TABLE: dict[str, Any] = {"type": "table", "rows": [[{"type": "raw_text", "text": "1"}]]}


class Hands:
    """A clock that a test moves."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def slack(clock: Hands) -> Iterator[SlackStandIn]:
    with SlackStandIn(Workspace.with_channels(["general", "#team-x"]), clock=clock) as standing:
        yield standing


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


def respond(url: str, **payload: Any) -> tuple[int, str]:
    answer = WebhookClient(url, retry_handlers=[]).send_dict(payload)
    return answer.status_code, answer.body


def url_of(slack: SlackStandIn) -> str:
    return slack.slash_command("/dora", "team-x").response_url


def test_says_who_the_bot_is(client: WebClient, slack: SlackStandIn) -> None:
    assert client.auth_test()["bot_id"] == slack.workspace.bot_id


def test_records_what_is_posted(client: WebClient, slack: SlackStandIn) -> None:
    posted = client.chat_postMessage(channel="#team-x", text="words", blocks=[SECTION])
    (message,) = slack.messages
    assert (message.ts, message.channel, message.blocks) == (posted["ts"], posted["channel"], (SECTION,))
    assert message.ephemeral is False


def test_an_ephemeral_message_is_marked(client: WebClient, slack: SlackStandIn) -> None:
    client.chat_postEphemeral(channel="general", user=slack.workspace.user_id, text="words")
    assert slack.messages[0].ephemeral


def test_an_update_carries_the_time_stamp_of_what_it_replaces(client: WebClient, slack: SlackStandIn) -> None:
    posted = client.chat_postMessage(channel="general", text="before")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="after")
    assert [(message.ts, message.text) for message in slack.messages] == [
        (posted["ts"], "before"),
        (posted["ts"], "after"),
    ]


@pytest.mark.parametrize(
    ("token", "method", "payload", "error"),
    [
        pytest.param(
            "xoxb-stand-in", "chat.postMessage", {"channel": "C9", "text": "x"}, "channel_not_found", id="channel"
        ),
        pytest.param("xoxb-stand-in", "chat.postMessage", {"channel": "general"}, "no_text", id="nothing said"),
        pytest.param(
            "xoxb-stand-in",
            "chat.update",
            {"channel": "general", "ts": "1", "text": "x"},
            "message_not_found",
            id="update",
        ),
        pytest.param("xoxb-stand-in", "chat.dance", {}, "unknown_method", id="method"),
        pytest.param("xoxb-other", "auth.test", {}, "invalid_auth", id="another token"),
        pytest.param("", "auth.test", {}, "not_authed", id="no token"),
        pytest.param("xoxb-stand-in", "apps.connections.open", {}, "not_allowed_token_type", id="kind of token"),
    ],
)
def test_names_what_is_wrong_as_slack_does(
    slack: SlackStandIn, token: str, method: str, payload: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        WebClient(token=token, base_url=slack.api_url).api_call(method, json=payload)
    assert refused.value.response["error"] == error


def test_a_refused_message_is_recorded_with_the_reasons(client: WebClient, slack: SlackStandIn) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="general", text="words", blocks=[{"type": "hologram"}])
    assert refused.value.response["response_metadata"]["messages"] == list(slack.refusals[0].messages)
    assert (slack.refusals[0].error, slack.messages) == ("invalid_blocks", ())


def test_a_response_url_answers_ephemerally_unless_told_otherwise(slack: SlackStandIn) -> None:
    url = url_of(slack)
    assert respond(url, text="for you") == (200, "ok")
    assert respond(url, text="for all", response_type="in_channel") == (200, "ok")
    assert [message.ephemeral for message in slack.messages] == [True, False]


def test_a_response_url_takes_five_messages(slack: SlackStandIn) -> None:
    url = url_of(slack)
    assert [respond(url, text="words")[0] for _ in range(6)] == [200] * 5 + [404]


def test_a_response_url_lives_for_half_an_hour(slack: SlackStandIn, clock: Hands) -> None:
    url = url_of(slack)
    clock.now += 30 * 60 + 1
    status, body = respond(url, text="words")
    assert (status, json.loads(body)["error"]) == (404, "expired_url")


@pytest.mark.parametrize("status", [400, 200])
def test_a_response_url_refuses_what_the_web_api_refuses(slack: SlackStandIn, status: int) -> None:
    slack.script.refusal_status = status
    answered, body = respond(url_of(slack), text="words", blocks=[{"type": "hologram"}])
    assert (answered, json.loads(body)) == (status, {"ok": False, "error": "invalid_blocks"})


@pytest.mark.parametrize(
    ("script", "block"),
    [("refuse_charts", CHART), ("refuse_tables", TABLE)],
)
def test_a_script_refuses_a_type(slack: SlackStandIn, script: str, block: dict[str, Any]) -> None:
    getattr(slack.script, script)()
    assert respond(url_of(slack), text="words", blocks=[block])[0] == 400
    assert respond(url_of(slack), text="words", blocks=[SECTION])[0] == 200


def test_a_script_refuses_all_blocks(slack: SlackStandIn) -> None:
    slack.script.refuse_all_blocks = True
    assert respond(url_of(slack), text="words", blocks=[SECTION])[0] == 400
    assert respond(url_of(slack), text="words")[0] == 200


def test_a_fault_befalls_one_post_on_whatever_route(slack: SlackStandIn, client: WebClient) -> None:
    slack.script.then(RateLimited(retry_after=7), ServerError(502))
    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel="general", text="words")
    assert (limited.value.response.status_code, limited.value.response.headers["retry-after"]) == (429, "7")
    assert respond(url_of(slack), text="words")[0] == 502
    assert respond(url_of(slack), text="words")[0] == 200


@pytest.mark.parametrize("taken", [False, True])
def test_a_connection_may_close_with_the_message_taken_or_not(slack: SlackStandIn, taken: bool) -> None:
    slack.script.then(Closed(taken=taken))
    url = urlsplit(url_of(slack))
    connection = HTTPConnection(url.netloc, timeout=5)
    connection.request("POST", url.path, json.dumps({"text": "words"}), {"Content-Type": "application/json"})
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    connection.close()
    assert len(slack.messages) == int(taken)


def test_signs_commands_as_slack_does(slack: SlackStandIn, clock: Hands) -> None:
    request = slack.signed(slack.slash_command("/dora", "team-x", channel="#team-x"))
    verifier = SignatureVerifier(slack.workspace.signing_secret, _At(clock.now))
    assert verifier.is_valid_request(request.body, request.headers)
    assert b"channel_name=team-x" in request.body


def test_a_command_reaches_the_app_and_its_ack_is_shown(slack: SlackStandIn, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        return Response(f"Looking at {request.form['text']}.", content_type="text/plain")

    httpserver.expect_request("/slack/events", method="POST").respond_with_handler(answer)
    slack.events_url = httpserver.url_for("/slack/events")
    ack = slack.command("/dora", "team-x")
    assert (ack.status, slack.messages[0].text, slack.messages[0].route) == (200, "Looking at team-x.", "ack")


def test_an_app_that_is_not_there_gives_no_ack(slack: SlackStandIn) -> None:
    slack.events_url = "http://127.0.0.1:1/slack/events"
    assert slack.command("/dora").status == 0


def test_an_app_that_connects_gets_its_commands_by_socket(slack: SlackStandIn) -> None:
    workspace = slack.workspace
    web = WebClient(base_url=slack.api_url)
    app = SocketModeClient(app_token=workspace.app_token, web_client=web, auto_reconnect_enabled=False)
    app.socket_mode_request_listeners.append(_acknowledge)
    app.connect()
    try:
        assert slack.socket_mode.wait_for_app()
        ack = slack.command_over_socket("/dora", "team-x")
    finally:
        slack.stop()  # before the app, whose close waits for the next word from here
        app.close()
    assert ack is not None
    assert slack.socket_mode.acks == [ack]
    assert slack.messages[0].text == "Looking at team-x."


def test_waits_for_what_is_posted_by_another_thread(slack: SlackStandIn) -> None:
    url = url_of(slack)
    poster = threading.Thread(target=respond, args=(url,), kwargs={"text": "words"})
    poster.start()
    assert [message.text for message in slack.wait_for(messages=1)] == ["words"]
    poster.join()


@pytest.mark.parametrize(
    ("payload", "groups"),
    [
        ({"text": "hello <!channel>"}, ("channel",)),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here|here>"}}]}, ("here",)),
        ({"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}]}, ()),
        ({"text": "hello &lt;!channel&gt;"}, ()),
    ],
)
def test_tells_whom_a_message_would_notify(
    slack: SlackStandIn, payload: dict[str, Any], groups: tuple[str, ...]
) -> None:
    respond(url_of(slack), **payload)
    assert slack.messages[0].broadcasts == groups


def _acknowledge(app: BaseSocketModeClient, request: SocketModeRequest) -> None:
    text = f"Looking at {request.payload['text']}."
    app.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": text}))


class _At(Clock):
    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now
