"""What a pull request says that it undoes; pure."""

from __future__ import annotations

import re

from integrations.wording import MOST_READ, reverted_commit

_REVERTED_PULL = re.compile(r"^Reverts ([\w.-]+/[\w.-]+)?#(\d+)", re.MULTILINE)


def reverted(repository: str, title: str, body: str) -> str | None:
    """The change that a pull request undoes, as a reference, or the commit by its sha; None where it says nothing."""
    text = f"{title}\n{body[:MOST_READ]}"
    if pull := _REVERTED_PULL.search(text):
        return f"change:github:{pull[1] or repository}:{pull[2]}"
    return reverted_commit(text)
