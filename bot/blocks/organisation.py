"""The organisation's digest in Slack: as many teams as fit into the message, the others in its thread."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.block import Block, bullets, small_print, text
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn, whole_lines
from bot.digest_report import OrganisationDigest, TeamLine
from bot.page.digest import pings
from bot.words import digest as words

# Lines of at most so many characters: so many fill no more than a message takes, and no reader more than that.
TEAMS_A_MESSAGE = 40


def organisation_messages(digest: OrganisationDigest) -> tuple[Message, tuple[Message, ...]]:
    """The message, and the replies in its thread where there are more teams than it holds."""
    head = words.everyone(digest.week, len(digest.teams))
    lines = [_line(team) for team in digest.teams] or [words.NO_TEAMS]
    first, *rest = (lines[start : start + TEAMS_A_MESSAGE] for start in range(0, len(lines), TEAMS_A_MESSAGE))
    main = _message(head, first, (small_print([*pings(digest.precision), words.ON_ITS_OWN]),))
    return main, tuple(_message(words.more_teams(len(each)), each) for each in rest)


def _message(title: str, lines: Sequence[str], below: tuple[Block, ...] = ()) -> Message:
    blocks = (bullets(title, [text(line) for line in lines]), *below)
    said = whole_lines((mrkdwn(line, limits.LINE) for line in (title, *lines)), limits.FALLBACK_TEXT)
    return Message(said, blocks, said)


def _line(team: TeamLine) -> str:
    course = team.course
    earlier = course.earlier if course.changed == "now" else None
    return words.among(team.name, team.title, course.streak_weeks, whole=course.streak_whole, earlier=earlier)
