"""The log (a sentence for people and a fixed `action` for machines, without secrets) and the figures for Prometheus."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog
from prometheus_client import Counter, Histogram

ANSWERS = Counter("quintet_answers", "Answers to /dora, by how they ended.", ["outcome"])
ANSWER_SECONDS = Histogram(
    "quintet_answer_seconds",
    "Seconds from the command to the posted answer.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)

HIDDEN = "…"
# Slack's tokens, the tickets of its sockets, and the addresses at which anyone may post: the path is the secret.
_SECRETS = re.compile(
    r"xox[a-z][-.][\w.-]+|xapp-[\w-]+|(?<=ticket=)[\w-]+"
    r"|(?<=slack\.com/)(?:commands|actions|services|workflows)/[^\s\"']+"
)
# A password within a database's address.
_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s/@]+@")


def log_to(stream: TextIO = sys.stderr, *, secrets: Iterable[str] = ()) -> None:
    """Send the log, that of the libraries too, to a stream: one JSON object a line, or readable on a terminal."""
    readable = stream.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if readable else [structlog.processors.format_exc_info]),
                renderer,
                Redaction(secrets),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class Redaction:
    """The last step before a line is written: whatever carries a secret, it does not get past here."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - a renderer's line
        return self.redacted(str(line))

    def redacted(self, text: str) -> str:
        """The text without tokens, answer addresses, passwords and the secrets of these settings."""
        text = self._known.sub(HIDDEN, text) if self._known else text
        return _PASSWORD.sub(rf"\1:{HIDDEN}@", _SECRETS.sub(HIDDEN, text))
