"""What a server, or somebody between, can't make a source do: wait for ever, fill the memory, tell a secret, break."""

from __future__ import annotations

import gzip
import ssl
from base64 import b64encode
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import CredentialError, SourceError
from integrations.answer import Answer
from integrations.github.site import GitHubSite
from integrations.http import Patience, Site

TOKEN = "s3cret-t0ken"
JSON = "application/json"


@dataclass
class Clock:
    """Each look at it takes some seconds."""

    at: float = 1_800_000_000.0
    pace: float = 0.0

    def now(self) -> float:
        self.at += self.pace
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def made(url: str, *, token: str = TOKEN, auth: tuple[str, str] | None = None, pace: float = 0.0) -> Site:
    clock = Clock(pace=pace)
    return Site(
        "acme",
        url,
        credential="env:ACME",
        secrets=[token],
        headers={} if auth else {"Authorization": f"Bearer {token}"},
        auth=auth,
        patience=Patience(now=clock.now, sleep=clock.sleep, jitter=lambda _low, high: high),
    )


def refusal(httpserver: HTTPServer, answer: Response, **how: object) -> str:
    httpserver.expect_request("/things").respond_with_response(answer)
    with closing(made(httpserver.url_for("/"), **how)) as site, pytest.raises(SourceError) as told:  # pyright: ignore[reportArgumentType]
        site.get("things")
    return str(told.value)


def test_json_that_is_nested_too_deeply_is_no_answer(httpserver: HTTPServer) -> None:
    assert refusal(httpserver, Response("[" * 100_000, content_type=JSON)).endswith("no JSON; is the url right?")


def test_a_reason_that_is_nested_too_deeply_is_none(httpserver: HTTPServer) -> None:
    body = '{"message": ' * 990 + "1" + "}" * 990
    assert refusal(httpserver, Response(body, status=400, content_type=JSON)).endswith("refuses /things (400).")


@pytest.mark.parametrize("seconds", ["inf", "nan", "1e300", "99999999999999999999", "-1e300"])
@pytest.mark.parametrize("status", [403, 429])
def test_a_wait_that_is_no_time_is_not_waited(httpserver: HTTPServer, seconds: str, status: int) -> None:
    names = ("X-RateLimit-Reset", "X-RateLimit-Remaining") if status == 403 else ("Retry-After", "X-Other")
    answer = Response("no", status=status, headers={names[0]: seconds, names[1]: "0"})
    assert str(status) in refusal(httpserver, answer)


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> None:
    monkeypatch.setattr("integrations.wire._LARGEST", 2**20)
    bomb = gzip.compress(gzip.compress(b"0" * 2**22))
    said = refusal(httpserver, Response(bomb, headers={"Content-Encoding": "gzip, gzip"}))
    assert said.endswith("sent more than 1 MB at once.")


def test_an_answer_that_drips_is_given_up() -> None:
    """It has sent a byte in time, and holds the connection."""
    with holding(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{") as url, closing(made(url, pace=301)) as site:
        with pytest.raises(SourceError, match=r"can't be reached \(no answer in time\), 5 times"):
            site.get("things")
        assert site.requests == 5


def test_a_secret_is_hidden_wherever_a_server_says_it(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/reason").respond_with_response(Response("no", status=f"500 bad {TOKEN}"))
    with (
        closing(made(httpserver.url_for("/"))) as site,
        pytest.raises(SourceError, match="answered 500 bad …, 5"),
    ):
        site.get("reason")


def test_no_part_of_a_secret_is_told_where_an_explanation_is_cut(httpserver: HTTPServer) -> None:
    answer = Response(f'{{"message": "{"x" * 195}{TOKEN}"}}', status=400, content_type=JSON)
    assert TOKEN[:3] not in refusal(httpserver, answer)


def test_user_and_password_are_hidden_as_they_are_sent(httpserver: HTTPServer) -> None:
    sent = b64encode(f"ada:{TOKEN}".encode()).decode()
    answer = Response(f'{{"message": "what is {sent}?"}}', status=400, content_type=JSON)
    assert refusal(httpserver, answer, auth=("ada", TOKEN)).endswith(": what is …?.")


def test_a_user_and_a_password_are_sent_in_any_alphabet(httpserver: HTTPServer) -> None:
    sent = b64encode("ádá:пароль".encode()).decode()
    httpserver.expect_request("/things", headers={"Authorization": f"Basic {sent}"}).respond_with_json({})
    with closing(made(httpserver.url_for("/"), auth=("ádá", "пароль"))) as site:
        assert site.get("things").data == {}


@pytest.mark.parametrize(("tag", "etag"), [('"v1"', '"v1"'), ('"v\0"', None), ('"\x1b[31m"', None), ("", None)])
def test_a_mark_that_no_database_takes_is_none(tag: str, etag: str | None) -> None:
    assert Answer({}, {"ETag": tag}).etag == etag


def test_an_explanation_plays_no_tricks(httpserver: HTTPServer) -> None:
    body = r'{"message": "\u001b[31mred\u202e \u0000\ud800 and\nwell"}'
    said = refusal(httpserver, Response(body, status=400, content_type=JSON))
    assert said.endswith("(400): [31mred and well.")


@pytest.mark.parametrize("token", ["to\nken", "to\rken", "to\0ken", "tök€n", "\ufefftoken"])
def test_a_token_that_no_header_can_carry_is_a_sentence_without_it(token: str) -> None:
    with pytest.raises(CredentialError, match="env:ACME holds a line break or another character") as told:
        made("http://localhost:1", token=token)
    assert token not in str(told.value)


def test_a_token_that_comes_with_each_try_is_held_to_the_same() -> None:
    with (
        closing(GitHubSite("acme", "http://localhost:1", credential="env:ACME", bearer=lambda: "to\nken")) as site,
        pytest.raises(CredentialError, match="env:ACME holds a line break or another character"),
    ):
        site.get("things")


def test_no_other_credential_is_sent_after_a_redirect(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, httpserver: HTTPServer
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response("{}", content_type=JSON)

    httpserver.expect_request("/things").respond_with_response(Response(status=302, headers={"Location": "/renamed"}))
    httpserver.expect_request("/renamed").respond_with_handler(answer)
    with closing(made(httpserver.url_for("/"))) as site:
        site.get("things")
    assert seen == [f"Bearer {TOKEN}"]


def test_certificates_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authority.pem")
    with (
        closing(made("https://localhost:1")) as site,
        pytest.raises(SourceError, match=r"^acme: no certificates to trust: .* /nowhere/authority\.pem\.$"),
    ):
        site.get("things")


def test_certificates_of_the_environment_are_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    with HTTPServer(host="localhost", ssl_context=context) as server, closing(made(server.url_for("/"))) as site:
        server.expect_request("/things").respond_with_json({})
        assert site.get("things").data == {}


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://bücher.example/jira", "https://xn--bcher-kva.example"),
        ("https://JIRA.example:443", "https://jira.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_host_is_the_same_in_any_spelling(url: str, origin: str) -> None:
    with closing(made(url)) as site:
        assert site.origin == origin


@contextmanager
def holding(start: bytes) -> Generator[str]:
    """A server that begins each answer, and leaves it at that."""
    with create_server(("127.0.0.1", 0)) as listener, ExitStack() as held:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                held.enter_context(connection)
                connection.recv(65_536)
                connection.sendall(start)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
