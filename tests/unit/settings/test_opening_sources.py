"""The configured sources by name, opened only when they are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import CredentialError
from bot.settings import Settings, load_settings
from bot.settings.opening import receivers, source_openers
from integrations.http import Patience

FILE = """\
sources:
  - kind: webhook
    name: pipelines
    token: env:PIPELINES_TOKEN
  - kind: prometheus
    url: http://127.0.0.1:1
    token: file:secrets/prometheus
    objectives:
      - {service: checkout, objective: 0.999, good: sum(good), total: sum(total)}
"""


def settings(folder: Path, text: str = FILE, **environ: str) -> Settings:
    (folder / "quintet.yaml").write_text(text)
    return load_settings(folder / "quintet.yaml", environ)


def test_a_file_without_sources_opens_nothing(tmp_path: Path) -> None:
    assert (source_openers(settings(tmp_path, "")), receivers(settings(tmp_path, ""))) == ({}, {})


def test_what_is_asked_for_items_and_what_sends_them_are_kept_apart(tmp_path: Path) -> None:
    given = settings(tmp_path, PIPELINES_TOKEN="swordfish")
    assert (list(source_openers(given)), list(receivers(given))) == (["prometheus"], ["pipelines"])


def test_a_credential_is_looked_for_when_its_source_is_opened(tmp_path: Path) -> None:
    given = settings(tmp_path)
    opener = source_openers(given)["prometheus"]
    with pytest.raises(
        CredentialError, match=r"^prometheus: the credential's file .*/secrets/prometheus can't be read"
    ):
        opener()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/prometheus").write_text("swordfish\n")
    assert opener().name == "prometheus"
    assert list(given.secrets) == ["swordfish"]


def test_a_sender_without_its_secret_is_refused(tmp_path: Path) -> None:
    says = r"^pipelines: the environment variable PIPELINES_TOKEN is not set; it holds the credential\.$"
    with pytest.raises(CredentialError, match=says):
        receivers(settings(tmp_path))


def test_a_source_waits_as_patiently_as_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("swordfish")
    slept: list[float] = []
    given = settings(tmp_path, FILE.replace("secrets/prometheus", "token"))
    source = source_openers(given, patience=Patience(sleep=slept.append))["prometheus"]()
    with pytest.raises(Exception, match="5 times in a row"):
        source.probe()
    assert len(slept) == 4
