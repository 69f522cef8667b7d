"""Credentials, refusals and limits: which sentence each gets, and what is waited for."""

from __future__ import annotations

import json
import re
import ssl
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import CredentialError, SourceError
from integrations.github.source import GitHub
from tests.contract.github.github_items import pull
from tests.contract.github.github_server import TOKEN, GitHubServer, said
from tests.contract.github.opened_github import DAY, HOUR, NOW, Clock, opened, read, the_stream

LIMITED = {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
RESET = str(int((NOW + timedelta(minutes=20)).timestamp()))
SPENT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def first_then(first: Response, then: Callable[[Request], Response]) -> Callable[[Request], Response]:
    waiting = [first]
    return lambda request: waiting.pop() if waiting else then(request)


def read_changes(source: GitHub) -> list[str]:
    return list(read(the_stream(source, "changes")).events)


@pytest.mark.parametrize(
    ("refusal", "waits"),
    [
        (said(LIMITED, headers=SPENT), [1200.0]),
        (said({"message": "API rate limit exceeded"}, 403, SPENT), [1200.0]),
        (said(SECONDARY, 403), [60.0]),
        (said(SECONDARY, 403, {"Retry-After": "9"}), [9.0]),
        (said(SECONDARY, 429, {"Retry-After": "9"}), [9.0]),
    ],
)
def test_a_limit_is_waited_for_however_github_says_it(
    httpserver: HTTPServer, refusal: Response, waits: list[float]
) -> None:
    clock = Clock()
    answers = first_then(refusal, GitHubServer(pulls=[pull(12, NOW - DAY)]))
    assert read_changes(opened(httpserver, answers, clock)) == ["12"]
    assert clock.waits == waits


def test_the_last_point_of_an_hour_is_no_refusal(httpserver: HTTPServer) -> None:
    server, clock = GitHubServer(pulls=[pull(12, NOW - DAY)]), Clock()

    def answers(request: Request) -> Response:
        response = server(request)
        response.headers.extend(SPENT)
        return response

    assert read_changes(opened(httpserver, answers, clock)) == ["12"]
    assert clock.waits == []


def test_a_wrong_token_is_named_and_never_shown(httpserver: HTTPServer) -> None:
    source = opened(httpserver, GitHubServer(token="another"))
    with pytest.raises(CredentialError, match=r"acme-github: .+ does not accept env:GITHUB_TOKEN \(401\)") as told:
        read_changes(source)
    assert TOKEN not in str(told.value)
    assert source.requests == 1


def test_a_token_that_github_repeats_is_not_repeated(httpserver: HTTPServer) -> None:
    answers = first_then(said({"message": f"bad {TOKEN}"}, 400), GitHubServer())
    with pytest.raises(SourceError, match="bad …") as told:
        read_changes(opened(httpserver, answers))
    assert TOKEN not in str(told.value)


def test_a_repository_that_is_not_there_is_named(httpserver: HTTPServer) -> None:
    source = opened(httpserver, GitHubServer(), repositories=["acme/chekout"])
    with pytest.raises(SourceError) as told:
        read(source.streams()[0])
    assert str(told.value) == "acme-github: acme/chekout is not there, or env:GITHUB_TOKEN may not see it."


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            {"data": None, "errors": [{"message": "Something went wrong while executing your query."}]},
            r"/graphql refuses a question: Something went wrong while executing your query\.$",
        ),
        ({"data": None}, r"refuses a question: an answer without data\.$"),
        (
            {"data": {"repository": None}, "errors": [{"type": "FORBIDDEN", "message": "SAML enforcement."}]},
            r"env:GITHUB_TOKEN may not read acme/checkout: SAML enforcement\.$",
        ),
        ({"data": {"repository": {}}}, r"may not read pull requests of acme/checkout"),
        ({"data": {"repository": {"pullRequests": {}}}}, r"in another shape than GitHub's \(KeyError: 'edges'\)"),
        ([], r"in another shape than GitHub's \(AttributeError: .+\); is the url right\?$"),
    ],
)
def test_an_answer_that_is_none_is_a_sentence(httpserver: HTTPServer, answer: object, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read_changes(opened(httpserver, lambda _request: said(answer)))


def test_a_host_that_nobody_answers_for_is_named(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceError, match=r"http://127\.0\.0\.1:1 can't be reached"):
        read_changes(opened(httpserver, GitHubServer(), url="http://127.0.0.1:1"))


def test_a_certificate_that_nobody_signed_is_refused_with_the_way_out() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with (
        HTTPServer(host="localhost", ssl_context=context) as server,
        pytest.raises(SourceError, match="set REQUESTS_CA_BUNDLE"),
    ):
        read_changes(opened(server, GitHubServer()))


def test_an_enterprise_server_is_asked_below_its_own_paths(httpserver: HTTPServer) -> None:
    answers = GitHubServer(pulls=[pull(12, NOW - DAY)])
    source = opened(httpserver, answers, url=httpserver.url_for("/api/v3"))
    assert read_changes(source) == ["12"]
    read(the_stream(source, "pipeline runs"))
    assert [one.split("?")[0] for one in answers.asked] == [
        "POST /api/graphql",
        "GET /api/v3/repos/acme/checkout/actions/runs",
    ]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


APP = {"id": 77, "installation": 42, "private_key": "env:APP_KEY"}


def with_app(httpserver: HTTPServer, answers: Callable[[Request], Response], key: str, clock: Clock) -> GitHub:
    return opened(httpserver, answers, clock, secrets={"APP_KEY": key}, token=None, app=APP)


class AppServer:
    """Gives installation tokens of an hour, and knows the last one only."""

    def __init__(self, key: rsa.RSAPrivateKey, clock: Clock) -> None:
        self.public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.clock = clock
        self.given = 0
        self.github = GitHubServer(pulls=[pull(12, NOW - DAY)])

    def __call__(self, request: Request) -> Response:
        if request.path != "/app/installations/42/access_tokens":
            return self.github(request)
        assertion = request.headers["Authorization"].removeprefix("Bearer ")
        options: Any = {"verify_exp": False, "verify_iat": False}
        claims = jwt.decode(assertion, self.public, algorithms=["RS256"], options=options)
        assert claims["iss"] == "77"
        assert claims["iat"] < self.clock.at < claims["exp"] <= claims["iat"] + 600
        self.given += 1
        self.github.token = f"ghs_{self.given}"
        ends = datetime.fromtimestamp(self.clock.at, NOW.tzinfo) + HOUR
        return said({"token": self.github.token, "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}, 201)


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def test_an_app_takes_a_token_and_renews_it_before_it_ends(httpserver: HTTPServer, key: rsa.RSAPrivateKey) -> None:
    clock = Clock()
    answers = AppServer(key, clock)
    source = with_app(httpserver, answers, pem(key), clock)
    given = []
    for minutes in (0, 30, 26, 10):
        clock.at += minutes * 60
        assert read_changes(source) == ["12"]
        given.append(answers.given)
    assert given == [1, 1, 2, 2]
    assert source.requests == 6


def test_a_token_that_ended_during_a_wait_is_renewed_for_the_next_try(
    httpserver: HTTPServer, key: rsa.RSAPrivateKey
) -> None:
    clock = Clock()
    server = AppServer(key, clock)
    refusal = [said(SECONDARY, 403, {"Retry-After": "3600"})]

    def answers(request: Request) -> Response:
        return refusal.pop() if refusal and request.path == "/graphql" else server(request)

    assert read_changes(with_app(httpserver, answers, pem(key), clock)) == ["12"]
    assert server.given == 2


def test_a_key_that_is_none_is_named_and_never_shown(httpserver: HTTPServer) -> None:
    with pytest.raises(CredentialError) as told:
        read_changes(with_app(httpserver, GitHubServer(), "no key at all", Clock()))
    assert str(told.value) == "acme-github: env:APP_KEY holds no private key as PEM."


def test_an_app_that_is_unknown_is_a_wrong_credential(httpserver: HTTPServer, key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(CredentialError, match=r"does not accept env:APP_KEY \(401\)"):
        read_changes(with_app(httpserver, lambda _request: said({}, 401), pem(key), Clock()))


def test_an_app_without_its_package_says_what_to_install(
    httpserver: HTTPServer, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(SourceError, match=re.escape("install quintet[github-app]")):
        read_changes(with_app(httpserver, GitHubServer(), pem(key), Clock()))


def test_no_sentence_holds_an_installation_token(httpserver: HTTPServer, key: rsa.RSAPrivateKey) -> None:
    clock = Clock()
    server = AppServer(key, clock)

    def answers(request: Request) -> Response:
        if request.path == "/graphql":
            return said({"message": f"bad {request.headers['Authorization']}"}, 400)
        return server(request)

    with pytest.raises(SourceError) as told:
        read_changes(with_app(httpserver, answers, pem(key), clock))
    assert "ghs_" not in str(told.value)
    assert "ghs_" not in json.dumps(server.github.asked)
