"""From the way to a secret to the secret, and the sentence where there is none."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.errors import CredentialError
from bot.settings import load_settings
from bot.settings.secrets import LARGEST_SECRET, Secrets
from bot.telemetry import log_to


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets({"TOKEN": "from the environment\n", "EMPTY": " "}, tmp_path)


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        ("swordfish", "swordfish"),
        ("swordfish\n", "swordfish"),
        ("sword\nfish\r\n", "sword\nfish"),
        ("a\n\n", "a\n"),
        ("\ufeffab", "ab"),
    ],
)
def test_a_file_s_secret_is_all_but_the_newline_at_its_end(
    secrets: Secrets, tmp_path: Path, content: str, secret: str
) -> None:
    (tmp_path / "token").write_bytes(content.encode())
    assert secrets.reveal("jira", "file:token") == secret
    assert secrets.reveal("jira", f"file:{tmp_path}/token") == secret


def test_a_variable_s_secret_is_read_when_it_is_asked_for(secrets: Secrets) -> None:
    assert secrets.reveal("jira", "env:TOKEN") == "from the environment"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("env:GONE", "jira: the environment variable GONE is not set; it holds the credential."),
        ("env:EMPTY", "jira: the environment variable EMPTY is not set; it holds the credential."),
        ("file:gone", "jira: the credential's file gone can't be read: No such file or directory."),
        ("file:folder", "jira: the credential's file folder can't be read: Is a directory."),
        ("file:a\0b", "jira: the credential's file ab can't be read: it is no path."),
        ("file:empty", "jira: the credential's file empty is empty."),
        ("file:pipe", "jira: the credential's file pipe is empty."),
        ("file:blank", "jira: the credential's file blank is empty."),
        ("file:large", "jira: the credential's file large is larger than 64 KB, too large for a secret."),
        ("file:bytes", "jira: the credential's file bytes is not UTF-8 text."),
    ],
)
def test_where_there_is_no_secret_one_sentence_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    contents = {"empty": b"", "blank": b" \n", "large": b"s" * (LARGEST_SECRET + 1), "bytes": b"hunter2\xff"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CredentialError) as raised:
        Secrets({"EMPTY": " "}, Path()).reveal("jira", reference)
    assert str(raised.value) == says
    assert "hunter2" not in str(raised.value)


def test_secrets_show_in_no_repr(secrets: Secrets) -> None:
    secrets.reveal("jira", "env:TOKEN")
    assert "environment" not in repr(secrets)


@pytest.fixture
def _own_log() -> Iterator[None]:
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.usefixtures("_own_log")
def test_a_secret_that_was_told_is_hidden_in_the_log_from_then_on(tmp_path: Path) -> None:
    (tmp_path / "quintet.yaml").write_text("")
    settings = load_settings(tmp_path / "quintet.yaml", {"TOKEN": "swordfish", "SLACK_SIGNING_SECRET": "tuna"})
    log = io.StringIO()
    log_to(log, secrets=settings.secrets)
    settings.secrets.reveal("jira", "env:TOKEN")
    structlog.get_logger("bot.somewhere").warning("The secrets are swordfish and tuna.")
    assert "The secrets are … and …." in log.getvalue()
