"""What the log shows, and what it never shows."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog

from bot.telemetry import Redaction, log_to


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """Logging is the process's own; each test gives it back."""
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("token xoxb-12-34-abC is", "token … is"),
        ("xoxe.xoxp-1-Ab and xapp-1-A0-9-f", "… and …"),
        ("POST https://hooks.slack.com/commands/T0/1/abc failed", "POST https://hooks.slack.com/… failed"),
        ('"https://hooks.slack.com/services/T0/B0/abc"', '"https://hooks.slack.com/…"'),
        ("wss://wss.slack.com/link/?ticket=12-ab&app_id=A0", "wss://wss.slack.com/link/?ticket=…&app_id=A0"),
        ("postgresql://quintet:pa55@db/quintet", "postgresql://quintet:…@db/quintet"),
        ("the secret is swordfish.", "the secret is …."),
        ("https://example.com/commands/1 stays", "https://example.com/commands/1 stays"),
    ],
)
def test_secrets_are_cut_out_of_a_line(line: str, shown: str) -> None:
    assert Redaction(["swordfish", ""]).redacted(line) == shown


def test_a_secret_that_is_told_later_is_hidden_from_then_on() -> None:
    told = ["swordfish"]
    redaction = Redaction(told)
    assert redaction.redacted("tuna and swordfish") == "tuna and …"
    told.append("tuna")
    assert redaction.redacted("tuna and swordfish") == "… and …"


def test_a_key_of_several_lines_is_hidden_however_it_is_written() -> None:
    key = '-----BEGIN KEY-----\nab"cd\n-----END KEY-----'
    redaction = Redaction([key])
    for written in (key, json.dumps({"key": key}), *key.splitlines()):
        assert 'ab"cd' not in redaction.redacted(written)
        assert "ab\\" not in redaction.redacted(written)


@pytest.mark.parametrize(
    "way", [str, repr, str.encode, json.dumps, quote, quote_plus, lambda text: quote(text, safe="")]
)
def test_a_secret_is_hidden_as_errors_and_addresses_write_it(way: Callable[[str], object]) -> None:
    secret = """s w"ö'r\\d/f+i=sh"""
    written = str(way(secret))
    assert Redaction([secret]).redacted(f"- {written} -").strip("'\"-b ") == "…"
    assert json.loads(Redaction([secret]).redacted(json.dumps(f"- {written} -", ensure_ascii=False))).count("…") == 1


def test_a_secret_is_hidden_in_base64() -> None:
    assert Redaction(["ada:swordfish"]).redacted("Basic YWRhOnN3b3JkZmlzaA==") == "Basic …"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_shown_no_variable_and_no_secret_of_a_traceback() -> None:
    token = "sw0rd='fish' 12"

    def ask(reporter: str) -> None:
        raise ValueError(f"{token} \x1b[31m{reporter[:0]}")

    terminal = Terminal()
    log_to(terminal, secrets=[token])
    try:
        ask("Ada")
    except ValueError:
        logging.getLogger("bot.somewhere").exception("It failed.")
    assert "ValueError: … " in terminal.getvalue()
    assert not [word for word in ("sw0rd", "'Ada'", "\x1b[31mVal", "… \x1b") if word in terminal.getvalue()]


def test_nothing_that_is_logged_gives_a_terminal_orders_or_a_line_of_its_own() -> None:
    terminal = Terminal()
    log_to(terminal)
    logging.getLogger("library").warning("odd \x1b]0;title\x07\n[error] made up \x9b31m")
    structlog.get_logger("bot.somewhere").info("Done.", source="a\nb\x1b]0;title\x07")
    assert "odd  ]0;title  [error] made up  31m" in terminal.getvalue()
    assert "\x1b]" not in terminal.getvalue()
    assert len(terminal.getvalue().splitlines()) == 2


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_a_sentence_and_an_action() -> None:
    stream = io.StringIO()
    log_to(stream)
    structlog.get_logger("bot.somewhere").info("Quintet answers /dora.", action="serving", teams=3)
    (line,) = lines(stream)
    assert (line["event"], line["action"], line["teams"], line["level"]) == (
        "Quintet answers /dora.",
        "serving",
        3,
        "info",
    )
    assert line["timestamp"].endswith("Z")


def test_an_error_s_traceback_is_logged_without_secrets() -> None:
    stream = io.StringIO()
    log_to(stream, secrets=["swordfish"])
    error = ValueError("swordfish and xoxb-1-2")
    structlog.get_logger("bot.somewhere").error("It failed.", action="failed", exc_info=error)
    (line,) = lines(stream)
    assert "ValueError" in line["exception"]
    assert "swordfish" not in stream.getvalue()
    assert "xoxb" not in stream.getvalue()


def test_the_libraries_logs_pass_the_same_way() -> None:
    stream = io.StringIO()
    log_to(stream)
    logging.getLogger("slack_sdk").warning("posting to %s", "https://hooks.slack.com/commands/T0/1/abc")
    logging.getLogger("slack_sdk").debug("chatter")
    (line,) = lines(stream)
    assert line["event"] == "posting to https://hooks.slack.com/…"
