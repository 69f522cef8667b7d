"""`quintet sync`, as it is typed, against a local Prometheus stand-in."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.cli import run
from tests.contract.prometheus.prometheus_server import ENVIRON, SETTINGS, server

Quintet = Callable[..., tuple[int, list[str], list[str]]]
HOURS = 200


@pytest.fixture
def answers(httpserver: HTTPServer) -> list[Callable[[Request], Response]]:
    """The first of them answers; a test may put another one before it."""
    stack = [server(HOURS, datetime.now(UTC))]

    def answer(request: Request) -> Response:
        return stack[0](request)

    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    return stack


@pytest.fixture
def configured(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, answers: list[object]
) -> Callable[..., None]:
    """Writes the settings: one source a name."""
    assert answers
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUINTET_DATABASE_URL", f"sqlite:///{tmp_path}/quintet.db")
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)

    def write(*names: str, **changes: object) -> None:
        url = httpserver.url_for("").rstrip("/")
        sources = [{**SETTINGS, "name": name, "url": url, **changes} for name in names]
        settings = {"teams": [{"key": "team-x", "name": "X", "services": ["checkout"]}], "sources": sources}
        (tmp_path / "quintet.yaml").write_text(json.dumps(settings))

    return write


@pytest.fixture
def quintet(capsys: pytest.CaptureFixture[str]) -> Quintet:
    def typed(*words: str) -> tuple[int, list[str], list[str]]:
        code = run(words)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out.splitlines(), captured.err.splitlines()

    return typed


def test_a_sync_says_what_it_did_and_a_second_one_finds_nothing_new(
    configured: Callable[..., None], quintet: Quintet
) -> None:
    configured("slo")
    code, (said, noted), errors = quintet("sync")
    assert (code, errors) == (0, [])
    assert re.fullmatch(r"slo: \d+ new, 0 updated, 0 unchanged; \d+ requests; history to \d{4}-\d\d-\d\d", said)
    assert re.fullmatch(r"slo: noted windows for which total has no samples \([\d,]+\)", noted)
    code, (said, *_), _ = quintet("sync", "slo")
    assert (code, said.startswith("slo: 0 new, 0 updated, ")) == (0, True)


def test_json_names_each_stream_and_how_far_it_is_read(configured: Callable[..., None], quintet: Quintet) -> None:
    configured("slo")
    _, out, _ = quintet("sync", "--json", "--since", "2026-01-01")
    report = json.loads("\n".join(out))
    (source,) = report["sources"]
    (stream,) = source["streams"]
    assert (source["source"], source["failure"], report["left"], report["stopped"]) == ("slo", None, [], False)
    assert stream["kinds"] == ["slo"]
    assert stream["read"] == stream["new"] > 0
    assert stream["history_to"] == "2026-01-01T00:00:00Z"
    assert {"retracted", "set_aside", "noted", "requests"} <= stream.keys()


def test_a_refused_credential_is_said_and_the_others_are_read(
    configured: Callable[..., None], quintet: Quintet, answers: list[Callable[[Request], Response]]
) -> None:
    configured("first", "second")
    usual = answers[0]
    refused: set[str] = set()

    def refuse_the_first(request: Request) -> Response:
        return refused.add(request.path) or Response("no", 401) if not refused else usual(request)

    answers.insert(0, refuse_the_first)
    code, out, (error,) = quintet("sync")
    assert code == 1
    assert "does not accept env:PROMETHEUS_TOKEN (401)" in error
    assert len([line for line in out if re.match(r"(first|second): [1-9]\d* new", line)]) == 1
    assert ENVIRON["PROMETHEUS_TOKEN"] not in error


def test_a_missing_variable_is_named(
    configured: Callable[..., None], quintet: Quintet, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured("slo")
    monkeypatch.delenv("PROMETHEUS_TOKEN")
    code, out, (error,) = quintet("sync")
    assert (code, out) == (1, [])
    assert "PROMETHEUS_TOKEN" in error


def test_a_source_that_is_not_configured_is_answered_with_those_that_are(
    configured: Callable[..., None], quintet: Quintet
) -> None:
    configured("first", "second")
    assert quintet("sync", "third") == (1, [], ["No source is called third; there are: first, second."])


def test_without_sources_it_says_so(configured: Callable[..., None], quintet: Quintet) -> None:
    configured()
    said = "No source is set up: `sources:` in quintet.yaml names none. `quintet init` asks for a first one."
    assert quintet("sync") == (1, [], [said])


def test_history_can_not_begin_in_the_future(configured: Callable[..., None], quintet: Quintet) -> None:
    configured("slo")
    code, out, errors = quintet("sync", "--since", "2999-01-01")
    assert (code, out) == (2, [])
    assert "2999-01-01 is yet to come" in errors[-1]


def test_ctrl_c_ends_it_after_the_page_and_the_next_sync_goes_on(
    configured: Callable[..., None], quintet: Quintet, answers: list[Callable[[Request], Response]]
) -> None:
    configured("slo")
    usual = answers[0]

    def interrupting(request: Request) -> Response:
        os.kill(os.getpid(), signal.SIGINT)
        return usual(request)

    before = signal.getsignal(signal.SIGINT)
    answers.insert(0, lambda request: answers.pop(0) and interrupting(request))
    code, out, errors = quintet("sync")
    assert code == 0
    assert out[-1] == "stopped; the next sync goes on from here"
    assert errors == ["Stopping after this page; Ctrl-C again stops at once."]
    assert signal.getsignal(signal.SIGINT) == before
    assert quintet("sync")[0] == 0


def test_a_rebuild_takes_back_what_the_settings_name_no_longer(
    configured: Callable[..., None], quintet: Quintet
) -> None:
    configured("slo")
    quintet("sync")
    (objective,) = SETTINGS["objectives"]
    configured("slo", objectives=[{**objective, "service": "basket"}])
    left = "slo checkout availability: no longer in the settings; 200 events "
    assert quintet("sync")[1][-1] == f"{left}stay. `quintet sync --rebuild` takes them back"
    assert quintet("sync", "--rebuild")[1][-1] == f"{left}taken back"
