"""Posting an answer: simpler where Slack refuses it, later where it is busy, nowhere that is not Slack's."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer
from structlog.testing import capture_logs

from bot.blocks.message import Message
from bot.errors import DeliveryError
from bot.slack.delivery import Responder, Said
from tests.slack.conftest import Inbox

CHART = {"type": "data_visualization"}
TABLE = {"type": "table"}
WORDS = {"type": "rich_text"}
MESSAGE = Message("In short.", (WORDS, TABLE, CHART), "In short. The table's figures. The chart's figures.")
REFUSED = {"ok": False, "error": "invalid_blocks"}


class Patience:
    """Notes how long it was asked to wait, and lets that time pass at once."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    def elapsed(self) -> float:
        return sum(self.waits)


@pytest.fixture
def patience() -> Patience:
    return Patience()


@pytest.fixture
def responder(httpserver: HTTPServer, patience: Patience) -> Responder:
    return Responder(httpserver.url_for("/api/"), patience.pause, patience.elapsed)


def kinds(inbox: Inbox) -> list[list[str]]:
    return [[block["type"] for block in post.get("blocks", [])] for post in inbox.posts]


def test_what_slack_takes_is_posted_once(responder: Responder, inbox: Inbox) -> None:
    responder.respond(inbox.url, Said(MESSAGE))
    assert inbox.posts == [{"response_type": "ephemeral", "text": "In short.", "blocks": [WORDS, TABLE, CHART]}]


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, REFUSED), (400, REFUSED), (400, "invalid_blocks"), (500, "invalid_blocks"), (500, REFUSED), (403, "")],
)
def test_what_slack_refuses_is_posted_without_charts(
    responder: Responder, inbox: Inbox, status: int, body: object
) -> None:
    inbox.then(status, body)
    with capture_logs() as log:
        responder.respond(inbox.url, Said(MESSAGE))
    assert kinds(inbox) == [["rich_text", "table", "data_visualization"], ["rich_text", "table"]]
    assert [entry["action"] for entry in log] == ["answer_refused"]


def test_what_slack_refuses_twice_is_posted_in_words_that_say_the_same(responder: Responder, inbox: Inbox) -> None:
    inbox.then(200, REFUSED)
    inbox.then(400, REFUSED)
    responder.respond(inbox.url, Said(MESSAGE))
    assert inbox.posts[2] == {"response_type": "ephemeral", "text": MESSAGE.words}


def test_an_answer_without_charts_goes_to_words_at_once(responder: Responder, inbox: Inbox) -> None:
    inbox.then(400, REFUSED)
    responder.respond(inbox.url, Said(Message("In short.", (WORDS,), "All of it.")))
    assert inbox.texts == ["In short.", "All of it."]


def test_a_message_that_no_form_of_is_taken_fails_with_slack_s_reason(responder: Responder, inbox: Inbox) -> None:
    for _ in range(3):
        inbox.then(400, REFUSED)
    with pytest.raises(DeliveryError, match="invalid_blocks"):
        responder.respond(inbox.url, Said(MESSAGE))
    assert len(inbox.posts) == 3


def test_slack_s_pause_is_kept_and_the_same_message_posted_again(
    responder: Responder, inbox: Inbox, patience: Patience
) -> None:
    inbox.then(429, "", Retry_After="17")
    responder.respond(inbox.url, Said(MESSAGE))
    assert patience.waits == [17.0]
    assert inbox.posts[0] == inbox.posts[1]


def test_a_pause_beyond_the_address_s_life_is_not_waited_for(
    responder: Responder, inbox: Inbox, patience: Patience
) -> None:
    inbox.then(429, "", Retry_After="1801")
    with pytest.raises(DeliveryError, match="asked for a pause"):
        responder.respond(inbox.url, Said(MESSAGE))
    assert patience.waits == []


def test_a_slack_that_never_stops_asking_for_pauses_gets_five_posts(responder: Responder, inbox: Inbox) -> None:
    for _ in range(9):
        inbox.then(429, "", Retry_After="1")
    with pytest.raises(DeliveryError):
        responder.respond(inbox.url, Said(MESSAGE))
    assert len(inbox.posts) == 5


