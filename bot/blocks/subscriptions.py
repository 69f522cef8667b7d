"""What comes to a channel, with a way to change it and to see it now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.blocks import limits
from bot.blocks.answers import team_list
from bot.blocks.block import Block
from bot.blocks.buttons import About, Act, button, row
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn, whole_lines
from bot.schedule import ORGANISATION, Kind, Subscription
from bot.words import subscriptions as words

# Tests that can be asked for from one list; more teams than that seldom share a channel.
MOST_TESTS = 5
# That have a button of their own in one list: so many fill no more than half of what a message takes.
MOST_BESIDE = 15
_LINES = limits.SECTION_TEXT // 2


def changed(now: Subscription, further: str, *, known: bool = True) -> Message:
    """How it is after a change; where nothing comes and nobody set it so, there is nothing to change."""
    said = mrkdwn(" ".join(filter(None, (words.set_now(now), further))), limits.SECTION_TEXT)
    return Message(said, (_entry(said, now) if known else _section(said), *_tests([now])))


def listed(
    here: Sequence[Subscription],
    teams: Sequence[tuple[str, str]],
    in_slack: Collection[Subscription] = (),
    missed: Sequence[str] = (),
) -> Message:
    """What comes to the channel, `missed`: what is wrong with the newest, then the teams there are, as (key, name)."""
    wrong = [mrkdwn(words.missed(*missed), limits.SECTION_TEXT)] if missed else []
    mends = [words.RESETS] if in_slack else []
    others = "\n\n".join([*mends, *wrong, team_list(teams).text])
    if not here:
        return Message(f"{words.NOTHING}\n\n{others}")
    lines = [mrkdwn(f"• {words.line(each, in_slack=each in in_slack)}", limits.FIRST_STEP) for each in here]
    said = whole_lines((words.HEAD, *lines), _LINES)
    blocks = (_section(words.HEAD), *_entries(here, lines), _section(others), *_tests(here))
    return Message(f"{said}\n\n{others}", blocks)


def _entries(here: Sequence[Subscription], lines: Sequence[str]) -> Iterator[Block]:
    for each, line in zip(here[:MOST_BESIDE], lines, strict=False):
        yield _entry(line, each)
    if more := lines[MOST_BESIDE:]:
        yield _section(whole_lines(more, _LINES))


def _entry(said: str, each: Subscription) -> Block:
    """With a button beside it, where that can carry whom it is about."""
    about = About(team=each.team)
    return {**_section(said), **({"accessory": button(Act.CHANGE, words.CHANGE, about)} if about.fits else {})}


def _section(said: str) -> Block:
    """A section takes less than a message does."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": said[: limits.SECTION_TEXT]}}


def _tests(here: Sequence[Subscription]) -> tuple[Block, ...]:
    """Of each team's digest."""
    digests = [each for each in here if Kind.DIGEST in each.kinds and each.team != ORGANISATION][:MOST_TESTS]
    alone = len(digests) == 1
    return row([(Act.TEST, words.test_of(each.team, alone=alone), About(team=each.team)) for each in digests])
