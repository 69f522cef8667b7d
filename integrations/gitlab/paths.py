"""What the paths of a change say: which of its files are tests, and which parts of the service it touched; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testing|e2e)/"  # a folder of tests
    r"|(?:^|/)tests?_[^/]*$|[._-](?:test|spec)s?\.\w+$|Tests?\.\w+$",  # or a name that says so
)


def is_test(path: str) -> bool:
    return _TEST.search(path) is not None


def components(paths: Iterable[str]) -> tuple[str, ...]:
    """The first two folders of each path; a file at the top belongs to none."""
    folders = ("/".join(path.split("/")[:-1][:2]) for path in paths)
    return tuple(sorted({folder for folder in folders if folder}))
