"""The ping in Slack, and the same message once it is over, has become normal, or lasts."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.blocks import limits
from bot.blocks.block import Block, bullets, label, link, paragraphs, small_print, text
from bot.blocks.message import Message
from bot.blocks.replies import ping_actions
from bot.blocks.texts import linked, mrkdwn, whole_lines
from bot.ping_report import Ping, Since
from bot.words import figures
from bot.words import ping as words


def ping_message(ping: Ping) -> Message:
    """Told once; a line a thought."""
    return Message(_summary(ping.says, ping), tuple(_blocks(ping)), _words((ping.says,), ping))


def closing_message(ping: Ping, since: Since) -> Message:
    """The same message when the watch is armed again: what became of it on its own day, and what had been told."""
    both = f"{since.says} {ping.said}"
    # What is over names values, not ratios with their intervals.
    compared = words.SPANS if since.state == "over" else words.COMPARED
    blocks = (_bold(since.says), paragraphs([text(ping.said, limits.HEADLINE)]), small_print([compared]))
    return Message(mrkdwn(both, limits.SUMMARY_TEXT), blocks, mrkdwn(both, limits.SUMMARY_TEXT))


def reminder_messages(ping: Ping, since: Since) -> tuple[Message, Message]:
    """The same message with a line above it, and that line as a reply in its thread."""
    edited = Message(
        _summary(since.says, ping), (_bold(since.says), *_blocks(ping)), _words((since.says, ping.says), ping)
    )
    line = mrkdwn(since.says, limits.SUMMARY_TEXT)
    return edited, Message(line, (paragraphs([text(since.says, limits.FIRST_STEP)]),), line)


def _blocks(ping: Ping) -> Iterable[Block]:
    yield _bold(ping.says)
    yield paragraphs(*([text(line, limits.FIRST_STEP)] for line in ping.figures))
    yield paragraphs(*([label(title), text(said, limits.FIRST_STEP)] for title, said in _steps(ping)))
    if ping.movers:
        yield bullets(words.EVIDENCE, [link(each.says, each.url) for each in ping.movers])
    yield small_print([_footer(ping)])
    yield from ping_actions(ping.team, ping.week)


def _bold(line: str) -> Block:
    return paragraphs([text(line, limits.FIRST_STEP, bold=True)])


def _steps(ping: Ping) -> Iterable[tuple[str, str]]:
    yield words.FIRST, ping.first
    if ping.not_yet:
        yield words.NOT_YET, ping.not_yet


def _footer(ping: Ping) -> str:
    return f"{words.COMPARED} · figures to {figures.clock(ping.as_of, ZoneInfo(ping.zone))}"


def _summary(line: str, ping: Ping) -> str:
    return mrkdwn(" ".join((line, *ping.figures[-1:], f"{words.FIRST} {ping.first}")), limits.SUMMARY_TEXT)


def _words(lines: tuple[str, ...], ping: Ping) -> str:
    steps = (f"{title} {said}" for title, said in _steps(ping))
    plain = (mrkdwn(line, limits.FIRST_STEP) for line in (*lines, *ping.figures, *steps))
    evidence = (linked(each.says, each.url, limits.LINE) for each in ping.movers)
    return whole_lines((*plain, *evidence, mrkdwn(_footer(ping), limits.LINE)), limits.FALLBACK_TEXT)
