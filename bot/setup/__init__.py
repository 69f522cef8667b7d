"""A first settings file: questions or flags -> what the sources show -> quintet.yaml."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.settings.where import config_path, process_environ
from bot.setup.asker import Nobody, Person
from bot.setup.conversation import Conversation, Flags, opener
from bot.source import Span

_COUNTED = timedelta(weeks=4)


def write_first_file(
    path: Path | None,
    team: Mapping[str, str],
    services: Sequence[str],
    sources: Sequence[str],
    *,
    asks: bool,
    over: bool,
    busy: Callable[[str], AbstractContextManager[None]],
) -> Path:
    """Returns where it was written."""
    environ = process_environ()
    there = path or config_path(environ)
    now = datetime.now(UTC)
    Conversation(
        flags=Flags(path=there, over=over, team=team, services=services, sources=sources),
        environ=environ,
        span=Span(now - _COUNTED, now),
        asker=Person() if asks else Nobody(),
        opened=opener(there, environ),
        busy=busy,
    ).hold()
    return there
