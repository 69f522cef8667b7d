"""What a pull request says in words: which issues it names, and what it reverts; pure."""

from __future__ import annotations

import re

_MOST_READ = 20_000  # characters of a body; machines write longer ones, people don't
_KEY = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-[1-9]\d*\b")
_NO_PROJECT = frozenset({"AES", "CVE", "CWE", "HTTP", "ISO", "PEP", "RFC", "SHA", "TLS", "UTF", "X86"})
_ANSWERS = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|references?|relates to|part of|issues?|tickets?):?\s+"
    r"(?:\[|https?://\S+/browse/)?([A-Z][A-Z0-9]{1,9}-[1-9]\d*)\b",
    re.IGNORECASE,
)
_REVERTED_PULL = re.compile(r"^Reverts ([\w.-]+/[\w.-]+)?#(\d+)", re.MULTILINE)
_REVERTED_SHA = re.compile(r"This reverts (?:merge )?commit ([0-9a-f]{7,64})")


def issue_keys(title: str, branch: str, body: str) -> tuple[str, ...]:
    """Keys such as OPS-12: any in the title or the branch, and in the body those that it says it answers."""
    named = [*_KEY.findall(title), *_KEY.findall(branch)]
    answered = [key for key in _ANSWERS.findall(body[:_MOST_READ]) if key == key.upper()]
    return tuple(dict.fromkeys(key for key in (*named, *answered) if key.split("-")[0] not in _NO_PROJECT))


def reverted(repository: str, title: str, body: str) -> str | None:
    """The change that a pull request undoes, as a reference, or the commit by its sha; None where it says nothing."""
    text = f"{title}\n{body[:_MOST_READ]}"
    if pull := _REVERTED_PULL.search(text):
        return f"change:github:{pull[1] or repository}:{pull[2]}"
    sha = _REVERTED_SHA.search(text)
    return sha[1] if sha else None
