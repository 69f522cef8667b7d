"""Making text from anywhere harmless and short enough."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from bot.words.visible import ELLIPSIS, shorter, visible

# Invisible, and enough to keep Slack from reading a mention, a format or a link into what somebody typed.
JOINER = "\u2060"
_MENTION = re.compile(r"(?i)(<)(?=[!@#])|(@)(?=channel|here|everyone)")
_FORMAT = re.compile(r"[*_~`]|://|^>")
# An address that can stand between Slack's own signs, and is short enough to leave room for words.
_OPENS = re.compile(r"https?://[!-;=?-{}~]{1,500}")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain(text: str) -> str:
    """Text on one line without control characters and without anything that could notify people."""
    return _MENTION.sub(rf"\g<0>{JOINER}", visible(text))


def mrkdwn(text: str, limit: int) -> str:
    """The same for a field in which Slack reads its own markup: taken literally, at most so long once escaped."""
    literal = _FORMAT.sub(rf"{JOINER}\g<0>{JOINER}", plain(text))
    escaped = literal.translate(_ENTITIES)
    if len(escaped) <= limit:
        return escaped
    lengths = accumulate(len(character.translate(_ENTITIES)) for character in literal)
    return shorter(literal[: sum(length <= limit for length in lengths)]).translate(_ENTITIES)


def opens(url: str) -> bool:
    """Whether an address from outside can be linked: a page on the web, without signs that Slack reads."""
    return _OPENS.fullmatch(url) is not None


def linked(content: str, url: str | None, limit: int) -> str:
    """Text with the address that it can be opened at, in Slack's markup."""
    said = mrkdwn(content, limit)
    return f"{said} <{url.translate(_ENTITIES)}|open>" if url is not None and opens(url) else said


def whole_lines(lines: Iterable[str], room: int) -> str:
    """As many lines of markup as there is room for; an ellipsis where some are left out."""
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return "\n".join((*kept, ELLIPSIS))
        kept.append(line)
    return "\n".join(kept)