def test_a_broken_slack_gets_one_more_try(responder: Responder, inbox: Inbox) -> None:
    inbox.then(503, "")
    responder.respond(inbox.url, Said(MESSAGE))
    inbox.then(503, "")
    inbox.then(502, "")
    with pytest.raises(DeliveryError, match="502"):
        responder.respond(inbox.url, Said(MESSAGE))
    assert len(inbox.posts) == 4


def test_a_connection_that_fails_gets_one_more_try(patience: Patience) -> None:
    responder = Responder("http://127.0.0.1:1/api/", patience.pause, patience.elapsed)
    with pytest.raises(DeliveryError, match="connection failed"):
        responder.respond("http://127.0.0.1:1/commands/secret-path", Said(MESSAGE))
    assert len(patience.waits) == 1


@pytest.mark.parametrize(("status", "body"), [(404, ""), (410, ""), (404, {"ok": False, "error": "expired_url"})])
def test_an_expired_address_is_not_tried_again(responder: Responder, inbox: Inbox, status: int, body: object) -> None:
    inbox.then(status, body)
    with pytest.raises(DeliveryError, match="expired"):
        responder.respond(inbox.url, Said(MESSAGE))
    assert len(inbox.posts) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not an address",
        "https://example.com/commands/1",
        "https://hooks.slack.com.example.com/1",
        "https://exampleslack.com/1",
        "https://slack.com@example.com/1",
        "https://example.com\\@hooks.slack.com/1",
        "http://hooks.slack.com/commands/1",
        "ftp://hooks.slack.com/1",
        "file:///etc/passwd",
        "https://hooks.slack.com/\n1",
        "https://[hooks.slack.com/1",
        "https:///1",
        "http://slack.com/commands/1",
        "https://hooks.slack.com@example.com/1",
        "https://hooks.slack.com:secret@example.com/1",
    ],
)
def test_an_address_that_is_not_slack_s_is_never_posted_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.delivery._post", lambda *_: pytest.fail("it was posted to"))
    with pytest.raises(DeliveryError, match="not Slack's"):
        Responder("https://slack.com/api/").respond(url, Said(MESSAGE))


@pytest.mark.parametrize(
    ("api_url", "url"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/commands/T0/1/x"),
        ("https://slack.com/api/", "https://acme.enterprise.slack.com/commands/x"),
        ("https://slack.example.org/api/", "https://slack.example.org/commands/x"),
        ("http://127.0.0.1:4000/api/", "http://127.0.0.1:5000/commands/x"),
    ],
)
def test_slack_s_own_addresses_and_those_of_the_api_s_host_are_answered(
    api_url: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.slack import delivery  # noqa: PLC0415 - patched below

    posted: list[str] = []

    def post(address: str, _message: Message) -> delivery._Reply:
        posted.append(address)
        return delivery._Reply(delivery._Outcome.TAKEN)

    monkeypatch.setattr(delivery, "_post", post)
    Responder(api_url).respond(url, Said(MESSAGE))
    assert posted == [url]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(responder: Responder, inbox: Inbox, status: int) -> None:
    inbox.then(status, "", Location=inbox.url)
    with pytest.raises(DeliveryError, match="pointed to another address"):
        responder.respond(inbox.url, Said(MESSAGE))
    assert len(inbox.posts) == 1


def test_a_reply_that_is_no_text_is_taken_all_the_same(httpserver: HTTPServer, responder: Responder) -> None:
    httpserver.expect_ordered_request("/odd").respond_with_data(b"\xff\xfe", content_type="text/plain")
    responder.respond(httpserver.url_for("/odd"), Said(MESSAGE))


def test_closing_ends_a_wait_at_once(httpserver: HTTPServer, inbox: Inbox) -> None:
    inbox.then(429, "", Retry_After="1000")
    responder = Responder(httpserver.url_for("/api/"))
    responder.close()
    responder.respond(inbox.url, Said(MESSAGE))
    assert len(inbox.posts) == 2
