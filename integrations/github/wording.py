"""What a pull request says in words: which issues it names, and what it reverts; pure."""

from __future__ import annotations

import re

_MOST_READ = 10_000  # characters of a body; machines write longer ones, people don't
_KEY = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-[1-9]\d*\b")
_NO_PROJECT = frozenset({"AES", "CVE", "CWE", "HTTP", "ISO", "PEP", "RFC", "SHA", "TLS", "UTF", "X86"})
_ANSWERS = re.compile(
    r"\b(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|references?|relates to|part of|incident|issues?|tickets?):?\s+"
    r"(?:(?:\[|https?://\S+/browse/)?(?P<key>[A-Z][A-Z0-9]{1,9}-[1-9]\d*)\b"
    r"|(?P<repository>[\w.-]+/[\w.-]+)?#(?P<number>[1-9]\d*)\b)"
)
_REVERTED_PULL = re.compile(r"^Reverts ([\w.-]+/[\w.-]+)?#(\d+)", re.MULTILINE)
_REVERTED_SHA = re.compile(r"This reverts (?:merge )?commit ([0-9a-f]{7,64})")


def issues_named(repository: str, title: str, branch: str, body: str) -> tuple[str, ...]:
    """Keys such as OPS-12 in the title or the branch; in the body keys and numbers that it says it answers."""
    answered = (_issue(repository, match) for match in _ANSWERS.finditer(body[:_MOST_READ]))
    named = (*_KEY.findall(title), *_KEY.findall(branch), *answered)
    return tuple(dict.fromkeys(key for key in named if key.split("-")[0] not in _NO_PROJECT))


def _issue(repository: str, match: re.Match[str]) -> str:
    """A number as acme/checkout#12, as an incident of that repository is called."""
    return match["key"] or f"{match['repository'] or repository}#{match['number']}"


def reverted(repository: str, title: str, body: str) -> str | None:
    """The change that a pull request undoes, as a reference, or the commit by its sha; None where it says nothing."""
    text = f"{title}\n{body[:_MOST_READ]}"
    if pull := _REVERTED_PULL.search(text):
        return f"change:github:{pull[1] or repository}:{pull[2]}"
    sha = _REVERTED_SHA.search(text)
    return sha[1] if sha else None
