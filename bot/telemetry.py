"""The log (a sentence for people and a fixed `action` for machines, without secrets) and the figures for Prometheus."""

from __future__ import annotations

import json
import logging
import re
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

import structlog
from prometheus_client import Counter, Gauge, Histogram

ANSWERS = Counter("quintet_answers", "Answers to /dora, by how they ended.", ["outcome"])
ANSWER_SECONDS = Histogram(
    "quintet_answer_seconds",
    "Seconds from the command to the posted answer.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
EVENT_POSTS = Counter(
    "quintet_event_posts", "Posts to /v1/events, by the name of the webhook and how they ended.", ["webhook", "outcome"]
)
JOB_RUNS = Counter("quintet_job_runs", "Turns of jobs, by the job and how they ended.", ["job", "outcome"])
JOB_SECONDS = Histogram(
    "quintet_job_seconds",
    "Seconds that a turn of a job took.",
    ["job"],
    buckets=(0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200),
)
JOB_LAST_SUCCESS = Gauge("quintet_job_last_success_timestamp_seconds", "When a job was last done well.", ["job"])
POSTS = Counter("quintet_posts", "Messages that were due in the outbox, by what became of them.", ["outcome"])

HIDDEN = "…"
# Slack's tokens, the tickets of its sockets, and the addresses at which anyone may post: the path is the secret.
_SECRETS = re.compile(
    r"xox[a-z][-.][\w.-]+|xapp-[\w-]+|(?<=ticket=)[\w-]+"
    r"|(?<=slack\.com/)(?:commands|actions|services|workflows)/[^\s\"']+"
)
# All but a new line and a tabulator.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A password within a database's address.
_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s/@]+@")


def log_to(stream: TextIO = sys.stderr, *, secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Send the log, that of the libraries too, to a stream: one JSON object a line, or readable on a terminal.

    Secrets that `secrets` comes to hold later are hidden as well.
    """
    readable = stream.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Its own way to show an exception would show the variables of each frame, and colour secrets so that none is found.
    renderer = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                *([_harmless] if readable else []),
                renderer,
                Redaction(secrets),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bot").setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _harmless(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Nothing that a terminal would take for an order. JSON writes it as escapes, and the renderer other fields."""
    texts = {name: _CONTROL.sub(" ", str(event[name])) for name in ("event", "exception") if name in event}
    return {**event, **texts, "event": texts["event"].replace("\n", " ")}


class Redaction:
    """The last step before a line is written: whatever carries a secret, it does not get past here."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets` is asked at every line, because some are told only later, when a source is opened."""
        self._secrets = secrets

    def __call__(self, _logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - a renderer's line
        return self.redacted(str(line))

    def redacted(self, text: str) -> str:
        """The text without tokens, answer addresses, passwords and the secrets of these settings."""
        for secret in sorted(_spellings(self._secrets), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return _PASSWORD.sub(rf"\1:{HIDDEN}@", _SECRETS.sub(HIDDEN, text))


def _spellings(secrets: Iterable[str]) -> set[str]:
    """Each secret as it is, as errors, addresses and JSON write it; of a key of several lines, each line on its own."""
    given = {secret for secret in secrets if secret}
    parts = {line for secret in given if "\n" in secret for line in secret.splitlines() if line}
    written = {way(text) for text in given | parts for way in _WAYS}
    return written | {json.dumps(text, ensure_ascii=False)[1:-1] for text in written}


_WAYS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: repr(text)[1:-1],
    lambda text: repr(text.encode())[2:-1],
    lambda text: json.dumps(text)[1:-1],
    quote,
    quote_plus,
    lambda text: quote(text, safe=""),
    lambda text: b64encode(text.encode()).decode(),
)
