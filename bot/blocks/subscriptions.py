"""What comes to a channel, with a way to see it now."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.answers import team_list
from bot.blocks.buttons import About, Act, row
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn, whole_lines
from bot.schedule import Kind, Subscription
from bot.words import subscriptions as words

# Tests that can be asked for from one list; more teams than that seldom share a channel.
MOST_TESTS = 5
_LINES = limits.SECTION_TEXT // 2


def changed(now: Subscription, further: str) -> Message:
    """How it is after a change."""
    said = mrkdwn(" ".join(filter(None, (words.set_now(now), further))), limits.SECTION_TEXT)
    return _with_tests(said, [now])


def listed(here: Sequence[Subscription], teams: Sequence[tuple[str, str]]) -> Message:
    """What comes to the channel, then the teams there are, as (key, name)."""
    lines = [words.HEAD, *(f"• {words.line(each)}" for each in here)] if here else [words.NOTHING]
    told = whole_lines((mrkdwn(line, limits.FIRST_STEP) for line in lines), _LINES)
    return _with_tests(f"{told}\n\n{team_list(teams).text}", here)


def _with_tests(said: str, here: Sequence[Subscription]) -> Message:
    digests = [each for each in here if Kind.DIGEST in each.kinds][:MOST_TESTS]
    if not digests:
        return Message(said)
    tests = [(Act.TEST, words.test_of(each.team, alone=len(digests) == 1), About(team=each.team)) for each in digests]
    return Message(said, (*_sections(said), *row(tests)))


def _sections(said: str) -> Sequence[dict[str, object]]:
    """A section takes less than a message does."""
    parts = said.split("\n\n", 1)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": part[: limits.SECTION_TEXT]}} for part in parts]
