"""What people write about a change: which issues it names, and which commit it undoes; pure."""

from __future__ import annotations

import re

MOST_READ = 10_000  # characters of a text; machines write longer ones, people don't
_KEY = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-[1-9]\d*\b")
_NO_PROJECT = frozenset({"AES", "CVE", "CWE", "HTTP", "ISO", "PEP", "RFC", "SHA", "TLS", "UTF", "X86"})
_ANSWERS = re.compile(
    r"\b(?i:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?|refs?|references?"
    r"|relate[sd] to|part of|incident|issues?|tickets?):?\s+"
    r"(?:(?:\[|https?://\S+/browse/)?(?P<key>[A-Z][A-Z0-9]{1,9}-[1-9]\d*)\b"
    r"|(?P<repository>[\w.-]+(?:/[\w.-]+)+)?#(?P<number>[1-9]\d*)\b)"
)
_REVERTED = re.compile(r"This reverts (?:merge )?commit (?P<sha>[0-9a-f]{7,64})")


def issues_named(repository: str, title: str, branch: str, text: str) -> tuple[str, ...]:
    """Keys such as OPS-12 in the title or the branch; in the text keys and numbers that it says it answers."""
    answered = (_issue(repository, match) for match in _ANSWERS.finditer(f"{title}\n{text[:MOST_READ]}"))
    named = (*_KEY.findall(title), *_KEY.findall(branch), *answered)
    return tuple(dict.fromkeys(key for key in named if key.split("-")[0] not in _NO_PROJECT))


def reverted_commit(text: str) -> str | None:
    """By its sha; None where the text says nothing of the kind."""
    found = _REVERTED.search(text)
    return found["sha"] if found else None


def _issue(repository: str, match: re.Match[str]) -> str:
    """A number as acme/checkout#12, as an incident of that repository is called."""
    return match["key"] or f"{match['repository'] or repository}#{match['number']}"
