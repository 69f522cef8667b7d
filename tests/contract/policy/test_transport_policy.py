"""How every source asks its server: what it waits for, tries again, refuses and never says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Thread

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import CredentialError, SourceError
from integrations.http import Patience, Site

TOKEN = "s3cret-t0ken"


@dataclass
class Clock:
    """Time that passes only by waiting."""

    at: float = 1_800_000_000.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    def patience(self, seconds: float = 3_900.0) -> Patience:
        return Patience(now=lambda: self.at, sleep=self.sleep, jitter=lambda _low, high: high, seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(httpserver: HTTPServer, clock: Clock) -> Iterator[Site]:
    with closing(made(httpserver.url_for("/"), clock)) as one:
        yield one


def made(url: str, clock: Clock, **more: object) -> Site:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Site("acme", url, credential="env:ACME", secrets=[TOKEN], headers=headers, patience=clock.patience(), **more)  # pyright: ignore[reportArgumentType]


def in_turn(httpserver: HTTPServer, *answers: Response) -> None:
    remaining = list(answers)

    def answer(_request: Request) -> Response:
        return remaining.pop(0) if len(remaining) > 1 else remaining[0]

    httpserver.expect_request("/things").respond_with_handler(answer)


GOOD = Response('{"is": "good"}', content_type="application/json")


@pytest.mark.parametrize(
    ("headers", "status", "waits"),
    [
        ({"Retry-After": "7"}, 429, [7.0]),
        ({"Retry-After": "7"}, 503, [7.0]),
        ({"Retry-After": "Fri, 15 Jan 2027 08:00:30 GMT"}, 429, [30.0]),
        ({"Retry-After": "soon"}, 429, [60.0]),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000090"}, 403, [90.0]),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "12"}, 429, [12.0]),
        ({"Retry-After": "0"}, 429, [1.0]),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1799999990"}, 403, [1.0]),
        ({}, 429, [1.0]),
        ({}, 500, [1.0]),
        ({}, 502, [1.0]),
    ],
)
def test_a_wait_is_as_long_as_the_server_says(
    httpserver: HTTPServer, site: Site, clock: Clock, *, headers: dict[str, str], status: int, waits: list[float]
) -> None:
    in_turn(httpserver, Response("no", status=status, headers=headers), GOOD)
    assert site.get("/things").data == {"is": "good"}
    assert clock.waits == waits
    assert site.requests == 2


def test_a_server_that_stays_broken_is_left_for_the_next_sync_with_growing_waits(
    httpserver: HTTPServer, site: Site, clock: Clock
) -> None:
    in_turn(httpserver, Response("no", status=502))
    with pytest.raises(SourceError, match=r"answered 502 BAD GATEWAY, 5 times in a row; the next sync goes on"):
        site.get("/things")
    assert clock.waits == [1.0, 2.0, 4.0, 8.0]


def test_a_wait_beyond_the_patience_is_not_begun(httpserver: HTTPServer, site: Site, clock: Clock) -> None:
    in_turn(httpserver, Response("no", status=429, headers={"Retry-After": "7200"}))
    with pytest.raises(SourceError, match=r"to be asked again at 2027-01-15 10:00 UTC"):
        site.get("/things")
    assert clock.waits == []


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (403, r"^acme: env:ACME may not read /things \(403\): not yours\.$"),
        (404, r"^acme: /things is not there, or env:ACME may not see it \(404\): not yours\.$"),
        (410, r"^acme: /things is there no longer \(410\): not yours\.$"),
        (400, r"^acme: http://localhost:\d+ refuses /things \(400\): not yours\.$"),
    ],
)
def test_a_refusal_says_what_was_refused_to_whom(httpserver: HTTPServer, site: Site, status: int, says: str) -> None:
    in_turn(httpserver, Response('{"message": "not yours"}', status=status, content_type="application/json"))
    with pytest.raises(SourceError, match=says):
        site.get("/things")
    assert site.requests == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"errorMessages": ["no such field", "nor this"], "errors": {}}', "no such field; nor this"),
        ('{"errorMessages": [], "errors": {"jql": "is empty"}}', "is empty"),
        ('{"message": "Not Found", "errors": [{"message": "more"}]}', "Not Found"),
        ('{"errors": [{"message": "one"}, {"code": 2}]}', "one"),
        ('{"error": {"message": "Invalid input", "code": 2001}}', "Invalid input"),
        ('{"error": "invalid_token"}', "invalid_token"),
        ('[{"message": "in a list"}]', "in a list"),
        ('{"code": 7}', ""),
        ("not JSON", ""),
    ],
)
def test_the_server_s_own_words_are_told_wherever_it_puts_them(
    httpserver: HTTPServer, site: Site, body: str, why: str
) -> None:
    in_turn(httpserver, Response(body, status=400))
    with pytest.raises(SourceError) as told:
        site.get("things")
    assert str(told.value).endswith(f"refuses /things (400){': ' + why if why else ''}.")


def test_a_refused_credential_is_named_and_not_tried_again(httpserver: HTTPServer, site: Site) -> None:
    in_turn(httpserver, Response("no", status=401))
    with pytest.raises(CredentialError, match=r"does not accept env:ACME \(401\)"):
        site.get("/things")
    assert site.requests == 1


def test_a_secret_that_a_server_repeats_is_not_repeated(httpserver: HTTPServer, site: Site) -> None:
    in_turn(httpserver, Response(f'{{"message": "bad {TOKEN}"}}', status=400, content_type="application/json"))
    with pytest.raises(SourceError, match="bad …") as told:
        site.get("/things")
    assert TOKEN not in str(told.value)


def test_truncated_json_is_asked_for_again(httpserver: HTTPServer, site: Site, clock: Clock) -> None:
    in_turn(httpserver, Response('{"is": "go', content_type="application/json"), GOOD)
    assert site.get("/things").data == {"is": "good"}
    assert clock.waits == [1.0]


def test_a_page_that_never_becomes_json_asks_whether_the_url_is_right(httpserver: HTTPServer, site: Site) -> None:
    in_turn(httpserver, Response("<html>Sign in</html>"))
    with pytest.raises(SourceError, match=r"no JSON; is the url right\?"):
        site.get("/things")


def test_an_answer_that_breaks_off_is_asked_for_again(clock: Clock) -> None:
    """The length that was promised does not come: the first time only."""
    broken = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    whole = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with serving_bytes(broken, whole) as url, closing(made(url, clock)) as site:
        assert site.get("/things").data == {}
        assert site.requests == 2


def test_a_redirect_to_another_host_is_not_followed(httpserver: HTTPServer, site: Site) -> None:
    with HTTPServer(host="127.0.0.1") as elsewhere:
        elsewhere.expect_request("/things").respond_with_json({})
        in_turn(httpserver, Response(status=302, headers={"Location": elsewhere.url_for("/things")}))
        with pytest.raises(SourceError, match=r"leads to http://127\.0\.0\.1:\d+, which is not configured"):
            site.get("/things")
        assert elsewhere.log == []


def test_a_redirect_within_the_server_is_followed(httpserver: HTTPServer, site: Site) -> None:
    in_turn(httpserver, Response(status=301, headers={"Location": "/renamed"}))
    httpserver.expect_request("/renamed", headers={"Authorization": f"Bearer {TOKEN}"}).respond_with_json(
        {"is": "here"}
    )
    assert site.get("/things").data == {"is": "here"}


@pytest.mark.parametrize("where", ["/things", "ftp://files.invalid/things"])
def test_a_redirect_that_leads_nowhere_asks_whether_the_url_is_right(
    httpserver: HTTPServer, site: Site, where: str
) -> None:
    in_turn(httpserver, Response(status=302, headers={"Location": where}))
    with pytest.raises(SourceError, match=r"leads nowhere \(\w+\); is the url right\?"):
        site.get("/things")


@pytest.mark.parametrize("where", [b"http://host:99999999/", b"http://[::/"])
def test_a_redirect_to_what_is_no_address_is_a_sentence_too(clock: Clock, where: bytes) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with (
        serving_bytes(answer) as url,
        closing(made(url, clock)) as site,
        pytest.raises(SourceError, match="leads nowhere"),
    ):
        site.get("/things")


def test_an_address_of_another_host_is_never_asked(site: Site) -> None:
    with pytest.raises(SourceError, match="which is not configured"):
        site.get("http://metadata.invalid/latest")
    assert site.requests == 0


def test_what_did_not_change_is_not_sent_again(httpserver: HTTPServer, site: Site) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        return Response("[]", content_type="application/json", headers={"ETag": '"v1"'})

    httpserver.expect_request("/things").respond_with_handler(answer)
    first = site.get("/things")
    assert (first.data, first.unchanged) == ([], False)
    assert site.get("/things", etag=first.etag).unchanged


def test_the_next_page_is_where_the_link_says(httpserver: HTTPServer, site: Site) -> None:
    following = httpserver.url_for("/things?page=2")
    httpserver.expect_request("/things", query_string="page=2").respond_with_json([2])
    in_turn(
        httpserver, Response("[1]", content_type="application/json", headers={"Link": f'<{following}>; rel="next"'})
    )
    first = site.get("/things")
    assert first.following is not None
    second = site.get(first.following)
    assert (first.data, second.data, second.following) == ([1], [2], None)


def test_a_certificate_that_nobody_signed_is_refused_once_with_the_way_out(clock: Clock) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with HTTPServer(host="localhost", ssl_context=context) as server, closing(made(server.url_for("/"), clock)) as site:
        with pytest.raises(SourceError, match=r"is not trusted; if it is your own, set REQUESTS_CA_BUNDLE"):
            site.get("/things")
        assert site.requests == 1


def test_a_host_whose_name_is_mistyped_is_told_from_one_that_is_down(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    says = r"http://jria\.example\.com can't be reached \(no host of that name is known\), 5 times in a row"
    with closing(made("http://jria.example.com", clock)) as site, pytest.raises(SourceError, match=says):
        site.get("/things")


def test_a_host_that_nobody_answers_for_is_tried_again_and_named(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        closing(made(f"http://127.0.0.1:{port}", clock)) as site,
        pytest.raises(SourceError, match=rf"http://127\.0\.0\.1:{port} can't be reached \(no connection\), 5 times"),
    ):
        site.get("/things")


@contextmanager
def serving_bytes(*answers: bytes) -> Iterator[str]:
    """A server that sends the given answers as they are, one a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(answer)

        serving = Thread(target=serve, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving.join(5)
