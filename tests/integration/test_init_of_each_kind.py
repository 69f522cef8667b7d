"""`quintet init` with every kind of source, before the server that its own tests start."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.cli import run
from bot.settings import load_settings
from integrations.registry import BY_KIND, PulledSettings

KINDS = sorted(kind for kind, settings in BY_KIND.items() if issubclass(settings, PulledSettings))
RULES = ("deployments", "releases")  # what init is to find out by itself


@pytest.fixture(scope="module")
def httpserver() -> Iterator[HTTPServer]:
    with HTTPServer() as server:
        yield server


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_set_up_from_flags(
    kind: str,
    httpserver: HTTPServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    system: Any = import_module(f"tests.contract.{kind}.{kind}_server")
    httpserver.clear()
    httpserver.expect_request(re.compile(".*")).respond_with_handler(system.server(300, datetime.now(UTC)))
    for name, secret in system.ENVIRON.items():
        monkeypatch.setenv(name, secret)
    monkeypatch.chdir(tmp_path)
    entry = {key: value for key, value in system.SETTINGS.items() if key not in RULES}
    entry |= {"kind": kind, "url": httpserver.url_for("").rstrip("/")}
    code = run(["init", "--team", "team-x", "--source", json.dumps(entry)])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    (source,) = load_settings().sources
    written = source.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert {key: value for key, value in written.items() if key not in (*RULES, "incidents")} == {
        key: value for key, value in entry.items() if key != "incidents"
    }
    assert "The last ones by" in out or not any(key in written for key in RULES)
    assert "It can see" in out
