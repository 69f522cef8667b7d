"""What the stand-in lets an app read and post, and how often: scopes, histories, threads, pace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo.slack_standin import Pace, RateLimited, ServerError, SlackStandIn, Workspace

CHANNEL = "C0000000001"
METADATA = {"event_type": "quintet_message", "event_payload": {"key": "k"}}
ALL = ("commands", "chat:write", "channels:history", "channels:read")


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
    channels = Workspace.with_channels(["general", "#team-x"]).channels
    with SlackStandIn(Workspace(channels=channels, scopes=ALL), clock=clock) as standing:
        yield standing


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


def error(client: WebClient, method: str, **payload: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, params=payload)
    return refused.value.response["error"]


def texts(messages: Sequence[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


@pytest.mark.parametrize(
    ("scopes", "method", "needed"),
    [
        (("commands",), "chat.postMessage", "chat:write"),
        (("chat:write",), "conversations.history", "channels:history"),
        (("chat:write",), "conversations.replies", "channels:history"),
        (("chat:write",), "users.conversations", "channels:read"),
    ],
)
def test_a_method_needs_its_scope(scopes: tuple[str, ...], method: str, needed: str) -> None:
    with SlackStandIn(Workspace(scopes=scopes)) as slack:
        client = WebClient(token=slack.workspace.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError) as refused:
            client.api_call(method, json={"channel": CHANNEL, "text": "words"})
    assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", needed)


def test_a_history_shows_the_newest_first_as_they_stand_by_now(client: WebClient, clock: Hands) -> None:
    first = client.chat_postMessage(channel=CHANNEL, text="first", metadata=METADATA)
    clock.now += 60
    client.chat_postMessage(channel=CHANNEL, text="a reply", thread_ts=first["ts"])
    client.chat_postMessage(channel="#team-x", text="elsewhere")
    client.chat_postMessage(channel=CHANNEL, text="second")
    client.chat_update(channel=CHANNEL, ts=first["ts"], text="first, changed")
    found = client.conversations_history(channel=CHANNEL)["messages"]
    assert texts(found) == ["second", "first, changed"]
    assert texts(client.conversations_history(channel=CHANNEL, oldest=str(clock.now))["messages"]) == ["second"]
    assert "metadata" not in found[1]


def test_metadata_comes_to_those_who_ask_for_it(client: WebClient) -> None:
    client.chat_postMessage(channel=CHANNEL, text="first", metadata=METADATA)
    found = client.conversations_history(channel=CHANNEL, include_all_metadata=True)["messages"]
    assert found[0]["metadata"] == METADATA


def test_a_history_comes_page_by_page(client: WebClient) -> None:
    for number in range(5):
        client.chat_postMessage(channel=CHANNEL, text=str(number))
    pages = [texts(page["messages"]) for page in client.conversations_history(channel=CHANNEL, limit=2)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_a_thread_begins_with_the_message_that_it_hangs_on(client: WebClient) -> None:
    parent = client.chat_postMessage(channel=CHANNEL, text="parent")["ts"]
    reply = client.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=parent)["ts"]
    client.chat_update(channel=CHANNEL, ts=reply, text="reply, changed")
    assert texts(client.conversations_replies(channel=CHANNEL, ts=parent)["messages"]) == ["parent", "reply, changed"]
    later = str(float(reply) + 1_000)
    assert texts(client.conversations_replies(channel=CHANNEL, ts=parent, oldest=later)["messages"]) == ["parent"]


@pytest.mark.parametrize(
    ("method", "payload", "says"),
    [
        ("conversations.history", {"channel": "#general"}, "channel_not_found"),
        ("conversations.replies", {"channel": CHANNEL, "ts": "1.1"}, "thread_not_found"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "reply", "thread_ts": "1.1"}, "thread_not_found"),
    ],
    ids=["a name is no id", "no such thread to read", "no such thread to reply in"],
)
def test_what_is_not_there_is_refused(client: WebClient, method: str, payload: dict[str, str], says: str) -> None:
    assert error(client, method, **payload) == says


def test_the_channels_of_the_bot_are_listed_by_name_and_id(client: WebClient) -> None:
    assert client.users_conversations()["channels"] == [
        {"id": CHANNEL, "name": "general"},
        {"id": "C0000000002", "name": "team-x"},
    ]
    assert client.users_conversations(types="private_channel")["channels"] == []


def test_what_is_posted_to_a_person_stands_in_a_channel_of_two(slack: SlackStandIn, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=slack.workspace.user_id, text="words")
    assert posted["channel"] == slack.workspace.direct.id
    client.chat_postMessage(channel=posted["channel"], text="a reply", thread_ts=posted["ts"])
    assert error(client, "conversations.history", channel=posted["channel"]) == "channel_not_found"


def test_a_script_refuses_a_channel_or_everything_until_it_relents(slack: SlackStandIn, client: WebClient) -> None:
    slack.script.refuse("is_archived", CHANNEL)
    assert error(client, "chat.postMessage", channel=CHANNEL, text="words") == "is_archived"
    assert error(client, "conversations.history", channel=CHANNEL) == "is_archived"
    client.chat_postMessage(channel="#team-x", text="words")
    slack.script.refuse("token_revoked")
    assert error(client, "chat.postMessage", channel="#team-x", text="words") == "token_revoked"
    slack.script.relent()
    client.chat_postMessage(channel=CHANNEL, text="words")


def test_a_fault_may_befall_a_look_at_a_history(slack: SlackStandIn, client: WebClient) -> None:
    slack.script.reads.append(RateLimited(7))
    assert error(client, "conversations.history", channel=CHANNEL) == "ratelimited"
    assert client.conversations_history(channel=CHANNEL)["messages"] == []


def test_a_broken_slack_may_have_taken_the_message_all_the_same(slack: SlackStandIn, client: WebClient) -> None:
    slack.script.then(ServerError(500, taken=True), ServerError(500))
    for text in ("taken", "lost"):
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel=CHANNEL, text=text)
    assert [message.text for message in slack.messages] == ["taken"]


def test_a_pace_is_kept_in_a_channel_and_in_the_workspace(slack: SlackStandIn, client: WebClient, clock: Hands) -> None:
    slack.script.pace = Pace(most_a_minute=3)
    client.chat_postMessage(channel=CHANNEL, text="1")
    assert error(client, "chat.postMessage", channel=CHANNEL, text="too soon") == "ratelimited"
    clock.now += 1
    client.chat_postMessage(channel=CHANNEL, text="2")
    client.chat_postMessage(channel="#team-x", text="3")
    clock.now += 2
    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel=CHANNEL, text="4")
    assert limited.value.response.headers["retry-after"] == "57"
