"""What the paths of a change say: which of its files are tests, and which parts of the service it touched; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.events.event import MAX_TEXT

_TEST_FOLDER = re.compile(r"(?:^|/)(?:tests?|specs?|__tests__|testing|e2e)/", re.IGNORECASE)
_TEST_NAME = re.compile(r"(?:^|/)tests?_[^/]*$|[._-](?:test|spec)s?\.\w+$|Tests?\.\w+$")


def is_test(path: str) -> bool:
    """By the habits of most languages: a folder of tests, or a name that says so."""
    return _TEST_FOLDER.search(path) is not None or _TEST_NAME.search(path) is not None


def components(paths: Iterable[str]) -> tuple[str, ...]:
    """The first two folders of each path; a file at the top belongs to none. No name is too long for an event."""
    folders = ("/".join(path.split("/")[:-1][:2])[:MAX_TEXT] for path in paths)
    return tuple(sorted({folder for folder in folders if folder}))
