"""The HTTP side: only what Slack signed gets in, and whether the bot can serve is told beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from bot.errors import StoreError
from bot.telemetry import ANSWERS
from bot.web import LARGEST_BODY, web_app
from tests.slack.conftest import Workspace, served, signed
from tests.slack.test_answers_to_dora import dramatically

Open = Callable[..., Workspace]
COMMAND = b"command=%2Fdora&text=help&response_url=x"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "no signature"),
        (signed(COMMAND, secret="another"), "another secret"),
        (signed(b"command=%2Fdora&text=list"), "another body"),
        (signed(COMMAND, at=time.time() - 360), "six minutes old"),
        (signed(COMMAND, at=time.time() + 3_600), "from the future"),
        (signed(COMMAND) | {"x-slack-request-timestamp": "yesterday"}, "no number"),
        (signed(COMMAND) | {"x-slack-request-timestamp": "9" * 400}, "a huge number"),
        (signed(COMMAND) | {"x-slack-request-timestamp": "\u0661"}, "an Arabic digit"),
        (signed(COMMAND) | {"x-slack-signature": "v0=\u00e4"}, "no ASCII"),
        (signed(COMMAND) | {"x-slack-signature": ""}, "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_slack_did_not_sign_just_now_is_refused(workspace: Open, headers: dict[str, str], why: str) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert workspace(dramatically).http.post("/slack/events", COMMAND, encoded).status == 401, why


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xff\xfe", 400),
        (b"{" * 1_000, 400),
        (b"[" * 100_000, 401),
        (b'{"a": ' * 30_000, 400),
        (b"payload=%5B1%5D", 400),
        (b"", 404),
        (b"x" * (LARGEST_BODY + 1), 413),
    ],
    ids=["not UTF-8", "not JSON", "no form", "deep JSON", "a list", "empty", "too large"],
)
def test_a_signed_body_of_another_shape_is_refused_without_an_error(workspace: Open, body: bytes, status: int) -> None:
    headers = signed(body) if status != 401 else {}
    assert workspace(dramatically).http.post("/slack/events", body, headers).status == status


def test_a_large_unsigned_body_is_refused_before_it_has_arrived(workspace: Open) -> None:
    address = urlsplit(workspace(dramatically).http.address).netloc
    connection = HTTPConnection(address, timeout=10)
    connection.putrequest("POST", "/slack/events")
    connection.putheader("content-length", str(10**12))
    connection.endheaders()
    connection.send(b"x" * (LARGEST_BODY + 1))
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/slack/events", 405), ("GET", "/", 404), ("POST", "/v1/events", 404), ("GET", "/slack/install", 404)],
)
def test_nothing_else_is_served(workspace: Open, method: str, path: str, status: int) -> None:
    http = workspace(dramatically).http
    assert (http.get(path) if method == "GET" else http.post(path, b"", {})).status == status


def test_over_socket_mode_slack_s_endpoint_is_absent_and_health_is_not() -> None:
    with served(web_app(tuple)) as http:
        assert http.post("/slack/events", COMMAND, signed(COMMAND)).status == 404
        assert http.get("/healthz").json == {"status": "ok"}
        assert http.get("/readyz").json == {"status": "ready", "failing": []}


def test_a_bot_that_can_t_serve_lives_and_says_why() -> None:
    def ready() -> tuple[str, ...]:
        raise StoreError("The database is gone.")

    with served(web_app(ready)) as http:
        assert http.get("/healthz").status == 200
        reply = http.get("/readyz")
        assert (reply.status, reply.json) == (503, {"status": "not ready", "why": "The database is gone."})


def test_answers_are_counted_by_how_they_ended(workspace: Open) -> None:
    slack = workspace(dramatically)
    before = ANSWERS.labels("answered")._value.get()
    slack.types("team-x")
    slack.answers()
    metrics = slack.http.get("/metrics").text
    assert f'quintet_answers_total{{outcome="answered"}} {before + 1}' in metrics
    assert "quintet_answer_seconds_bucket" in metrics


def test_a_bot_whose_jobs_fail_is_ready_and_names_them() -> None:
    with served(web_app(lambda: ("sync of github", "deliver"))) as http:
        reply = http.get("/readyz")
        assert (reply.status, reply.json["failing"]) == (200, ["sync of github", "deliver"])
