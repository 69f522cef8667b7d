"""Making text from anywhere harmless and short enough."""

from __future__ import annotations

import re
from itertools import accumulate

from bot.words.visible import shorter, visible

# Invisible, and enough to keep Slack from reading a mention, a format or a link into what somebody typed.
JOINER = "\u2060"
_MENTION = re.compile(r"(?i)(<)(?=[!@#])|(@)(?=channel|here|everyone)")
_FORMAT = re.compile(r"[*_~`]|://|^>")
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
