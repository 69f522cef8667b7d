"""POST /v1/events: who gets in, what is taken, and what is said of what is not."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from threading import Event as Signal
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from bot.errors import StoreError
from bot.events_door import LARGEST_EVENTS, EventsDoor
from bot.receive import ReceivedReport
from bot.source import Received
from bot.store.database import Database
from bot.telemetry import EVENT_POSTS
from bot.web import web_app
from integrations.settings import Opening
from integrations.webhook import WebhookSettings
from tests.contract.webhook.posting import (
    BEARER,
    NOW,
    SECRET,
    TOKEN,
    Bot,
    Store,
    deployment,
    listening,
    signature,
    webhook,
)
from tests.slack.conftest import served

BODY = json.dumps(deployment()).encode()
NOTHING = {"deployment": 0, "change": 0, "pipeline_run": 0, "incident": 0, "slo": 0, "definition": 0}


@pytest.mark.parametrize(
    ("headers", "gets_in"),
    [
        ({}, False),
        (BEARER, True),
        ({"authorization": f"bearer  {TOKEN}"}, True),
        ({"authorization": f"BEARER {TOKEN}"}, True),
        ({"authorization": f"Bearer {TOKEN}x"}, False),
        ({"authorization": f"Bearer {SECRET}"}, False),
        ({"authorization": "Bearer "}, False),
        ({"authorization": "Bearer \u00fc"}, False),
        ({"authorization": f"Basic {TOKEN}"}, False),
        (signature(BODY), True),
        (signature(BODY, secret=TOKEN), False),
        (signature(BODY + b" "), False),
        (signature(b""), False),
        (signature(BODY, at=NOW.timestamp() - 290), True),
        (signature(BODY, at=NOW.timestamp() - 310), False),
        (signature(BODY, at=NOW.timestamp() + 310), False),
        (signature(BODY) | {"x-quintet-timestamp": "now"}, False),
        (signature(BODY) | {"x-quintet-timestamp": str(int(NOW.timestamp()) + 1)}, False),
        (signature(BODY) | {"x-quintet-timestamp": "9" * 400}, False),
        (signature(BODY) | {"x-quintet-timestamp": "\u0661"}, False),
        (signature(BODY) | {"x-quintet-signature": "sha256="}, False),
        (signature(BODY) | {"x-quintet-signature": "sha256=\u00e4"}, False),
        ({"x-quintet-signature": signature(BODY)["x-quintet-signature"]}, False),
        ({**signature(BODY), "authorization": "Bearer wrong"}, True),
    ],
    ids=[
        "nothing", "the token", "the scheme in small letters", "the scheme in capitals", "a longer token",
        "the secret as a token", "no token",
        "no ASCII", "another scheme", "a signature", "another secret", "another body", "no body",
        "almost 5 minutes old",
        "more than 5 minutes old", "from the future", "no number", "another time", "a huge number", "an Arabic digit",
        "no digest", "no ASCII in the digest", "no time", "a wrong token beside a good signature",
    ],
)  # fmt: skip
def test_only_a_configured_credential_gets_in(bot: Bot, headers: dict[str, str], gets_in: bool) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    reply = bot.post(BODY, encoded)
    assert reply.status == (200 if gets_in else 401)
    assert len(bot.events) == gets_in


def test_a_signature_in_capital_letters_is_the_same(bot: Bot) -> None:
    signed = signature(BODY)
    signed["x-quintet-signature"] = "sha256=" + signed["x-quintet-signature"].removeprefix("sha256=").upper()
    assert bot.post(BODY, signed).status == 200


@pytest.mark.parametrize("token", ["ключ", "two words", "sl\u00e0sh\\\u0085"])
def test_a_token_in_any_alphabet_is_known(sqlite: Database, token: str) -> None:
    receiver = WebhookSettings(kind="webhook", token="env:TOKEN").receiver(Opening(secret=lambda _: token))
    with listening(Store(sqlite), [receiver]) as http:
        sent = {"authorization": f"Bearer {token}".encode().decode("latin-1")}
        assert Bot(http, sqlite).post(BODY, sent).status == 200


def test_what_anybody_may_send_at_once_is_bounded_and_whose_token_is_known_is_not(
    monkeypatch: pytest.MonkeyPatch, sqlite: Database
) -> None:
    monkeypatch.setattr("bot.events_door.FROM_ANYBODY", 2 * len(BODY))
    large = BODY + b" " * 3 * len(BODY)
    with listening(Store(sqlite), [webhook()]) as http:
        bot = Bot(http, sqlite)
        refused = bot.post(large, signature(large))
        assert (refused.status, refused.headers["retry-after"]) == (503, "60")
        assert [bot.post(body, headers).status for body, headers in [(large, BEARER), (BODY, signature(BODY))]] == [
            200,
            200,
        ]


def test_a_body_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, bot: Bot) -> None:
    monkeypatch.setattr("bot.body._SECONDS", 0.05)
    with drips(bot, 1) as connection:
        assert connection.getresponse().status == 408


def test_without_its_credential_nothing_of_a_body_is_read(bot: Bot) -> None:
    assert bot.post(b"no JSON at all", {}).status == 401


@pytest.mark.parametrize(
    ("given", "accepts"),
    [({"secret": None}, (True, False)), ({"token": None}, (False, True))],
    ids=["a token only", "a secret only"],
)
def test_what_is_not_configured_opens_nothing(
    sqlite: Database, given: dict[str, None], accepts: tuple[bool, bool]
) -> None:
    with listening(Store(sqlite), [webhook(**given)]) as http:
        bot = Bot(http, sqlite)
        assert tuple(bot.post(BODY, headers).status == 200 for headers in (BEARER, signature(BODY))) == accepts


def test_each_sender_has_its_own_credential_and_an_event_is_the_same_whoever_sends_it(sqlite: Database) -> None:
    with listening(Store(sqlite), [webhook(), webhook(name="others", token="env:OTHER", secret=None)]) as http:
        bot = Bot(http, sqlite)
        bot.post(deployment())
        bot.post(deployment(source="argocd"), {"authorization": "Bearer another-token"})
        assert bot.post(deployment(), {"authorization": "Bearer another-token"}).json["unchanged"] == 1
        assert {event.source for event in bot.events} == {"file", "argocd"}


def test_without_a_webhook_the_answer_says_what_to_add() -> None:
    with listening(Store(), []) as http:
        reply = http.post("/v1/events", BODY, BEARER)
        assert (reply.status, reply.json) == (
            404,
            {"error": "No webhook is configured; add a source of kind webhook to quintet.yaml."},
        )


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (BODY, ["d-1"]),
        (BODY + b"\n\n" + BODY.replace(b"d-1", b"d-2") + b"\n", ["d-1", "d-2"]),
        (BODY + b"\n" + BODY, ["d-1"]),
        (b"\xef\xbb\xbf" + BODY, ["d-1"]),
        (json.dumps(deployment(), indent=2).encode() + b"\n", ["d-1"]),
        (json.dumps([deployment(), deployment(id="d-2")]).encode(), ["d-1", "d-2"]),
        (json.dumps([deployment(), deployment(id="d-2")], indent=2).encode(), ["d-1", "d-2"]),
    ],
    ids=[
        "one",
        "one a line",
        "one twice",
        "a byte order mark",
        "one over several lines",
        "a list",
        "a list over lines",
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "application/x-www-form-urlencoded"])
def test_one_event_or_many_whatever_they_are_called(bot: Bot, body: bytes, ids: list[str], kind: str) -> None:
    reply = bot.post(body, {**BEARER, "content-type": kind})
    assert reply.json["new"] == len(ids)
    assert [event.id for event in bot.events] == ids


def test_the_answer_counts_as_an_import_does_and_a_repeat_changes_nothing(bot: Bot) -> None:
    other = deployment(id="d-2", service="attic")
    told = {"unowned_services": ["attic"], "passed_over": {}, "events": NOTHING | {"deployment": 2}}
    assert bot.post([deployment(), other]).json == {"read": 2, "new": 2, "updated": 0, "unchanged": 0, **told}
    assert bot.post([deployment(), other]).json == {"read": 2, "new": 0, "updated": 0, "unchanged": 2, **told}
    later = deployment(status="failure")
    assert bot.post([later, other]).json == {"read": 2, "new": 0, "updated": 1, "unchanged": 1, **told}


def test_an_older_report_never_overwrites_a_newer_one(bot: Bot) -> None:
    bot.post(deployment(updated_at="2026-11-02T10:00:00Z", status="failure"))
    assert bot.post(deployment(updated_at="2026-11-02T09:00:00Z")).json["unchanged"] == 1


def test_an_event_may_say_itself_who_said_it(bot: Bot) -> None:
    bot.post([deployment(source="argocd:prod"), deployment(source="file", id="d-2")])
    assert {event.source for event in bot.events} == {"argocd:prod", "file"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (BODY + b"\n{", {"line": 2, "field": "", "message": "ends before its object does; one event is one line"}),
        (
            [deployment(), deployment(finished_at="yesterday")],
            {
                "line": 2,
                "field": "finished_at",
                "message": "expected a time with an offset, like 2026-10-05T14:26:00Z, got 'yesterday'",
            },
        ),
        (
            deployment(kind="deploy"),
            {"line": 1, "field": "kind", "message": "'deploy' is no kind of event; did you mean deployment?"},
        ),
        (
            deployment(sah="abc"),
            {"line": 1, "field": "", "message": "'sah' is no field of this event; did you mean sha?"},
        ),
        (b"", {"line": 1, "field": "", "message": "holds no event; send one event a line"}),
        (b"[]", {"line": 1, "field": "", "message": "holds no event; send one event a line"}),
        (b"\xff\xfe", {"line": 1, "field": "", "message": "is not UTF-8; save the file as UTF-8"}),
        (
            [deployment(), deployment(status="failure")],
            {
                "line": 1,
                "field": "",
                "message": "'deployment:file:d-1' is there twice and differs, and no updated_at says which "
                "is newer (lines 1 and 2)",
            },
        ),
    ],
    ids=["cut off", "no time", "no kind", "no field", "empty", "an empty list", "not UTF-8", "a contradiction"],
)
def test_one_bad_line_refuses_the_whole_body_and_is_named(bot: Bot, body: object, error: dict[str, Any]) -> None:
    reply = bot.post(body)
    assert (reply.status, reply.json) == (400, {"errors": [error]})
    assert not bot.events


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 30_000, b"null", b"7", b'["a"]', b"NaN"])
def test_json_of_another_shape_is_refused_without_an_error(bot: Bot, body: bytes) -> None:
    assert bot.post(body).status == 400


def test_of_many_bad_lines_the_first_are_told_and_the_others_counted(bot: Bot) -> None:
    told = bot.post(b"{\n" * 25).json
    assert (len(told["errors"]), told["unsaid"]) == (20, 5)


def test_a_body_that_is_too_large_is_refused_before_it_has_arrived(bot: Bot) -> None:
    connection = HTTPConnection(urlsplit(bot.http.address).netloc, timeout=10)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("content-length", str(10**12))
    connection.endheaders()
    connection.send(b"x" * (LARGEST_EVENTS + 1))
    reply = connection.getresponse()
    assert (reply.status, json.loads(reply.read())) == (413, {"error": "The request is larger than 5,242,880 bytes."})
    connection.close()


def test_a_sender_that_breaks_off_is_counted_and_nothing_is_stored(bot: Bot) -> None:
    refused = EVENT_POSTS.labels("", "refused")._value.get
    before = refused()
    connection = HTTPConnection(urlsplit(bot.http.address).netloc, timeout=10)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("authorization", BEARER["authorization"])
    connection.putheader("content-length", str(len(BODY) + 1))
    connection.endheaders(BODY)
    connection.close()
    give_up = monotonic() + 10
    while refused() == before and monotonic() < give_up:
        assert bot.http.get("/healthz").status == 200
    assert (refused(), bot.events) == (before + 1, [])


def test_the_largest_body_is_taken_whole(bot: Bot) -> None:
    line = json.dumps(deployment(commits=["a" * 40] * 50)).encode()
    count = LARGEST_EVENTS // (len(line) + 6)
    body = b"\n".join(line.replace(b"d-1", b"d-%d" % number) for number in range(count))
    assert bot.post(body).json["new"] == count


def test_what_is_compressed_or_no_post_is_refused(bot: Bot) -> None:
    reply = bot.post(BODY, {**BEARER, "content-encoding": "gzip"})
    assert (reply.status, reply.json) == (415, {"error": "The body is compressed; send it as it is."})
    assert bot.http.get("/v1/events").status == 405


@contextmanager
def drips(bot: Bot, size: int) -> Generator[HTTPConnection]:
    """So much of a larger body has been sent by somebody unknown."""
    with closing(HTTPConnection(urlsplit(bot.http.address).netloc, timeout=10)) as connection:
        connection.putrequest("POST", "/v1/events")
        connection.putheader("content-length", "100000")
        connection.endheaders(b"x" * size)
        yield connection


class Held:
    """A store that waits, and then is away."""

    def __init__(self) -> None:
        self.entered, self.let_go = Signal(), Signal()

    def __call__(self, _received: Received) -> ReceivedReport:
        self.entered.set()
        assert self.let_go.wait(10)
        raise StoreError("The database is locked by a backup.")


def test_while_a_body_is_stored_others_are_answered_and_a_store_that_is_away_is_said() -> None:
    store = Held()
    door = EventsDoor((webhook(),), store, clock=lambda: NOW)
    with served(web_app(tuple, events=door)) as http:
        replies: list[Any] = []
        poster = Thread(target=lambda: replies.append(http.post("/v1/events", BODY, BEARER)))
        poster.start()
        assert store.entered.wait(10)
        assert http.get("/healthz").status == 200
        store.let_go.set()
        poster.join()
    assert (replies[0].status, replies[0].json) == (503, {"error": "The database is locked by a backup."})
    assert replies[0].headers["retry-after"] == "60"


def test_what_came_is_counted_by_how_it_ended(bot: Bot) -> None:
    outcomes = {("deploys", "accepted"): BODY, ("deploys", "malformed"): b"{", ("", "refused"): None}
    before = {labels: EVENT_POSTS.labels(*labels)._value.get() for labels in outcomes}
    for body in outcomes.values():
        bot.post(body or BODY, BEARER if body else {})
    assert {labels: EVENT_POSTS.labels(*labels)._value.get() - before[labels] for labels in outcomes} == dict.fromkeys(
        outcomes, 1
    )
    assert 'quintet_event_posts_total{outcome="accepted",webhook="deploys"}' in bot.http.get("/metrics").text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "needs a token or a secret; without one, anybody could send events"),
        ({"token": "s3cret"}, "never the secret itself"),
        ({"token": "env:A", "service": "{repository}"}, "which is no field here"),
        ({"token": "env:A", "production": []}, "at least 1 item"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_reason(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        WebhookSettings.model_validate({"kind": "webhook"} | changes)


def test_a_credential_is_in_no_repr() -> None:
    assert TOKEN not in repr(webhook())
    assert SECRET not in repr(webhook())
