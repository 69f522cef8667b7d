"""What Slack's answers to a post mean, and how a post is known again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.error import URLError

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.blocks.message import Message
from bot.jobs.outcome import InDoubt, Limited, NotThere, Outcome, Posted, Refused, Unreached, Unreadable
from bot.slack.poster import Poster
from bot.slack.posting import failure
from bot.store.outbox_claims import Claim, Place

CLAIM = Claim(
    key="ping:team-x:#team-x:2026-10-26",
    part=0,
    revision=2,
    channel="#team-x",
    message=Message("words"),
    form="blocks",
    attempt=1,
    created_at=1_793_606_400.0,
    lease_until=1_793_606_520.0,
)
ID = "C0123456789"
PLACE = Place(ID, "1793606400.000100")
METADATA = {"event_type": "quintet_message", "event_payload": {"key": CLAIM.key, "part": 0, "revision": 1}}


@pytest.fixture
def poster(httpserver: HTTPServer) -> Poster:
    return Poster("xoxb-secret", httpserver.url_for("/api/"))


def answers(httpserver: HTTPServer, method: str, *bodies: object, status: int = 200, **headers: str) -> list[Request]:
    """Slack's answers to a method, one after the other, and where its requests arrive."""
    requests: list[Request] = []
    given = iter(bodies)

    def answer(request: Request) -> Response:
        requests.append(request)
        body = next(given)
        if isinstance(body, str):
            return Response(body, status, headers)
        return Response(json.dumps(body), status, {"Content-Type": "application/json", **headers})

    httpserver.expect_request(f"/api/{method}", "POST").respond_with_handler(answer)
    return requests


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"ok": True, "channel": ID, "ts": PLACE.ts}, Posted(PLACE, 2)),
        (200, {"ok": True}, InDoubt("no_place")),
        (200, {"ok": False, "error": "not_in_channel"}, Refused("not_in_channel")),
        (200, {"ok": False, "error": "fatal_error"}, InDoubt("fatal_error")),
        (200, {"ok": False, "error": "internal_error"}, InDoubt("internal_error")),
        (200, {"ok": False, "error": "rate_limited"}, Limited(30.0, everywhere=False)),
        (200, {"ok": False}, InDoubt("http_200")),
        (200, "<html>a proxy's own page</html>", InDoubt("http_200")),
        (200, '["odd"]', InDoubt("http_0")),
        (403, {"ok": False, "error": "access_denied"}, Refused("access_denied")),
        (429, {"ok": False, "error": "ratelimited"}, Limited(30.0, everywhere=True)),
        (429, "slow down", Limited(30.0, everywhere=True)),
        (502, "bad gateway", InDoubt("http_502")),
        (503, {"ok": False, "error": "service_unavailable"}, InDoubt("service_unavailable")),
    ],
)
def test_an_answer_is_a_post_a_refusal_a_limit_or_a_doubt(
    httpserver: HTTPServer, poster: Poster, status: int, body: object, outcome: Outcome
) -> None:
    answers(httpserver, "chat.postMessage", body, status=status)
    assert poster.send(CLAIM) == outcome


@pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("soon", 30.0), ("-1", 30.0)])
def test_a_limit_lasts_as_long_as_slack_says(httpserver: HTTPServer, poster: Poster, told: str, seconds: float) -> None:
    answers(httpserver, "chat.postMessage", {"ok": False}, status=429, **{"Retry-After": told})
    assert poster.send(CLAIM) == Limited(seconds, everywhere=True)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (URLError(ConnectionRefusedError()), Unreached("unreachable")),
        (URLError(TimeoutError()), InDoubt("timeout")),
        (TimeoutError(), InDoubt("timeout")),
        (ConnectionResetError(), InDoubt("connection_lost")),
    ],
)
def test_only_a_connection_that_was_never_made_leaves_no_doubt(error: Exception, outcome: Outcome) -> None:
    assert failure(error) == outcome


