"""Would Slack take this message? Each block by its shape, then what holds across the message."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.demo.slack_standin.kit import BLOCKS
from bot.demo.slack_standin.shape import Json, kinds

MOST_BLOCKS = 50
# Two charts were found by trial (https://github.com/vercel/chat/pull/696); one table by several reports.
MOST_OF_A_TYPE = {"data_visualization": 2, "table": 1}
MOST_MARKDOWN = 12_000
# Found by trial: https://github.com/slackapi/bolt-js/issues/2509
MOST_CHARACTERS = 13_200
MOST_TEXT = 40_000
# Keys whose strings are no text that anyone reads.
_UNREAD = frozenset({"type", "block_id", "action_id", "url", "image_url", "value", "style"})


@dataclass(frozen=True)
class Verdict:
    """An error as Slack names it, or none, with what Slack would say about it."""

    error: str | None = None
    messages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def verdict(text: str, blocks: Sequence[Json] | None) -> Verdict:
    """Whether Slack takes a message of this text and these blocks."""
    if not blocks:
        return _warned(text) if text else Verdict("no_text")
    problems = tuple(_across(blocks)) or tuple(_of_shape(blocks))
    if problems:
        return Verdict("invalid_blocks", problems)
    total = characters(list(blocks))
    if _markdown(blocks) > MOST_MARKDOWN or total > MOST_CHARACTERS:
        return Verdict("msg_blocks_too_long", (f"[ERROR] {total} characters in blocks",))
    return _warned(text)


def characters(value: Json) -> int:
    """How many characters of a JSON value people would read."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(characters(inner) for key, inner in value.items() if key not in _UNREAD)
    if isinstance(value, list):
        return sum(characters(inner) for inner in value)
    return 0


def _warned(text: str) -> Verdict:
    if not text:
        return Verdict(warnings=("missing_text_in_message",))
    if len(text) > MOST_TEXT:
        return Verdict(warnings=("message_truncated",))
    return Verdict()


def _across(blocks: Sequence[Json]) -> Iterable[str]:
    if len(blocks) > MOST_BLOCKS:
        yield f"[ERROR] no more than {MOST_BLOCKS} items allowed [at blocks]"
    counts = Counter(kind for kind in kinds(blocks) if isinstance(kind, str))
    for kind, most in MOST_OF_A_TYPE.items():
        if counts[kind] > most:
            yield f"[ERROR] no more than {most} {kind} blocks allowed [at blocks]"


def _of_shape(blocks: Sequence[Json]) -> Iterable[str]:
    try:
        # Through JSON, as it came: a list is a tuple there, and nothing else is converted.
        BLOCKS.validate_json(json.dumps(list(blocks)))
    except ValidationError as refused:
        for problem in refused.errors(include_url=False, include_context=False, include_input=False):
            yield f"[ERROR] {problem['msg']} [at blocks/{_pointer(problem)}]"


def _pointer(problem: ErrorDetails) -> str:
    return "/".join(str(step) for step in problem["loc"])


def _markdown(blocks: Sequence[Json]) -> int:
    return sum(characters(block) for block, kind in zip(blocks, kinds(blocks), strict=True) if kind == "markdown")
