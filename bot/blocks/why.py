"""The walk from a pattern to the events behind it, a page at a time, with what may be said of each event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.blocks import limits
from bot.blocks.block import Block, paragraphs, small_print, text
from bot.blocks.buttons import About, Act, EventTold, button, row
from bot.blocks.message import Message
from bot.blocks.texts import linked, mrkdwn, whole_lines
from bot.events.verdict import Verdict
from bot.why_report import Behind, Claimed, Why
from bot.words import figures
from bot.words import why as words

# Claims and events on one page: some 7,000 of Slack's 13,200 characters.
MOST_LINES = 14
# A claim begins at the end of a page only with so many of its events.
FEWEST = 3

_ACTS = {Verdict.FAILED: Act.FAILED, Verdict.NOT_FAILED: Act.NOT_FAILED, Verdict.NOT_CAUSED: Act.NOT_CAUSED}


@dataclass(frozen=True, slots=True)
class Piece:
    """A claim with some of its events; `more` are shown nowhere."""

    says: str
    events: tuple[Behind, ...]
    more: int = 0

    @property
    def lines(self) -> int:
        return 1 + max(len(self.events), 1)


def why_message(why: Why, page: int, zone: ZoneInfo, first: str = "") -> Message:
    """One page; the nearest one where there is no such page any more. `first` is said above it."""
    pages = _pages(why.claims)
    shown = min(page, len(pages) - 1)
    about = About(team=why.team, as_of=why.as_of, page=shown)
    foot = words.PAGE.format(page=shown + 1, of=len(pages), as_of=figures.clock(why.as_of, zone))
    blocks = (*_head(why, first), *_pieces(pages[shown], about), small_print([foot, words.SAY_SO]))
    return Message(_summary(why, first), (*blocks, *_turns(about, pages)), _words(why, pages[shown], first))


def _head(why: Why, first: str) -> Iterator[Block]:
    if first:
        yield paragraphs([text(first, limits.LINE, bold=True)])
    yield paragraphs([text(why.title, limits.PATTERN, bold=True)], [text(why.says, limits.HEADLINE)])


def _pages(claims: Sequence[Claimed]) -> Sequence[Sequence[Piece]]:
    """At least one page; a claim with many events goes on over several."""
    pages: list[list[Piece]] = [[]]
    for claim in claims:
        if _room(pages[-1]) < max(min(len(claim.events), FEWEST), 1):
            pages.append([])
        room = _room(pages[-1])
        pages[-1].append(Piece(claim.says, claim.events[:room], claim.more if len(claim.events) <= room else 0))
        pages.extend([each] for each in _continued(claim, room))
    return pages


def _continued(claim: Claimed, start: int) -> Iterator[Piece]:
    """What is left of it, a page each; the last of them may have room for more."""
    again = words.CONTINUED.format(claim=claim.says)
    for begin in range(start, len(claim.events), MOST_LINES - 1):
        end = begin + MOST_LINES - 1
        yield Piece(again, claim.events[begin:end], claim.more if end >= len(claim.events) else 0)


def _room(page: Iterable[Piece]) -> int:
    """How many events of a further claim a page has room for, below that claim itself."""
    return MOST_LINES - sum(each.lines for each in page) - 1


def _pieces(pieces: Iterable[Piece], about: About) -> Iterator[Block]:
    for piece in pieces:
        yield paragraphs([text(piece.says, limits.LINE, bold=True)])
        yield from (_event(each, about) for each in piece.events)
        if not piece.events:
            yield small_print([words.NO_EVENTS])
        if piece.more:
            yield small_print([words.MORE.format(more=f"{piece.more:,}")])


def _event(behind: Behind, about: About) -> Block:
    said = linked(behind.says, behind.url, limits.FIRST_STEP)
    section: Block = {"type": "section", "text": {"type": "mrkdwn", "text": said, "verbatim": True}}
    can = _button(behind, about)
    return section if can is None else {**section, "accessory": can}


def _button(behind: Behind, about: About) -> Block | None:
    told = EventTold(source=behind.source, kind=behind.kind, id=behind.id)
    named = about.model_copy(update={"event": told})
    if not named.fits:
        return None
    if behind.verdict is not None:
        return button(Act.TAKE_BACK, words.TAKE_BACK, named)
    return None if behind.may is None else button(_ACTS[behind.may], words.LABELS[behind.may], named)


def _turns(about: About, pages: Sequence[object]) -> Iterable[Block]:
    turns = [
        (Act.TURN, label, about.model_copy(update={"page": about.page + step}))
        for label, step in ((words.BACK, -1), (words.FURTHER, 1))
        if 0 <= about.page + step < len(pages)
    ]
    return row(turns)


def _summary(why: Why, first: str) -> str:
    return mrkdwn(" ".join(filter(None, (first, f"{why.title}.", why.says))), limits.SUMMARY_TEXT)


def _words(why: Why, pieces: Iterable[Piece], first: str) -> str:
    told = (line for piece in pieces for line in _lines(piece))
    return whole_lines((_summary(why, first), *told), limits.FALLBACK_TEXT)


def _lines(piece: Piece) -> Iterator[str]:
    yield mrkdwn(piece.says, limits.FIRST_STEP)
    yield from (linked(f"• {each.says}", each.url, limits.FIRST_STEP) for each in piece.events)
    if piece.more:
        yield words.MORE.format(more=f"{piece.more:,}")
