"""What was decided in Slack, told to who looks after the bot."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.events.verdict import Verdict
from bot.schedule import Subscription
from bot.words import figures, subscriptions
from bot.words.visible import cut, visible

UTC = ZoneInfo("UTC")
MOST = 3  # of each that are named
_NAME = 80
_SAID = {
    Verdict.FAILED: "failed",
    Verdict.NOT_FAILED: "did not fail",
    Verdict.NOT_CAUSED: "was caused by no change",
}


def subscribed(kept: Sequence[Subscription]) -> str:
    """What wins over the settings file."""
    named = "; ".join(f"{each.channel}: {_wanted(each)}" for each in kept[:MOST])
    return f"{figures.count(len(kept), 'channel')} set in Slack, which wins over the settings: {named}{_more(kept)}."


def judged(count: int, newest: Sequence[str]) -> str:
    """What wins over the sources."""
    more = f"; and {count - len(newest):,} more" if count > len(newest) else ""
    return f"{figures.count(count, 'event')} judged in Slack, which wins over the sources: {'; '.join(newest)}{more}."


def verdict(kind: str, event: str, said: Verdict, by: str, at: float) -> str:
    """Which event, what was said of it, by which Slack user and when."""
    return f"{kind} {_shown(event)} {_SAID[said]} (user {_shown(by)}, {figures.clock(at, UTC)})"


def _wanted(each: Subscription) -> str:
    return subscriptions.line(each) if each.kinds else f"nothing about {subscriptions.about(each.team)}"


def _more(kept: Sequence[Subscription]) -> str:
    return f"; and {len(kept) - MOST:,} more" if len(kept) > MOST else ""


def _shown(text: str) -> str:
    return cut(visible(text), _NAME)