def test_a_post_carries_text_key_and_no_unfurling(httpserver: HTTPServer, poster: Poster) -> None:
    (request,) = _sent(httpserver, poster, "chat.postMessage", CLAIM)
    assert request == {
        "channel": "#team-x",
        "text": "words",
        "metadata": {**METADATA, "event_payload": {**METADATA["event_payload"], "revision": 2}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_reply_goes_to_its_thread_by_the_channel_s_id(httpserver: HTTPServer, poster: Poster) -> None:
    (request,) = _sent(httpserver, poster, "chat.postMessage", replace(CLAIM, thread=PLACE))
    assert (request["channel"], request["thread_ts"]) == (ID, PLACE.ts)


def test_an_edit_names_its_message_and_takes_away_blocks_that_are_gone(httpserver: HTTPServer, poster: Poster) -> None:
    (request,) = _sent(httpserver, poster, "chat.update", replace(CLAIM, edited=PLACE))
    assert (request["channel"], request["ts"], request["blocks"]) == (ID, PLACE.ts, [])


def _sent(httpserver: HTTPServer, poster: Poster, method: str, claim: Claim) -> list[dict[str, Any]]:
    requests = answers(httpserver, method, {"ok": True, "channel": ID, "ts": PLACE.ts})
    poster.send(claim)
    return [request.json for request in requests]


def test_a_message_is_found_by_its_key_on_whatever_page(httpserver: HTTPServer, poster: Poster) -> None:
    others = [
        {"ts": "1"},
        {"ts": "2", "metadata": {**METADATA, "event_type": "another"}},
        {"metadata": METADATA},
        "odd",
    ]
    first = {"ok": True, "messages": others, "response_metadata": {"next_cursor": "more"}}
    second = {"ok": True, "messages": [{"ts": PLACE.ts, "metadata": METADATA}]}
    requests = answers(httpserver, "conversations.history", first, second)
    assert poster.find(CLAIM, ID) == Posted(PLACE, 1)
    assert [request.form.get("cursor") for request in requests] == [None, "more"]
    assert {request.form["include_all_metadata"] for request in requests} == {"1"}


def test_a_reply_is_looked_for_in_its_thread(httpserver: HTTPServer, poster: Poster) -> None:
    requests = answers(httpserver, "conversations.replies", {"ok": True, "messages": []})
    assert poster.find(replace(CLAIM, thread=PLACE), "#team-x") == NotThere()
    assert [(request.form["channel"], request.form["ts"]) for request in requests] == [(ID, PLACE.ts)]


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, {"ok": False, "error": "missing_scope"}, Unreadable("missing_scope")),
        (200, {"ok": False, "error": "not_in_channel"}, Unreadable("not_in_channel")),
        (429, {"ok": False, "error": "ratelimited"}, Limited(30.0, everywhere=True)),
        (500, "broken", InDoubt("http_500")),
    ],
)
def test_a_history_that_can_t_be_read_is_no_history_without_the_message(
    httpserver: HTTPServer, poster: Poster, status: int, body: object, found: object
) -> None:
    answers(httpserver, "conversations.history", body, status=status)
    assert poster.find(CLAIM, ID) == found


def test_a_channel_s_name_is_looked_up_among_the_bot_s_own(httpserver: HTTPServer, poster: Poster) -> None:
    answers(httpserver, "users.conversations", {"ok": True, "channels": [{"id": ID, "name": "team-x"}]})
    history = answers(httpserver, "conversations.history", {"ok": True, "messages": []})
    assert poster.find(CLAIM, "#team-x") == NotThere()
    assert [request.form["channel"] for request in history] == [ID]


def test_a_channel_that_the_bot_is_not_in_can_t_be_read(httpserver: HTTPServer, poster: Poster) -> None:
    nothing = {"ok": True, "channels": []}
    answers(httpserver, "users.conversations", nothing, nothing)
    answers(httpserver, "conversations.history", {"ok": False, "error": "channel_not_found"})
    assert poster.find(CLAIM, "#team-x") == Unreadable("channel_not_found")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"ok": False, "error": "missing_scope"}, {"ok": True, "channels": [{"id": ID, "name": "team-x"}]}),
        ({"ok": True, "channels": [{"id": ID, "name": "team-x"}]}, {"ok": False, "error": "missing_scope"}),
    ],
    ids=["private channels alone", "public channels alone"],
)
def test_one_kind_of_channel_may_be_listed_without_the_other(
    httpserver: HTTPServer, poster: Poster, first: object, second: object
) -> None:
    answers(httpserver, "users.conversations", first, second)
    answers(httpserver, "conversations.history", {"ok": True, "messages": []})
    assert poster.find(CLAIM, "#team-x") == NotThere()


def test_a_limit_on_listing_channels_is_waited_for(httpserver: HTTPServer, poster: Poster) -> None:
    answers(httpserver, "users.conversations", {"ok": False}, status=429, **{"Retry-After": "7"})
    assert poster.find(CLAIM, "#team-x") == Limited(7.0, everywhere=True)


def test_a_slack_that_is_away_says_nothing_of_what_stands_there() -> None:
    assert Poster("xoxb-secret", "http://127.0.0.1:1/api/").find(CLAIM, ID) == InDoubt("unreachable")
