"""What a merge request says that it undoes; pure."""

from __future__ import annotations

import re

from integrations.wording import MOST_READ, reverted_commit

_REVERTED_REQUEST = re.compile(r"This reverts merge request ([\w./-]*)!(\d+)")


def reverted(project: str, title: str, description: str) -> str | None:
    """The change that a merge request undoes, as a reference, or the commit by its sha; None where it says nothing."""
    text = f"{title}\n{description[:MOST_READ]}"
    if request := _REVERTED_REQUEST.search(text):
        return f"change:gitlab:{request[1] or project}:{request[2]}"
    return reverted_commit(text)
