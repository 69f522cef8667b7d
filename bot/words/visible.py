"""What somebody typed, made fit to be shown."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """Text on one line, without control, direction and unassigned characters."""
    shown = text if text.isprintable() else "".join(_shown(each) for each in text)  # nearly every text is
    return _SPACES.sub(" ", shown).strip()


def cut(text: str, limit: int) -> str:
    """Text of at most so many characters, cut between words where there is a place for it."""
    return text if len(text) <= limit else shorter(text[:limit])


def shorter(text: str) -> str:
    """Text without its end, so that the ellipsis has room."""
    fits = text[: -len(ELLIPSIS)]
    head, _, _ = fits.rpartition(" ")
    return (head if len(head) > len(text) // 2 else fits).rstrip() + ELLIPSIS


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character).startswith("C") else character
