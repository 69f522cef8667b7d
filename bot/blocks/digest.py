"""The weekly digest in Slack: one message, and its details in the thread below it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks import limits
from bot.blocks.block import Block, bullets, label, link, listing, paragraphs, small_print, table, text
from bot.blocks.buttons import with_row
from bot.blocks.message import Message
from bot.blocks.replies import digest_actions
from bot.blocks.report import charted, grounds
from bot.blocks.texts import linked, mrkdwn, whole_lines
from bot.digest_report import Digest
from bot.page.digest import Details, DigestPage, digest_page
from bot.words import digest as words
from bot.words.letters import small
from bot.words.said_since import SAID


def digest_messages(digest: Digest) -> tuple[Message, tuple[Message, ...]]:
    """The message, and the replies in its thread; of a quiet week the message is one line."""
    shown = digest_page(digest)
    details = _details(shown.details)
    if not digest.quiet:
        main = Message(
            _summary(shown), (*_head(shown.head, shown), *_reading(shown), *_body(shown)), _words(_lines(shown))
        )
        return with_row(main, digest_actions(digest.team, digest.week)), (details,)
    body = Message(mrkdwn(shown.says, limits.SUMMARY_TEXT), (*_reading(shown), *_body(shown)), _words(_lines(shown)))
    line = f"{shown.head} ({words.DETAILS})"
    return Message(_quiet(shown), (*_head(line, shown),), _quiet(shown)), (body, details)


def as_json(digest: Digest) -> dict[str, object]:
    """What would be posted, and the report that it is made of."""
    main, thread = digest_messages(digest)
    return {
        "team": digest.team,
        "channel": digest.channel,
        "week": digest.week.isoformat(),
        "streak_weeks": digest.course.streak_weeks,
        "text": main.text,
        "blocks": list(main.blocks),
        "thread": [{"text": each.text, "blocks": list(each.blocks)} for each in thread],
        "report": digest.report.model_dump(mode="json"),
        **({} if digest.precision is None else {"precision": digest.precision.model_dump(mode="json")}),
    }


def _summary(shown: DigestPage) -> str:
    return mrkdwn(f"{shown.head} {shown.says} {shown.investment} {shown.first_step}", limits.SUMMARY_TEXT)


def _quiet(shown: DigestPage) -> str:
    return mrkdwn(" ".join((shown.head, *shown.corrections)), limits.SUMMARY_TEXT)


def _head(line: str, shown: DigestPage) -> Iterable[Block]:
    """The first line, and what corrects an earlier one."""
    yield paragraphs([text(line, limits.HEADLINE, bold=True)])
    if shown.corrections:
        yield listing(words.CORRECTED, shown.corrections, limits.SHORT_LIST)


def _reading(shown: DigestPage) -> Iterable[Block]:
    yield paragraphs(
        [text(shown.says, limits.HEADLINE)],
        [text(shown.investment, limits.INVESTMENT, bold=True)],
        [text(shown.first_step, limits.FIRST_STEP)],
    )


def _body(shown: DigestPage) -> Iterable[Block]:
    yield table([shown.heads, *shown.rows])
    yield paragraphs([label(shown.net[0]), text(shown.net[1], limits.NET)])
    yield from charted(shown.charts)
    for title, events in ((words.MOVED, shown.movers), (SAID, shown.said)):
        if events:
            yield bullets(title, [link(each.says, each.url, limits.SHORT_LINE) for each in events])
    for title, items in ((words.WATCH, shown.watch), (words.MISSING, shown.missing)):
        if items:
            yield listing(title, items, limits.SHORT_LIST, limits.FIRST_STEP)
    yield small_print(shown.footer)


def _details(shown: Details) -> Message:
    blocks = (*grounds(shown.grounds, shown.reasons), *_besides(shown))
    return Message(words.IN_DETAIL, blocks, _words(_detail_lines(shown)))


def _besides(shown: Details) -> Iterable[Block]:
    for title, items in shown.besides:
        yield listing(title, items, limits.SHORT_LIST, limits.LINE)
    yield from charted(shown.charts)
    yield small_print(shown.meanings, limits.SHORT_LINE)
    yield small_print((*shown.stages, shown.rework))
    yield small_print([" · ".join(shown.footer)], limits.FIRST_STEP)


def _words(lines: Iterable[str]) -> str:
    return whole_lines(lines, limits.FALLBACK_TEXT)


def _lines(shown: DigestPage) -> Iterable[str]:
    """The message as text, the most important first."""
    plain = (shown.head, *shown.corrections, shown.says, shown.investment, shown.first_step)
    yield from (mrkdwn(line, limits.FIRST_STEP) for line in plain)
    yield from (mrkdwn(_row(shown.heads, row), limits.FIRST_STEP) for row in shown.rows)
    yield mrkdwn(" ".join(shown.net), limits.FIRST_STEP)
    yield from (linked(f"{words.MOVED}: {each.says}", each.url, limits.LINE) for each in shown.movers)
    yield from (linked(f"{SAID}: {each.says}", each.url, limits.LINE) for each in shown.said)
    yield from (mrkdwn(f"{words.WATCH}: {line}", limits.FIRST_STEP) for line in shown.watch)
    yield from (mrkdwn(f"{words.MISSING}: {line}", limits.FIRST_STEP) for line in shown.missing)
    yield from (mrkdwn(chart.says, limits.FIRST_STEP) for chart in shown.charts)
    yield from (mrkdwn(line, limits.LINE) for line in shown.footer)


def _row(heads: tuple[str, ...], row: tuple[str, ...]) -> str:
    name, *cells = row
    return f"{name}: {'; '.join(f'{small(head)} {cell}' for head, cell in zip(heads[1:], cells, strict=True))}"


def _detail_lines(shown: Details) -> Iterable[str]:
    reasons = ((title, (sentence,)) for title, sentence in shown.reasons)
    for title, items in (*shown.grounds, *reasons, *shown.besides):
        yield from (mrkdwn(f"{title.partition(',')[0]}: {item}", limits.FIRST_STEP) for item in items[: limits.ITEMS])
    yield from (mrkdwn(line, limits.FIRST_STEP) for line in (*shown.meanings, *shown.stages, shown.rework))
