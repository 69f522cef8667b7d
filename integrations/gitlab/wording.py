"""What a merge request says in words: which issues it names, and what it reverts; pure."""

from __future__ import annotations

import re

_MOST_READ = 20_000  # characters of a description; machines write longer ones, people don't
_KEY = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-[1-9]\d*\b")
_NO_PROJECT = frozenset({"AES", "CVE", "CWE", "HTTP", "ISO", "PEP", "RFC", "SHA", "TLS", "UTF", "X86"})
_ANSWERS = re.compile(
    r"\b(?:clos(?:es?|ed|ing)|fix(?:e[sd]|ing)?|resolv(?:es?|ed|ing)|implement(?:s|ed|ing)?|related to|refs?):?\s+"
    r"([\w./-]*#[1-9]\d*|[A-Z][A-Z0-9]{1,9}-[1-9]\d*)\b",
    re.IGNORECASE,
)
_REVERTED_REQUEST = re.compile(r"This reverts merge request ([\w./-]*)!(\d+)")
_REVERTED_SHA = re.compile(r"This reverts commit ([0-9a-f]{7,64})")


def issue_keys(project: str, title: str, branch: str, description: str) -> tuple[str, ...]:
    """Keys such as OPS-12 in the title or the branch, and in the description whatever it says that it answers."""
    named = [*_KEY.findall(title), *_KEY.findall(branch)]
    answered = _ANSWERS.findall(f"{title}\n{description[:_MOST_READ]}")
    own = [f"{project}{key}" if key.startswith("#") else key for key in answered]
    return tuple(dict.fromkeys(key for key in (*named, *own) if key.split("-")[0] not in _NO_PROJECT))


def reverted(project: str, title: str, description: str) -> str | None:
    """The change that a merge request undoes, as a reference, or the commit by its sha; None where it says nothing."""
    text = f"{title}\n{description[:_MOST_READ]}"
    if request := _REVERTED_REQUEST.search(text):
        return f"change:gitlab:{request[1] or project}:{request[2]}"
    sha = _REVERTED_SHA.search(text)
    return sha[1] if sha else None
