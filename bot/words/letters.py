"""The first letter of a sentence: large where it stands alone, small within another one."""

from __future__ import annotations


def large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
