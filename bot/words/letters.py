"""The ends of a sentence: a large first letter and a full stop where it stands alone, a small one within another."""

from __future__ import annotations


def large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def stopped(sentence: str) -> str:
    """With a full stop, where words from elsewhere have none."""
    return sentence if sentence.endswith((".", "?", "…")) else f"{sentence}."
