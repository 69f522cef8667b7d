"""What became of a message that was to be posted at once."""

from __future__ import annotations

from bot.words import delivery
from bot.words.visible import cut, visible

_CHANNEL = 80


def posted(channel: str, *, before: bool) -> str:
    """It stands there, now or since earlier: nothing is posted twice."""
    named = cut(visible(channel), _CHANNEL)
    return f"It stood in {named} already; nothing is posted twice." if before else f"Posted in {named}."


def kept_back(channel: str, reason: str | None) -> str:
    """It does not stand there yet, or not all of it; `quintet serve` goes on."""
    if reason is None:
        return f"Not yet in {cut(visible(channel), _CHANNEL)}: it is written down, and `quintet serve` posts it."
    what, remedy = delivery.parked(1, [channel], reason)
    return f"{what}. {remedy}"
